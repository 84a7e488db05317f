// The page put together.

import { begin } from "./begin.js";
import { $, say } from "./dom.js";
import { FindingForm, InspectionForm } from "./form.js";
import { Grades } from "./grades.js";
import { Ahead, help, keys } from "./keys.js";
import { List } from "./list.js";
import { Notices } from "./notices.js";
import { Store } from "./store.js";
import { Words } from "./words.js";

history.replaceState(null, "", "/"); // the token has done its work, and is in a cookie

const store = new Store();
await store.open();
let words;
new Notices(store);

const ahead = new Ahead();
let list, grades, form;

const actions = {
  select(key, focus = false) {
    if (list.selected !== key || !form) {
      store.flush();
      list.selected = list.kept = key;
      form = key === "inspection" || key === null ? new InspectionForm(store, words) : new FindingForm(store, words, key, actions);
      $("form").replaceChildren(form.element);
      form.update();
      list.update();
      list.show();
      grades.update(question());
      $("form").scrollTop = 0;
    }
    if (focus) setTimeout(() => form.focus()); // not before the key that led here has done its own work
  },
  step(by, inList = false) {
    const { visible } = list;
    if (!visible.length) return;
    const at = visible.findIndex(({ key }) => key === list.selected);
    const next = at < 0 ? (by > 0 ? 0 : visible.length - 1) : Math.min(visible.length - 1, Math.max(0, at + by));
    actions.select(visible[next].key);
    if (inList) list.focus();
    else say(`${visible[next].value?.id ?? "no id"}. ${visible[next].value?.finding ?? ""}`);
  },
  async add(about) {
    if (ahead.typed !== null) return;
    ahead.hold();
    await store.flush();
    const base = store.finding(list.selected) ?? store.document.findings.at(-1);
    const told = await changed([{ kind: "add", after: base?.key ?? null, value: { ...following(base?.value), ...(about && { bears_on: [about] }) } }]);
    if (told) actions.select(store.document.done.finding);
    form.focus();
    if (told) form.type(ahead.release());
    else ahead.release();
  },
  async remove(key) {
    const finding = store.finding(key);
    if (!finding) return;
    if (await changed([{ kind: "remove", finding: key }])) say(`${finding.value?.id ?? "The finding"} removed. Control Z brings it back.`);
    list.focus();
  },
  mend() {
    if (store.document.faults.length && list.selected !== "inspection") return actions.select("inspection", true);
    const wrong = store.document.findings.filter(({ faults }) => faults.length);
    if (!wrong.length) return say("Nothing is to be mended.");
    const keys = store.document.findings.map(({ key }) => key);
    const at = keys.indexOf(list.selected);
    const next = wrong.find(({ key }) => keys.indexOf(key) > at) ?? wrong[0];
    actions.select(next.key);
    (form.fields.find((field) => !field.element.hidden && field.faults.children.length) ?? form).focus();
  },
  find(id) {
    const found = store.document.findings.find(({ value }) => value?.id === id);
    if (found) actions.select(found.key, true);
  },
  search: () => $("filter").elements.words.focus(),
  form: () => form.focus(),
  list: () => list.focus(),
  grades: () => ($("grades").querySelector("summary") ?? $("grades")).focus(),
  help: () => help(words),
  undo: () => back("undo"),
  redo: () => back("redo"),
  async save() {
    await store.flush();
    if (store.document.saved && !store.document.elsewhere) return say("There is nothing to save.");
    await store.act("save", {});
    if (store.document.saved) say("Saved");
  },
};

async function changed(changes) {
  const before = store.document.revision;
  await store.change(changes);
  return store.document.revision !== before;
}

async function back(which) {
  await store.flush();
  const words_ = store.document[which];
  if (!words_) return say(`Nothing to ${which}.`);
  await store.act(which);
  const { done } = store.document;
  if (done?.finding && store.finding(done.finding)) actions.select(done.finding);
  say(`${which === "undo" ? "Undone" : "Done again"}: ${words_}`);
}

// A new finding goes on where the last one was: the same document, section and strand, and the next id.
function following(value) {
  const { header, findings } = store.document;
  const used = new Set(findings.map((each) => each.value?.id));
  const [, stem, digits] = /^(.*?)(\d+)$/.exec(value?.id ?? "") ?? [null, "F-", "00"];
  let number = Number(digits), id;
  do id = `${stem}${String(++number).padStart(digits.length, "0")}`; while (used.has(id));
  const document = value?.source?.document ?? Object.keys(header.sources ?? {})[0];
  const source = { ...(document && { document }), ...(value?.source?.section && { section: value.source.section }) };
  return { id, ...(value?.strand && { strand: value.strand }), ...(Object.keys(source).length && { source }) };
}

const question = () => (typeof list.selected === "number" ? words.questionOf(store.finding(list.selected)?.value) : null);

function head() {
  const doc = store.document;
  const force = doc.header.force ?? "No force";
  $("title").textContent = String(force);
  $("place").textContent = [doc.header.inspection, words.framework.title].filter((each, at, all) => each && all.indexOf(each) === at).join(", ");
  document.title = `${doc.saved ? "" : "* "}${doc.file}: peelrules edit`;
  const kept = doc.saved ? `${doc.file}: saved` : `${doc.file}: not saved, kept in a draft`;
  $("state").textContent = store.gone ? "The server has stopped" : store.isSending ? "…" : kept;
  $("state").classList.toggle("bad", store.gone);
  for (const which of ["undo", "redo"]) {
    $(which).setAttribute("aria-disabled", String(!doc[which]));
    $(which).title = doc[which] ? `${which === "undo" ? "Undo" : "Do again"}: ${doc[which]}` : "";
  }
  $("save").setAttribute("aria-disabled", String(doc.saved));
}

function open() {
  words = new Words(store.start);
  $("start").hidden = true;
  $("desk").hidden = false;
  $("tools").hidden = false;
  list = new List(store, words, actions);
  grades = new Grades(store, words, actions);
  store.addEventListener("document", ({ detail: before }) => {
    if (store.document.framework !== words.framework.id) return location.reload();
    if (typeof list.selected === "number" && !store.finding(list.selected)) {
      const { findings } = store.document; // the one that is in the place of what was removed
      const at = before.findings.findIndex(({ key }) => key === list.selected);
      form = null;
      actions.select(findings[Math.min(at, findings.length - 1)]?.key ?? "inspection");
    } else form.update();
    list.update();
    grades.update(question());
  });
  let before = null;
  store.addEventListener("grades", () => {
    grades.update(question());
    grades.announce(before);
    before = store.grades;
    list.update();
    form.updateGrades();
  });
  store.addEventListener("state", () => {
    head();
    grades.stale();
  });
  $("new").addEventListener("click", () => actions.add());
  $("undo").addEventListener("click", actions.undo);
  $("redo").addEventListener("click", actions.redo);
  $("save").addEventListener("click", actions.save);
  $("keys").addEventListener("click", actions.help);
  keys(actions, ahead);
  addEventListener("beforeunload", (event) => {
    if (!store.isSending) return;
    store.flush();
    event.preventDefault();
  });
  addEventListener("visibilitychange", () => store.flush());
  actions.select(store.document.findings[0]?.key ?? "inspection");
  if (!store.document.findings.length) $("new").focus();
  head();
  store.dispatchEvent(new CustomEvent("state"));
}

if (store.document) open();
else begin(store);
document.documentElement.dataset.ready = "true";
