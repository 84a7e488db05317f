// Characteristics, found by typing a few letters of their wording: a combobox with a list, and what is chosen above it.

import { h, same, say } from "./dom.js";
import { marked } from "./words.js";

const MOST = 40;

export class Choose {
  constructor({ words, id, describedby, change, questions }) {
    this.words = words;
    this.change = change;
    this.questions = questions;
    this.chosen = [];
    this.options = [];
    this.active = -1;
    this.input = h("input", {
      id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: "Type a few letters",
      "aria-expanded": "false", "aria-controls": `${id}-options`, "aria-autocomplete": "list", "aria-describedby": describedby,
      oninput: () => this.open(),
      onclick: () => this.open(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.close(),
    });
    this.list = h("ul", { id: `${id}-options`, role: "listbox", "aria-label": "Characteristics", class: "options", hidden: true });
    this.tokens = h("ol", { class: "chosen plain", "aria-label": "Characteristics chosen", hidden: true });
    this.element = h("div", { class: "choose" }, this.tokens, h("div", { class: "combo" }, this.input, this.list));
  }

  show(chosen) {
    if (same(chosen, this.chosen)) return;
    this.chosen = chosen;
    this.tokens.hidden = !chosen.length;
    this.tokens.replaceChildren(...chosen.map((id, place) => this.token(id, place)));
  }

  token(id, place) {
    const known = this.words.characteristic(id);
    const title = known?.title ?? `${id} (unknown)`;
    return h("li", { class: known ? "" : "unknown", title: known?.text },
      h("span", {}, h("b", {}, title), h("span", { class: "meta" }, ` ${known ? known.question.name : ""}${place === 0 ? ", first" : ""}`)),
      place > 0 && h("button", { type: "button", "aria-label": `Make first: ${title}`, onclick: () => this.set([id, ...this.chosen.filter((each) => each !== id)], `First: ${title}`) }, "Make first"),
      h("button", { type: "button", "aria-label": `Remove: ${title}`, onclick: () => this.set(this.chosen.filter((each) => each !== id), `Removed: ${title}`) }, "Remove"));
  }

  set(chosen, words) {
    this.show(chosen);
    this.change(chosen);
    this.input.focus();
    say(words);
  }

  open() {
    this.options = this.words.search(this.input.value, this.chosen, this.questions());
    const told = this.options.slice(0, MOST);
    this.list.replaceChildren(...told.map((each, place) =>
      h("li", { id: `${this.list.id}-${place}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); this.pick(place); } },
        h("b", {}, marked(each.title, this.input.value)),
        h("span", { class: "meta" }, ` ${each.question.name}, ${each.role}`),
        h("span", { class: "full" }, marked(each.text, this.input.value)))));
    if (this.options.length > MOST) this.list.append(h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "meta" }, `${this.options.length - MOST} more; type more letters`));
    if (!told.length) this.list.append(h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "meta" }, "No characteristic has these letters"));
    this.options = told;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.point(this.input.value && told.length ? 0 : -1);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.point(-1);
  }

  point(place) {
    this.active = place;
    for (const [at, option] of [...this.list.children].entries()) option.setAttribute("aria-selected", String(at === place));
    if (place < 0) return this.input.removeAttribute("aria-activedescendant");
    const option = this.list.children[place];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  pick(place) {
    const option = this.options[place];
    this.input.value = "";
    this.close();
    this.set([...this.chosen, option.id], `Chosen: ${option.title}`);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.altKey) {
      event.preventDefault();
      if (this.list.hidden) return this.open();
      const last = this.options.length - 1;
      if (last >= 0) this.point(this.active + step < 0 ? last : this.active + step > last ? 0 : this.active + step);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (!this.list.hidden && this.active >= 0) {
        event.preventDefault();
        this.pick(this.active);
      }
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.input.value && this.chosen.length) {
      this.set(this.chosen.slice(0, -1), `Removed: ${this.words.characteristic(this.chosen.at(-1))?.title ?? this.chosen.at(-1)}`);
    }
  }
}
