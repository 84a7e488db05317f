// The right: the grades as they stand, what the last change moved, how firm they are, and what decides them.

import { $, Kept, arrange, capital, count, fill, h, kebab, say } from "./dom.js";

export class Grades {
  constructor(store, words, actions) {
    this.store = store;
    this.words = words;
    this.actions = actions;
    this.open = new Map(); // what somebody opened or closed; of the others, the question of the finding is open
    this.host = $("grades");
    this.about = h("div", { class: "about" });
    this.body = h("div");
    this.without = h("p", { class: "meta" });
    this.questionOf = new Kept();
    this.state = h("p", { class: "meta" });
    this.host.append(h("div", { class: "head" }, h("h2", { id: "grades-title" }, "Grades"), this.state), this.about, this.body, this.without);
  }

  update(question) {
    const { grades, shifts } = this.store;
    this.stale();
    const told = [h("p", { class: "meta" }, "Indicative. They follow from these findings by the rules, and are not the inspectorate's.")];
    if (!grades) {
      if (!this.store.isStale) told.push(h("p", { class: "fault" }, "Nothing can be graded until the inspection is described without faults."));
      this.about.replaceChildren(...told);
      arrange(this.body, []);
      return;
    }
    if (grades.left_out) told.push(h("p", { class: "todo" }, `${count(grades.left_out, "finding", "findings")} with something to mend ${grades.left_out === 1 ? "is" : "are"} left out.`));
    told.push(...grades.cautions.map((caution) => h("p", { class: "doubt" }, caution)));
    const moved = grades.questions.filter(({ id }) => shifts.has(id));
    if (moved.length) told.push(h("p", { class: "moved" }, "The last change that moved anything: ", moved.map(({ name, grade, id }) => `${name} is ${grade ?? "not graded"}, was ${shifts.get(id)}`).join("; "), "."));
    this.about.replaceChildren(...told);
    const chosen = this.store.document.chosen;
    const graded = grades.questions.filter(({ id }) => this.words.question.get(id)?.graded);
    const first = graded.filter(({ assessed, id }) => assessed || chosen.includes(id) || id === question);
    const rest = graded.filter((each) => !first.includes(each));
    arrange(this.body, first.map((each) => this.question(each, question)));
    this.without.textContent = rest.length ? `Without evidence: ${rest.map(({ name }) => name).join(", ")}.` : "";
  }

  // Whether they are of the findings as they are.
  stale() {
    this.state.textContent = this.store.isStale ? "being worked out again" : "up to date";
    this.host.classList.toggle("stale", this.store.isStale);
  }

  announce(before) {
    const { grades } = this.store;
    if (!before || !grades) return;
    const old = new Map(before.questions.map((each) => [each.id, each.grade]));
    const moved = grades.questions.filter(({ id, grade }) => old.has(id) && old.get(id) !== grade);
    if (moved.length) say(moved.map(({ name, grade, id }) => `${name} is now ${grade ?? "not graded"}, was ${old.get(id) ?? "not graded"}`).join("; "));
  }

  question(each, current) {
    const { grades, shifts, firmness, firmnessOf, gradesOf } = this.store;
    const own = this.words.question.get(each.id).characteristics.map(({ id }) => [grades.characteristics[id], shifts.get(id)]);
    const shows = [each, shifts.get(each.id), own, firmness?.questions[each.id], firmnessOf === gradesOf];
    const make = () => {
      const details = h("details", {}, h("summary", { data: { question: each.id }, onclick: () => this.open.set(each.id, !details.open) }), h("div"));
      return details;
    };
    const details = this.questionOf.at(each.id, shows, make, ({ firstChild: summary, lastChild: inside }) => {
      const was = shifts.get(each.id);
      fill(summary,
        h("span", { class: `chip ${kebab(each.grade)}`, "aria-hidden": "true" }, each.initials),
        h("span", { class: "name" }, h("b", {}, each.name), " ", h("span", { class: "meta" }, each.grade ?? short(each.not_graded))),
        was !== undefined && h("span", { class: "tag was" }, `was ${was}`));
      const focused = inside.contains(document.activeElement) ? document.activeElement.textContent : null;
      fill(inside, [...this.inside(each)]);
      if (focused) [...inside.querySelectorAll("button")].find(({ textContent }) => textContent === focused)?.focus();
    });
    details.className = `q-grade ${each.id === current ? "current" : ""}`;
    details.open = this.open.get(each.id) ?? each.id === current;
    return details;
  }

  *inside(each) {
    if (each.not_graded) yield h("p", {}, `${capital(each.not_graded)}.${each.ceiling && each.assessed ? ` No better than ${each.ceiling} on this evidence.` : ""}`);
    if (each.shortage) yield h("p", {}, `A grade takes ${each.shortage}, which are not assessed below.`);
    if (each.cause_of_concern) yield h("p", { class: "fault" }, "Cause of concern.");
    for (const title of each.critical) yield h("p", { class: "fault" }, `Critical shortfall: ${title}`);
    if (each.assessed) {
      yield h("h3", {}, "What decides");
      yield each.reasons.length ? h("ul", {}, each.reasons.map((reason) => h("li", {}, reason))) : h("p", {}, "No rule stands against the best grade.");
      yield h("p", { class: "meta" }, capital(each.coverage));
    }
    yield* this.firm(each);
    if (each.areas.length) yield h("p", {}, h("b", {}, "Areas for improvement: "), each.areas.join("; "));
    const question = this.words.question.get(each.id);
    yield h("h3", {}, "Characteristics");
    yield h("ul", { class: "plain statuses" }, question.characteristics.map((c) => this.status(c)));
  }

  *firm(each) {
    const { firmness, firmnessOf, gradesOf } = this.store;
    const firm = firmness?.questions[each.id];
    if (!each.grade) return;
    const fresh = firmnessOf === gradesOf;
    yield h("h3", {}, "How firm");
    if (!firm) {
      yield h("p", { class: "meta" }, "Being worked out.");
      return;
    }
    const otherwise = firm.runner_up ? ` Otherwise it is most often ${firm.runner_up}.` : "";
    const nearly = fresh ? "" : " Being worked out again.";
    yield h("p", { class: fresh ? "" : "stale" }, `It stands in ${firm.stands} of ${firmness.draws.toLocaleString("en-GB")} draws in which samples and codings could be a little different.${otherwise}${nearly}`);
    if (!firm.matter_most.length) return;
    yield h("p", {}, "The findings that matter most:");
    yield h("ul", { class: fresh ? "" : "stale" }, firm.matter_most.map(({ finding, if: instead }) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => this.actions.find(finding) }, finding), instead.length > 0 && `: ${instead.join("; ")}`)));
  }

  status(characteristic) {
    const { status, concern } = this.store.grades.characteristics[characteristic.id];
    const was = this.store.shifts.get(characteristic.id);
    return h("li", {},
      h("span", { class: `status ${kebab(status)}` }, status ?? "not assessed"), " ", characteristic.title,
      was !== undefined && [" ", h("span", { class: "tag was" }, `was ${was}`)],
      concern !== "none" && [" ", h("span", { class: "tag" }, concern)],
      status === null && [" ", h("button", { type: "button", class: "link", "aria-label": `Add a finding about: ${characteristic.title}`, onclick: () => this.actions.add(characteristic.id) }, "Add a finding")]);
  }
}

const short = (why) => (why.startsWith("not enough evidence") ? "not enough evidence" : why);
