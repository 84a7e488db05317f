// The left: all findings, and those of them that are looked for.

import { $, Kept, arrange, count, fill, h } from "./dom.js";
import { kindOf } from "./form.js";

const KINDS = { strength: "strength", shortfall: "shortfall", neither: "context", count: "sample", estimate: "sample" };

// What a finding is, in words: as the rules read it, where they do.
const described = (kind, read) => {
  if (!read || read.direction === "neither") return KINDS[kind];
  const weighs = read.gravity === "none" ? read.direction : `${read.gravity} ${read.direction}`;
  return KINDS[kind] === "sample" ? `sample: ${weighs}` : weighs;
};

export class List {
  constructor(store, words, actions) {
    this.store = store;
    this.words = words;
    this.actions = actions;
    this.selected = null;
    this.kept = null; // stays in the list though it is not looked for, since it was come to after that was said
    this.form = $("filter");
    const option = (value, name) => h("option", { value }, name);
    this.form.elements.question.append(option("", "Any"), ...words.questions.map((each) => option(each.id, each.name)));
    this.form.elements.strand.append(option("", "Any"), ...Object.keys(words.strands).map((each) => option(each, each)));
    this.form.addEventListener("input", () => {
      this.kept = null;
      this.update();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.rows.querySelector("button")?.focus();
    });
    this.rows = $("rows");
    this.rowOf = new Kept();
    this.rows.addEventListener("keydown", (event) => this.key(event));
    $("inspection").addEventListener("click", (event) => actions.select("inspection", event.detail === 0));
  }

  get visible() {
    const { words, question, strand, faults } = this.form.elements;
    const typed = words.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return this.store.document.findings.filter(({ key, value, faults: wrong, doubts }) => {
      const borne = this.words.borne(value);
      const text = `${value?.id ?? ""} ${value?.finding ?? ""} ${value?.note ?? ""} ${value?.source?.section ?? ""}`.toLocaleLowerCase();
      return (typed.every((word) => text.includes(word)) &&
        (!question.value || borne.some((each) => each.question.id === question.value)) &&
        (!strand.value || value?.strand === strand.value) &&
        (!faults.checked || wrong.length + doubts.length > 0)) || key === this.kept;
    });
  }

  update() {
    const { findings } = this.store.document;
    const visible = this.visible;
    const focused = this.rows.contains(document.activeElement) ? Number(document.activeElement.dataset.key) : null;
    const tabbable = visible.some(({ key }) => key === this.selected) ? this.selected : visible[0]?.key;
    arrange(this.rows, visible.map((each) => this.row(each, tabbable)));
    const { faults } = this.store.document;
    fill($("inspection"), "The inspection and its sources", faults.length > 0 && [" ", h("span", { class: "tag mend" }, `${faults.length} to mend`)]);
    if (this.selected === "inspection") $("inspection").setAttribute("aria-current", "true");
    else $("inspection").removeAttribute("aria-current");
    const wrong = findings.filter(({ faults }) => faults.length).length;
    $("count").textContent = `${visible.length === findings.length ? count(findings.length, "finding", "findings") : `${visible.length} of ${count(findings.length, "finding", "findings")}`}${wrong ? `; ${wrong} with something to mend` : ""}`;
    if (focused !== null && !this.rows.contains(document.activeElement)) this.focus(focused);
  }

  row({ key, value, faults, doubts }, tabbable) {
    const kind = kindOf(value);
    const read = this.store.grades?.findings[value?.id];
    const direction = read?.direction ?? (kind in KINDS ? kind : null);
    const look = read && read.direction === "shortfall" ? read.gravity : direction;
    const shows = [value?.id, value?.finding, kind, read, look, faults.length, doubts.length];
    const make = () => h("li", {}, h("button", { type: "button", class: "row", data: { key }, onclick: () => this.actions.select(key) }));
    const row = this.rowOf.at(key, shows, make, ({ firstChild }) => fill(firstChild,
      h("span", { class: "ref" }, value?.id ?? "no id"), " ",
      kind && h("span", { class: `tag ${look ?? ""}` }, described(kind, read)), " ",
      faults.length > 0 && h("span", { class: "tag mend" }, `${faults.length} to mend`), " ",
      !faults.length && doubts.length > 0 && h("span", { class: "tag" }, "look again"), " ",
      h("span", { class: "text" }, typeof value?.finding === "string" ? value.finding : "Nothing is written yet")));
    row.firstChild.tabIndex = key === tabbable ? 0 : -1;
    if (key === this.selected) row.firstChild.setAttribute("aria-current", "true");
    else row.firstChild.removeAttribute("aria-current");
    return row;
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const key = Number(event.target.dataset.key);
    if (step) {
      event.preventDefault();
      this.actions.step(step, true);
    } else if (event.key === "Enter") {
      event.preventDefault(); // a click would give the line end to the field that is focused then
      this.actions.select(key, true);
    } else if (event.key === "Delete") {
      event.preventDefault();
      this.actions.remove(key);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const at = event.key === "Home" ? this.visible[0] : this.visible.at(-1);
      if (at) this.actions.select(at.key);
      this.focus(at?.key);
    }
  }

  focus(key = this.selected) {
    (this.rows.querySelector(`[data-key="${key}"]`) ?? this.rows.querySelector("button") ?? $("new")).focus();
  }

  show() {
    this.rows.querySelector(`[data-key="${this.selected}"]`)?.scrollIntoView({ block: "nearest" });
  }
}
