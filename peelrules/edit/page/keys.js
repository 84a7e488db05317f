// The keyboard, and the page that tells of it.

import { $, h } from "./dom.js";

const SINGLE = "peelrules.single-keys";
const TABLE = [
  ["n", "New finding, after the one that is shown"],
  ["Ctrl Enter", "The same, from within a field"],
  ["j, k", "Next or previous finding"],
  ["f", "Next finding with something to mend"],
  ["/", "Look for findings"],
  ["e", "Into the form"],
  ["l", "To the list; there, arrows move and Delete removes"],
  ["g", "To the grades"],
  ["i", "The inspection and its sources"],
  ["Escape", "Out of a field, to the list"],
  ["Ctrl Z, Ctrl Shift Z", "Undo, and do again"],
  ["Ctrl S", "Save"],
  ["?", "This page"],
];

const isTyping = (element) => element?.matches?.("textarea, select, input:not([type=radio], [type=checkbox], [type=button])");

export const singleKeys = () => sessionStorage.getItem(SINGLE) !== "off";

// What is typed while a new finding is on its way, and belongs into it.
export class Ahead {
  typed = null;

  hold() {
    this.typed ??= "";
    document.activeElement?.blur();
  }

  // Everything that was typed since; nothing more is held.
  release() {
    const { typed } = this;
    this.typed = null;
    return typed ?? "";
  }

  take(event) {
    if (this.typed === null || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key.length === 1) this.typed += event.repeat ? "" : event.key; // the key that led here may still be down
    else if (event.key === "Backspace") this.typed = this.typed.slice(0, -1);
    else return false;
    event.preventDefault();
    return true;
  }
}

export function keys(actions, ahead) {
  const single = {
    n: () => actions.add(), j: () => actions.step(1), k: () => actions.step(-1), f: actions.mend, "/": actions.search,
    e: actions.form, l: actions.list, g: actions.grades, i: () => actions.select("inspection", true), "?": actions.help,
  };
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || ahead.take(event)) return;
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = control
      ? { s: actions.save, z: event.shiftKey ? actions.redo : actions.undo, y: actions.redo, Enter: () => actions.add() }[key]
      : !event.altKey && !isTyping(event.target) && singleKeys() ? single[key] : undefined;
    if (document.querySelector("dialog[open]")) {
      if (control && key === "s") event.preventDefault();
      return;
    }
    if (act) {
      event.preventDefault();
      if (!event.repeat || !["n", "Enter"].includes(key)) act();
    } else if (event.key === "Escape" && event.target.closest?.("#form, #filter, #grades")) {
      event.preventDefault();
      actions.list();
    }
  });
}

export function help(words) {
  const dialog = $("help");
  const box = h("input", { type: "checkbox", id: "single", checked: singleKeys(), onchange: () => sessionStorage.setItem(SINGLE, box.checked ? "on" : "off") });
  dialog.replaceChildren(
    h("h2", { id: "help-title" }, "Keys and guide"),
    h("div", { class: "two" },
      h("section", {}, h("h3", {}, "Keys"),
        h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Key"), h("th", { scope: "col" }, "What it does"))), h("tbody", {}, TABLE.map(([key, does]) => h("tr", {}, h("th", { scope: "row" }, key.split(", ").map((each, at) => [at ? ", " : "", h("kbd", {}, each)])), h("td", {}, does))))),
        h("p", {}, box, " ", h("label", { for: "single" }, "Single letters are keys, outside of fields")),
        h("p", { class: "meta" }, "On a Mac, Command does what Ctrl does.")),
      h("section", {}, h("h3", {}, "One finding"), h("ul", {}, Object.values(words.guide.finding).map((says) => h("li", {}, says))),
        h("h3", {}, "Nothing is lost"), h("p", {}, "Each change is kept in a draft beside the file as you make it. The file itself is written when you save."))),
    h("p", { class: "choices" }, h("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close")));
  dialog.showModal();
}
