// The fields of a form. Each knows which value of the evidence it shows, and where its faults are told.

import { capital, h, worded } from "./dom.js";

let numbers = 0;
const unique = (name) => `${name}-${++numbers}`;

const hint = (id, says) => (says ? h("p", { id, class: "hint" }, says) : null);

class Field {
  constructor({ field, title, says, wide = false }) {
    this.field = field;
    this.title = title;
    this.id = unique(field.join("-"));
    this.faults = h("div", { id: `${this.id}-faults`, class: "faults" });
    this.hint = hint(`${this.id}-hint`, says);
    this.described = [this.hint?.id, this.faults.id].filter(Boolean).join(" ");
    this.wide = wide;
  }

  tell(faults, doubts) {
    this.faults.replaceChildren(
      ...faults.map(({ message, open }) => (open ? h("p", { class: "todo" }, "Still to be filled in.") : h("p", { class: "fault" }, worded(capital(message))))),
      ...doubts.map(({ message }) => h("p", { class: "doubt" }, worded(`Worth a second look: ${message}`))));
    const wrong = faults.some(({ open }) => !open);
    for (const control of this.controls) {
      if (wrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    this.element.classList.toggle("wrong", wrong);
  }

  get controls() {
    return [this.control];
  }

  focus() {
    this.controls[0].focus();
  }
}

export class TextField extends Field {
  constructor(options) {
    super(options);
    const { rows, put, done, number, suggest } = options;
    this.number = number;
    const common = {
      id: this.id, "aria-describedby": this.described, autocomplete: "off", list: suggest,
      oninput: () => put(this.read(), true),
      onchange: () => { put(this.read(true), false); done?.(); },
    };
    this.control = rows
      ? h("textarea", { ...common, rows })
      : h("input", { ...common, type: "text", inputmode: number ? "decimal" : undefined, class: number ? "number" : "" });
    this.element = h("div", { class: `field ${this.wide ? "wide" : ""}` }, h("label", { for: this.id }, this.title), this.hint, this.control, this.faults);
  }

  read(whole = false) {
    const typed = whole ? this.control.value.trim() : this.control.value;
    if (!typed.trim()) return null;
    return this.number ? asNumber(typed.trim()) : typed;
  }

  write(value) {
    const shown = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    if (this.control === document.activeElement && JSON.stringify(this.read()) === JSON.stringify(value ?? null)) return;
    if (this.control.value !== shown) this.control.value = shown;
    if (this.control.localName === "textarea") this.grow();
  }

  grow() {
    this.control.style.height = "auto";
    this.control.style.height = `${this.control.scrollHeight + 2}px`;
  }
}

// 85.2% is what people write, and 0.852 what is kept.
function asNumber(typed) {
  const percent = /^(\d+)(?:\.(\d+))?\s*%$/.exec(typed);
  if (percent) {
    const [, whole, part = ""] = percent;
    const digits = whole.padStart(3, "0") + part;
    return Number(`${digits.slice(0, whole.padStart(3, "0").length - 2)}.${digits.slice(-2 - part.length)}`);
  }
  return /^\d{1,15}(\.\d{1,12})?$/.test(typed) ? Number(typed) : typed;
}

export class SelectField extends Field {
  constructor(options) {
    super(options);
    this.says = options.sentences && h("p", { class: "hint", id: `${this.id}-says` });
    const described = [this.described, this.says?.id].filter(Boolean).join(" ");
    this.sentences = options.sentences ?? {};
    this.control = h("select", { id: this.id, "aria-describedby": described, onchange: () => { options.put(this.control.value || null, false); this.tellChosen(); } });
    this.element = h("div", { class: "field" }, h("label", { for: this.id }, this.title), this.hint, this.control, this.says, this.faults);
    this.offer(options.options, options.none);
  }

  tellChosen() {
    if (this.says) this.says.textContent = this.sentences[this.control.value] ?? "";
  }

  offer(options, none = "Choose") {
    const seen = JSON.stringify([options, none]);
    if (seen === this.offered) return; // a list that is open stays open
    this.offered = seen;
    this.options = options;
    this.none = none;
    this.control.replaceChildren(h("option", { value: "" }, none), ...Object.entries(options).map(([value, words]) => h("option", { value }, words)));
  }

  write(value) {
    if (value && !Object.hasOwn(this.options, value)) {
      this.options = { ...this.options, [value]: `${value} (unknown)` };
      this.control.append(h("option", { value }, this.options[value]));
    }
    this.control.value = value ?? "";
    this.tellChosen();
  }
}

// One of a few levels, each with the sentence of the guide.
export class LevelField extends Field {
  constructor(options) {
    super(options);
    this.inputs = Object.entries(options.levels).map(([level, says]) => {
      const id = unique(this.id);
      const input = h("input", { type: "radio", name: this.id, id, value: level, "aria-describedby": `${id}-says`, onchange: () => options.put(level, false) });
      return { input, element: h("div", { class: "level" }, input, h("label", { for: id }, h("b", {}, capital(options.names?.[level] ?? level)), h("span", { id: `${id}-says`, class: "says" }, says))) };
    });
    this.element = h("fieldset", { class: `field levels wide ${options.look ?? ""}`, "aria-describedby": this.described }, h("legend", {}, this.title), this.hint, h("div", { class: "grid" }, this.inputs.map(({ element }) => element)), this.faults);
  }

  get controls() {
    return this.inputs.map(({ input }) => input);
  }

  focus() {
    (this.controls.find((input) => input.checked) ?? this.controls[0]).focus();
  }

  tell(faults, doubts) {
    super.tell(faults, doubts);
    for (const input of this.controls) input.removeAttribute("aria-invalid"); // radios have none of their own
  }

  write(value) {
    for (const { input } of this.inputs) input.checked = input.value === value;
  }
}

export class FlagField extends Field {
  constructor(options) {
    super(options);
    this.control = h("input", { type: "checkbox", id: this.id, "aria-describedby": this.described, onchange: () => options.put(this.control.checked || null, false) });
    this.element = h("div", { class: "field flag" }, this.control, h("label", { for: this.id }, h("b", {}, this.title)), this.hint, this.faults);
  }

  write(value) {
    this.control.checked = value === true;
  }
}

// Any other control, with its label, its hint and its faults.
export class OtherField extends Field {
  constructor(options) {
    super(options);
    const made = options.make(this.id, this.described);
    this.control = made.input;
    this.write = (value) => made.show(value);
    this.element = h("div", { class: "field wide" }, h("label", { for: this.id }, this.title), this.hint, made.element, this.faults);
  }
}
