// What the page knows: the evidence as the server has it, what is still on its way there, and the grades.
//
// Events: "document" (the evidence is another), "grades", "state" (saved, on its way, gone), "notice" (what a person
// has to decide), "done" (something was undone, done again or taken over).

import { Gone, Refused, ask, tell } from "./talk.js";
import { same } from "./dom.js";

const POLL = 1000;
const GRADES_AFTER = 120;
const FIRMNESS_AFTER = 1200;

export class Store extends EventTarget {
  start = null;
  document = null;
  grades = null;
  gradesOf = 0;
  shifts = new Map();
  firmness = null;
  firmnessOf = 0;
  gone = false;
  dismissed = new Set();
  #waiting = new Map();
  #sent = new Map();
  #busy = Promise.resolve();
  #timers = {};

  get isSending() {
    return this.#waiting.size + this.#sent.size > 0;
  }

  get isStale() {
    return this.gradesOf !== this.document.revision || this.#waiting.size > 0;
  }

  async open() {
    this.start = await ask("start");
    if (this.start.open) this.#adopt(await ask("document"));
    setTimeout(() => this.#poll(), POLL);
  }

  async begin(start) {
    await tell("begin", start);
    location.reload();
  }

  finding(key) {
    return this.document.findings.find((each) => each.key === key);
  }

  // The value of a field as it is or will be.
  value(key, field) {
    const id = identity(key, field);
    for (const changes of [this.#waiting, this.#sent]) if (changes.has(id)) return changes.get(id).value;
    return this.#kept(key, field);
  }

  #kept(key, field) {
    const from = key === null ? this.document.header : this.finding(key)?.value;
    return field.reduce((value, name) => (value && typeof value === "object" ? value[name] : undefined), from) ?? null;
  }

  // Changes of fields go to the server in a moment, or at once if that is said.
  put(key, field, value, { soon = false, part = "" } = {}) {
    const id = identity(key, field);
    const waiting = this.#waiting.get(id);
    const was = waiting ? waiting.was : this.#sent.has(id) ? this.#sent.get(id).value : this.#kept(key, field);
    if (!waiting && same(was, value)) return;
    this.#waiting.set(id, { kind: "put", finding: key, field, value, was, part });
    this.#emit("state");
    clearTimeout(this.#timers.send);
    if (soon) this.#timers.send = setTimeout(() => this.flush(), 250);
    else this.flush();
  }

  // Everything that waits is on the server, or the person was told why not.
  flush() {
    clearTimeout(this.#timers.send);
    if (!this.#waiting.size) return this.#busy;
    return this.#next(async () => {
      while (this.#waiting.size) {
        const [first] = this.#waiting.values();
        for (const [id, change] of this.#waiting) {
          if (change.part !== first.part) continue;
          this.#sent.set(id, change);
          this.#waiting.delete(id);
        }
        const changes = [...this.#sent.values()];
        try {
          const told = await tell("change", { changes: changes.map(({ part, ...change }) => change), part_of: first.part });
          this.#sent.clear();
          this.#adopt(told);
        } catch (error) {
          if (error instanceof Gone) {
            for (const [id, change] of this.#sent) {
              const later = this.#waiting.get(id);
              this.#waiting.set(id, later ? { ...later, was: change.was } : change);
            }
            this.#sent.clear();
            throw error;
          }
          this.#sent.clear();
          const lost = changes.map((change) => {
            const id = identity(change.finding, change.field);
            const later = this.#waiting.get(id);
            this.#waiting.delete(id);
            return later ?? change;
          });
          if (error.told?.findings) this.#adopt(error.told);
          this.#emit("notice", { kind: error.status === 409 ? "outdated" : "refused", message: error.message, lost });
        }
      }
    });
  }

  // What was typed and is not on the server, in words.
  unsent() {
    return [...this.#sent.values(), ...this.#waiting.values()].map(({ value }) => JSON.stringify(value)).join(", ");
  }

  // Changes of the list, and steps back and forth. What waits goes first.
  async act(path, body) {
    await this.flush();
    return this.#next(async () => {
      const told = await tell(path, body);
      this.#adopt(told);
      return told;
    });
  }

  change(changes) {
    return this.act("change", { changes });
  }

  #next(work) {
    const result = this.#busy.then(work);
    this.#busy = result.catch((error) => this.#failed(error));
    return this.#busy;
  }

  #failed(error) {
    if (error instanceof Gone) return this.#lost();
    if (!(error instanceof Refused)) throw error;
    if (error.told.findings) this.#adopt(error.told);
    this.#emit("notice", { kind: error.status === 409 ? "elsewhere" : "refused", message: error.message, lost: [] });
  }

  #lost() {
    if (!this.gone) {
      this.gone = true;
      this.#emit("state");
    }
  }

  #adopt(told) {
    const before = this.document;
    this.document = told;
    this.gone = false;
    if (!before || told.revision !== before.revision) {
      clearTimeout(this.#timers.grades);
      this.#timers.grades = setTimeout(() => this.#grade(), GRADES_AFTER);
    }
    this.#emit("document", before);
    this.#emit("state");
  }

  async #grade() {
    const asked = this.document.revision;
    if (this.#timers.grading) {
      this.#timers.again = true;
      return;
    }
    this.#timers.grading = true;
    try {
      const { revision, told } = await ask("grades");
      this.#compare(this.grades, told);
      this.grades = told;
      this.gradesOf = revision;
      this.#emit("grades");
      clearTimeout(this.#timers.firmness);
      this.#timers.firmness = setTimeout(() => this.#firm(), FIRMNESS_AFTER);
    } catch (error) {
      if (error instanceof Gone) this.#lost();
      else if (!(error instanceof Refused)) throw error;
    } finally {
      this.#timers.grading = false;
    }
    if (this.#timers.again || asked !== this.document.revision) {
      this.#timers.again = false;
      if (!this.gone) this.#grade();
    }
  }

  async #firm() {
    if (this.#timers.firming) return;
    this.#timers.firming = true;
    try {
      const { revision, told } = await ask("firmness");
      this.firmness = told;
      this.firmnessOf = revision;
      this.#emit("grades");
    } catch (error) {
      if (error instanceof Gone) this.#lost();
      else if (!(error instanceof Refused)) throw error;
    } finally {
      this.#timers.firming = false;
    }
    if (this.firmnessOf !== this.gradesOf && !this.gone) {
      clearTimeout(this.#timers.firmness);
      this.#timers.firmness = setTimeout(() => this.#firm(), FIRMNESS_AFTER);
    }
  }

  // What the last change that moved anything moved.
  #compare(before, after) {
    if (!before || !after) return;
    const shifts = new Map();
    const old = new Map(before.questions.map((each) => [each.id, each]));
    for (const each of after.questions) {
      const was = old.get(each.id);
      if (was && was.grade !== each.grade) shifts.set(each.id, was.grade ?? "not graded");
    }
    for (const [id, { status }] of Object.entries(after.characteristics)) {
      const was = before.characteristics[id]?.status ?? null;
      if (was !== status) shifts.set(id, was ?? "not assessed");
    }
    if (shifts.size) this.shifts = shifts;
  }

  // Another tab, and whoever changes the file elsewhere, are seen within a second.
  async #poll() {
    try {
      if (this.document) {
        const told = await ask("status");
        if (told.boot !== this.start.boot) return location.reload();
        const was = this.gone;
        this.gone = false;
        if (was) this.#emit("state");
        if (was && this.#waiting.size) this.flush();
        if (told.revision !== this.document.revision && !this.isSending) await this.#next(() => this.#follow(told.revision));
        else if (["elsewhere", "saved", "restored"].some((name) => told[name] !== this.document[name])) {
          this.document = { ...this.document, ...told };
          this.#emit("state");
        }
      } else if ((await ask("start")).open) location.reload();
    } catch (error) {
      if (error instanceof Gone || error instanceof Refused) this.#lost();
      else throw error;
    } finally {
      setTimeout(() => this.#poll(), POLL);
    }
  }

  async #follow(revision) {
    if (revision === this.document.revision) return;
    this.#adopt(await ask("document"));
    this.#emit("notice", { kind: "another tab", message: "Changed in another tab.", lost: [] });
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export const identity = (key, field) => JSON.stringify([key, ...field]);
