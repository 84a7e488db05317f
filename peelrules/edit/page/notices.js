// What a person has to know or to decide.

import { $, h, say } from "./dom.js";
import { ask } from "./talk.js";

export class Notices {
  constructor(store) {
    this.store = store;
    this.host = $("notices");
    this.shown = new Map();
    store.addEventListener("state", () => this.state());
    store.addEventListener("notice", (event) => this.told(event.detail));
  }

  // What stands as long as it is so.
  state() {
    const { document: doc, gone, dismissed } = this.store;
    const file = doc?.file;
    this.set("gone", gone && doc && ["bad", [`The server has stopped. What you did is kept in ${doc.draft}; start `, h("code", {}, `peelrules edit ${file}`), " again, and it goes on from there.", this.store.isSending ? ` What you typed last in this page is not kept yet; copy it: ${this.store.unsent()}` : ""], []]);
    this.set("workbook", doc?.workbook && !dismissed.has("workbook") && ["", [`Saving writes ${file} anew: formats, comments, and columns and sheets of your own are not kept.`], [["I know", () => this.dismiss("workbook")]]]);
    this.set("restored", doc?.restored && !dismissed.has("restored") && ["", [`Changes of ${file} that were not saved were found, and are here again.`],
      [["Go on with them", () => this.dismiss("restored")], ["Take the file as it is", () => this.theirs()]]]);
    this.set("elsewhere", doc?.elsewhere && ["bad", [`${file} was changed elsewhere since it was opened or saved here.`],
      [["Keep mine", () => this.mine()], ["Take theirs", () => this.theirs()], ["Show the difference", () => this.difference()]]]);
  }

  told({ kind, message, lost }) {
    if (kind === "elsewhere") return this.store.document.elsewhere || this.once(message);
    if (kind === "another tab") return this.brief(message);
    const [change] = lost;
    if (kind === "outdated" && change) {
      const typed = typeof change.value === "string" ? change.value : JSON.stringify(change.value);
      this.set("outdated", ["bad", [`${message} You wrote: `, h("q", {}, typed ?? "nothing"), "."],
        [["Use mine", () => { this.clear("outdated"); this.store.put(change.finding, change.field, change.value); }], ["Keep what is there", () => this.clear("outdated")]]]);
    } else this.once(lost.length ? `${message} What you wrote there: ${lost.map(({ value }) => JSON.stringify(value)).join(", ")}` : message);
  }

  once(message) {
    this.set("once", ["bad", [message], [["Close", () => this.clear("once")]]]);
  }

  brief(message) {
    this.set("brief", ["", [message], []]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.clear("brief"), 6000);
  }

  set(name, told) {
    if (!told) return this.clear(name);
    const [look, words, choices] = told;
    const text = words.map((word) => word.textContent ?? word).join("");
    if (this.shown.get(name)?.text === text) return;
    this.clear(name);
    const element = h("div", { class: `notice ${look}` }, h("p", {}, words), choices.length > 0 && h("p", { class: "choices" }, choices.map(([label, act]) => h("button", { type: "button", onclick: act }, label))));
    this.shown.set(name, { element, text });
    this.host.append(element);
    say(text);
  }

  clear(name) {
    const shown = this.shown.get(name);
    this.shown.delete(name);
    if (!shown) return;
    const inside = shown.element.contains(document.activeElement);
    shown.element.remove();
    if (inside) $("form").focus();
  }

  dismiss(name) {
    this.store.dismissed.add(name);
    this.state();
  }

  // What is written over is the file as it was seen: if it was changed since then, that is told.
  async mine(seen) {
    const over = seen ?? (await ask("difference")).mark;
    await this.store.act("save", { over });
  }

  async theirs() {
    this.store.dismissed.add("restored");
    await this.store.act("take-theirs");
  }

  async difference() {
    const { mark, lines } = await ask("difference");
    const dialog = $("difference");
    const look = (line) => (line.startsWith("+") ? "plus" : line.startsWith("-") ? "minus" : "");
    const close = () => dialog.close();
    dialog.replaceChildren(
      h("h2", { id: "difference-title" }, "What is different"),
      h("p", { class: "meta" }, "Lines with - are in the file as it is, lines with + are yours."),
      h("pre", { tabIndex: 0, "aria-label": "The difference, line by line" }, lines.length ? lines.map((line) => h("span", { class: look(line) }, `${line}\n`)) : "Nothing is different."),
      h("p", { class: "choices" },
        h("button", { type: "button", onclick: () => { close(); this.mine(mark); } }, "Keep mine"),
        h("button", { type: "button", onclick: () => { close(); this.theirs(); } }, "Take theirs"),
        h("button", { type: "button", onclick: close }, "Close")));
    dialog.showModal();
  }
}
