// A new file.

import { $, h } from "./dom.js";
import { Gone, Refused } from "./talk.js";

export function begin(store) {
  const host = $("start");
  const { start } = store;
  const file = start.file;
  const questions = h("div");
  const offer = (id) => {
    const { questions: of } = start.frameworks.find(({ framework }) => framework.id === id);
    questions.replaceChildren(...of.map(({ id: question, name }) => h("div", { class: "level" }, h("input", { type: "checkbox", name: "questions", value: question, id: `start-q-${question}` }), h("label", { for: `start-q-${question}` }, name))));
  };
  const framework = h("select", { id: "start-framework", name: "framework", onchange: () => offer(framework.value) }, start.frameworks.map(({ framework: { id, title } }) => h("option", { value: id }, title)));
  offer(framework.value);
  const fault = h("p", { id: "start-fault", class: "fault", role: "alert", hidden: true });
  const field = (name, title, hint, more = {}) => h("div", { class: "field" },
    h("label", { for: `start-${name}` }, title),
    hint && h("p", { id: `start-${name}-hint`, class: "hint" }, hint),
    h("input", { id: `start-${name}`, name, type: "text", autocomplete: "off", "aria-describedby": hint ? `start-${name}-hint` : undefined, ...more }));
  const form = h("form", { onsubmit: submit },
    h("h2", {}, file ? `${file} does not exist yet` : "A new evidence file"),
    h("p", {}, "Describe the inspection. All but the framework and the name of the file can be changed later."),
    field("force", "Force", "", { required: true }),
    h("div", { class: "field" }, h("label", { for: "start-framework" }, "Framework"), framework),
    field("inspection", "Inspection", "Its name or cycle. It may be left out."),
    field("source", "Source", "The report or review that the findings are taken from: its title.", { required: true }),
    field("publisher", "Publisher of the source", "", { required: true }),
    file ? null : field("file", "File name", "It is written where peelrules was started. A name that ends in .xlsx makes it a workbook.", { required: true }),
    h("fieldset", { class: "field questions" }, h("legend", {}, "Questions it is about"),
      h("p", { class: "hint" }, "Their characteristics are offered first. With none chosen, all are."),
      questions),
    fault,
    h("p", {}, h("button", { type: "submit", class: "main" }, "Begin")));
  const elements = form.elements;
  if (elements.file) elements.force.addEventListener("input", () => {
    if (!elements.file.dataset.own) elements.file.value = suggested(elements.force.value);
  });
  elements.file?.addEventListener("input", () => { elements.file.dataset.own = "1"; });
  host.replaceChildren(form);
  elements.force.focus();

  async function submit(event) {
    event.preventDefault();
    const given = new FormData(form);
    fault.hidden = true;
    try {
      await store.begin({
        file: given.get("file") ?? file, force: given.get("force"), framework: given.get("framework"), inspection: given.get("inspection"),
        source: given.get("source"), publisher: given.get("publisher"), questions: given.getAll("questions"),
      });
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Gone)) throw error;
      fault.textContent = error instanceof Gone ? "The server has stopped. Start peelrules edit again." : error.message;
      fault.hidden = false;
      elements.force.focus();
    }
  }
}

const suggested = (force) => {
  const word = force.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return word ? `${word}.yaml` : "";
};
