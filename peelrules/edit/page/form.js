// The middle: one finding, or the inspection, as a form.

import { Choose } from "./choose.js";
import { capital, count, h, say, worded } from "./dom.js";
import { FlagField, LevelField, OtherField, SelectField, TextField } from "./fields.js";

const KINDS = {
  strength: "Strength",
  shortfall: "Shortfall",
  neither: "Context only",
  count: "Counted sample",
  estimate: "Estimated share",
};
const OF_KIND = {
  strength: ["exceptional", "progress", "innovative"],
  shortfall: ["seriousness", "extent", "state", "persistent", "recommendation"],
  neither: [],
  count: ["met", "of", "seriousness", "state", "persistent", "recommendation"],
  estimate: ["share", "margin", "of", "seriousness", "state", "persistent", "recommendation"],
};
const KEPT = {
  strength: ["direction", "exceptional", "progress", "innovative"],
  shortfall: ["direction", "seriousness", "extent", "state", "persistent", "recommendation"],
  neither: ["direction"],
  count: ["sample", "seriousness", "state", "persistent", "recommendation"],
  estimate: ["sample", "seriousness", "state", "persistent", "recommendation"],
};
const CODED = [...new Set(Object.values(KEPT).flat())];
const TAB = Math.random().toString(36).slice(2, 10);
const PAUSE = 1500;

export const kindOf = (value) => {
  if (value?.sample && typeof value.sample === "object") return "share" in value.sample || "margin" in value.sample ? "estimate" : "count";
  return Object.hasOwn(KINDS, value?.direction) ? value.direction : null;
};

class Form {
  constructor(store) {
    this.store = store;
    this.fields = [];
    this.step = 0;
  }

  // What is typed without a pause, in one field, is undone together.
  part() {
    const now = Date.now();
    if (now - (this.last ?? 0) > PAUSE) this.step += 1;
    this.last = now;
    return `${TAB}-${this.step}`;
  }

  put(field) {
    return (value, soon) => this.store.put(this.key, field, value, { soon, part: soon ? this.part() : `${TAB}-${this.step}` });
  }

  fill() {
    for (const field of this.fields) field.write(this.store.value(this.key, field.field));
  }

  moved() {
    this.step += 1;
  }

  // Each fault beside the field that it is about, or the first that it names; what is left, at the top.
  place(faults, doubts, host, isOpen) {
    const rest = [];
    const of = (told, also) => {
      const words = [...told.message.matchAll(/`([a-z_]+)`/g)].map(([, name]) => [name]);
      const named = told.field.join() === "sample" ? [...words, told.field] : [told.field, ...words];
      const found = [];
      for (const name of also || told.field.join() === "sample" ? named : named.slice(0, 1)) {
        const field = this.fields.find((each) => !each.element.hidden && each.about(name));
        if (field && !found.includes(field)) found.push(field);
        if (field && !also) break;
      }
      return found;
    };
    const told = new Map(this.fields.map((field) => [field, { faults: [], doubts: [] }]));
    for (const fault of faults) {
      const found = of(fault, fault.field.length === 0);
      for (const field of found) told.get(field).faults.push({ ...fault, open: isOpen(field) });
      if (!found.length) rest.push(fault);
    }
    for (const doubt of doubts) {
      const [field] = of(doubt, false);
      if (field) told.get(field).doubts.push(doubt);
      else rest.push({ ...doubt, doubt: true });
    }
    for (const [field, { faults: wrong, doubts: asked }] of told) field.tell(wrong, asked);
    host.replaceChildren(...rest.map((fault) => this.told(fault)));
  }

  // What no field of the form is about. What does not belong there at all can be removed.
  told({ message, field, doubt }) {
    const isThere = field.length > 0 && this.store.value(this.key, field) !== null && !this.fields.some((each) => each.about(field));
    return h("p", { class: doubt ? "doubt" : "fault" }, worded(doubt ? `Worth a second look: ${message}` : capital(message)), " ",
      !doubt && isThere && h("button", { type: "button", onclick: () => this.put(field)(null, false) }, `Remove ${field.join(".")}`));
  }
}

const about = (field, ...names) => Object.assign(field, { about: (told) => names.some((name) => told.length && (told[0] === name || told.join(".") === name || told.join(".").startsWith(`${name}.`))) });

export class FindingForm extends Form {
  constructor(store, words, key, actions) {
    super(store);
    this.words = words;
    this.key = key;
    this.actions = actions;
    this.chosenKind = null;
    const advice = (name) => words.advice(name);
    const own = (name, Kind, more = {}) => about(new Kind({ field: [name], title: advice(name).title, says: advice(name).says, put: this.put([name]), ...more }), name);
    const levels = (name) => own(name, LevelField, { levels: advice(name).levels });
    const direction = advice("direction").levels;
    this.kind = about(new LevelField({
      field: ["direction"], title: advice("direction").title, says: advice("direction").says, names: KINDS, look: "kinds",
      levels: { strength: direction.strength, shortfall: direction.shortfall, neither: direction.neither, count: "So many of so many cases met the standard. The rules derive the rest.", estimate: "An estimated share of cases met the standard, with its margin." },
      put: (kind) => this.become(kind),
    }), "direction", "sample");
    this.kind.write = () => LevelField.prototype.write.call(this.kind, this.kindNow());
    const sample = (name, title, says) => about(new TextField({ field: ["sample", name], title, says, number: true, put: this.put(["sample", name]) }), `sample.${name}`, name);
    this.byName = {
      id: own("id", TextField),
      finding: own("finding", TextField, { rows: 3, wide: true }),
      bears_on: about(new OtherField({
        field: ["bears_on"], title: advice("bears_on").title, says: advice("bears_on").says,
        make: (id, describedby) => {
          const choose = new Choose({ words, id, describedby, change: (chosen) => this.put(["bears_on"])(chosen.length ? chosen : null, false), questions: () => this.near() });
          return { input: choose.input, element: choose.element, show: (value) => choose.show(Array.isArray(value) ? value.map(String) : value ? [String(value)] : []) };
        },
      }), "bears_on"),
      kind: this.kind,
      met: sample("met", "Cases that met the standard"),
      share: sample("share", "Share that met the standard", "0.852 or 85.2%"),
      margin: sample("margin", "Margin, up and down", "0.051 or 5.1%"),
      of: sample("of", "Cases looked at"),
      seriousness: levels("seriousness"),
      extent: levels("extent"),
      state: levels("state"),
      persistent: own("persistent", FlagField),
      exceptional: own("exceptional", FlagField),
      progress: own("progress", FlagField),
      innovative: own("innovative", FlagField),
      recommendation: own("recommendation", TextField, { rows: 2, wide: true }),
      strand: own("strand", SelectField, { options: names(words.strands), sentences: words.strands }),
      method: own("method", SelectField, { options: names(words.methods), sentences: words.methods, none: "Not said" }),
      document: about(new SelectField({ field: ["source", "document"], title: "Source", options: {}, put: this.put(["source", "document"]) }), "source"),
      section: about(new TextField({ field: ["source", "section"], title: "Section", suggest: "sections", put: this.put(["source", "section"]) }), "source.section", "section"),
      paragraph: about(new TextField({ field: ["source", "paragraph"], title: "Paragraph", put: this.put(["source", "paragraph"]) }), "source.paragraph", "paragraph"),
      note: own("note", TextField, { rows: 2, wide: true }),
    };
    this.fields = Object.values(this.byName).sort((one, other) => longest(other) - longest(one));
    const f = this.byName;
    this.title = h("h2", { id: "form-title" });
    this.reads = h("p", { class: "reads", "aria-live": "off" });
    this.rest = h("div", { class: "rest" });
    this.sections = h("datalist", { id: "sections" });
    this.element = h("form", { class: "finding", onsubmit: (event) => event.preventDefault(), onfocusin: () => this.moved() },
      h("div", { class: "head" }, this.title,
        h("button", { type: "button", onclick: () => actions.step(-1), "aria-keyshortcuts": "k" }, "Previous"),
        h("button", { type: "button", onclick: () => actions.step(1), "aria-keyshortcuts": "j" }, "Next"),
        h("button", { type: "button", onclick: () => actions.remove(key) }, "Remove")),
      this.reads, this.rest,
      f.finding.element, f.bears_on.element, f.kind.element,
      h("div", { class: "pair" }, f.met.element, f.share.element, f.margin.element, f.of.element),
      f.seriousness.element, f.extent.element, f.state.element,
      h("div", { class: "flags" }, f.persistent.element, f.exceptional.element, f.progress.element, f.innovative.element),
      f.recommendation.element,
      h("div", { class: "pair" }, f.strand.element, f.method.element),
      h("div", { class: "pair" }, f.document.element, f.section.element, f.paragraph.element),
      f.note.element, h("div", { class: "pair" }, f.id.element), this.sections,
      h("p", { class: "after" }, h("button", { type: "button", class: "main", onclick: () => actions.add(), "aria-keyshortcuts": "Control+Enter" }, "Next new finding ", h("kbd", {}, "Ctrl Enter"))));
  }

  // What somebody chose counts where the finding does not say it yet: a sample without any number, or with all cases alone.
  kindNow() {
    const sample = this.store.value(this.key, ["sample"]);
    const kind = kindOf({ direction: this.store.value(this.key, ["direction"]), sample });
    const isOpen = kind === null || (kind === "count" && sample.met === undefined && this.chosenKind === "estimate");
    return isOpen ? this.chosenKind : kind;
  }

  // Another kind of finding: what belongs to it stays, and all else goes, in one step.
  become(kind) {
    const before = this.kindNow();
    this.chosenKind = kind;
    const { value: whole } = this.store.finding(this.key) ?? {};
    const value = whole && typeof whole === "object" ? whole : {};
    const part = `${TAB}-${++this.step}`;
    const set = (field, to) => {
      const now = this.store.value(this.key, field);
      if (now !== null || to !== null) this.store.put(this.key, field, to, { soon: true, part });
    };
    set(["direction"], ["count", "estimate"].includes(kind) ? null : kind);
    for (const name of CODED) if (name !== "direction" && name in value && !KEPT[kind].includes(name)) set([name], null);
    if (["count", "estimate"].includes(kind) && before !== kind && value.sample) {
      const of = value.sample.of;
      set(["sample"], of === undefined ? null : { of });
    }
    this.store.flush();
    this.update();
  }

  // The questions whose characteristics come first: that of the finding, or of the one before; or those chosen at the start.
  near() {
    const { findings, chosen } = this.store.document;
    const at = findings.findIndex(({ key }) => key === this.key);
    const bears = { bears_on: this.store.value(this.key, ["bears_on"]) };
    const question = this.words.questionOf(bears) ?? this.words.questionOf(findings[at - 1]?.value);
    return question ? [question] : chosen;
  }

  update() {
    const finding = this.store.finding(this.key);
    if (!finding) return;
    const f = this.byName;
    const kind = this.kindNow();
    const shown = new Set(kind ? OF_KIND[kind] : []);
    for (const name of new Set(Object.values(OF_KIND).flat())) {
      const value = this.store.value(this.key, f[name].field);
      f[name].element.hidden = !shown.has(name) && (value === null || kind === null);
    }
    f.persistent.element.parentElement.hidden = ["persistent", "exceptional", "progress", "innovative"].every((name) => f[name].element.hidden);
    f.met.element.parentElement.hidden = ["met", "share", "margin", "of"].every((name) => f[name].element.hidden);
    f.document.offer(titles(this.store.document.header.sources));
    this.fill();
    const sections = new Set(this.store.document.findings.map((each) => each.value?.source?.section).filter((each) => typeof each === "string"));
    if (sections.size !== this.sections.children.length) this.sections.replaceChildren(...[...sections].map((value) => h("option", { value })));
    this.title.textContent = finding.value?.id ?? "A finding without an id";
    this.place(finding.faults, finding.doubts, this.rest, (field) => isEmpty(this.store.value(this.key, field.field)) && (field !== this.kind || isEmpty(this.store.value(this.key, ["sample"]))));
    this.updateGrades();
  }

  updateGrades() {
    const { grades } = this.store;
    const finding = this.store.finding(this.key);
    const read = grades?.findings[finding?.value?.id];
    this.reads.replaceChildren();
    this.reads.classList.toggle("stale", this.store.isStale);
    if (!finding) return;
    if (finding.faults.length) {
      const open = finding.faults.length;
      this.reads.append(h("span", { class: "tag mend" }, count(open, "thing to mend", "things to mend")), " It is not graded until then.");
    } else if (read) {
      const weighs = read.gravity === "none" ? read.direction : `${read.gravity} ${read.direction}`;
      this.reads.append("The rules read this as ", h("span", { class: `tag ${read.direction === "shortfall" ? read.gravity : read.direction}` }, read.direction === "neither" ? "context" : weighs), read.extent && read.direction === "shortfall" ? `, ${read.extent}` : "", ".");
    }
  }

  focus() {
    this.byName.finding.focus();
  }

  // Text that was typed before the field was there.
  type(text) {
    if (!text) return;
    const { control } = this.byName.finding;
    control.setRangeText(text, control.value.length, control.value.length, "end");
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const longest = (field) => field.field.length;
const isEmpty = (value) => value === null || value === undefined || value === "";
const names = (words) => Object.fromEntries(Object.keys(words).map((name) => [name, capital(name)]));
const titles = (sources) => (sources && typeof sources === "object" && !Array.isArray(sources) ? Object.fromEntries(Object.entries(sources).map(([key, work]) => [key, work?.title ? `${key}: ${work.title}` : key])) : {});

export class InspectionForm extends Form {
  constructor(store, words) {
    super(store);
    this.key = null;
    this.words = words;
    this.title = h("h2", { id: "form-title" }, "The inspection and its sources");
    this.rest = h("div", { class: "rest" });
    this.body = h("div");
    this.element = h("form", { class: "finding", onsubmit: (event) => event.preventDefault(), onfocusin: () => this.moved() },
      h("div", { class: "head" }, this.title), this.rest, this.body);
    this.build();
  }

  build() {
    const text = (field, title, says) => about(new TextField({ field, title, says, put: this.put(field) }), field.join("."));
    const force = text(["force"], "Force");
    const inspection = text(["inspection"], "Inspection", `Such as ${this.words.framework.title}.`);
    this.fields = [force, inspection];
    const { sources } = this.store.document.header;
    this.keys = sources && typeof sources === "object" ? Object.keys(sources) : [];
    const parts = this.keys.map((key) => {
      const own = [["title", "Title"], ["publisher", "Publisher"], ["published", "Published"], ["url", "Web address"]].map(([name, title]) => text(["sources", key, name], title));
      this.fields.push(...own);
      return h("fieldset", { class: "source" }, h("legend", {}, "Source ", h("code", {}, key)), own.map((each) => each.element));
    });
    const name = h("input", { id: "source-key", type: "text", autocomplete: "off" });
    const title = h("input", { id: "source-title", type: "text", autocomplete: "off" });
    const publisher = h("input", { id: "source-publisher", type: "text", autocomplete: "off" });
    const add = () => {
      const key = name.value.trim() || `source-${this.keys.length + 1}`;
      if (this.keys.includes(key)) return say(`There is a source ${key} already`);
      const work = Object.fromEntries([["title", title.value.trim()], ["publisher", publisher.value.trim()]].filter(([, value]) => value));
      this.store.put(null, ["sources", key], work);
      say(`Source ${key} added`);
    };
    this.body.replaceChildren(
      h("p", { class: "meta" }, `Framework: ${this.words.framework.title} (${this.words.framework.id})`),
      h("div", { class: "pair" }, force.element, inspection.element),
      h("h3", {}, "Sources"), ...parts,
      h("fieldset", { class: "source" }, h("legend", {}, "One more source"),
        h("div", { class: "field" }, h("label", { for: "source-key" }, "Short name, by which findings name it"), name),
        h("div", { class: "field" }, h("label", { for: "source-title" }, "Title"), title),
        h("div", { class: "field" }, h("label", { for: "source-publisher" }, "Publisher"), publisher),
        h("button", { type: "button", onclick: add }, "Add source")));
  }

  update() {
    const { sources } = this.store.document.header;
    const keys = sources && typeof sources === "object" ? Object.keys(sources) : [];
    if (keys.join("\n") !== this.keys.join("\n")) this.build();
    this.fill();
    this.place(this.store.document.faults, [], this.rest, (field) => isEmpty(this.store.value(null, field.field)));
  }

  updateGrades() {}

  focus() {
    this.fields[0].focus();
  }
}
