"use strict";

// Whatever is linked to is shown, however many parts that are closed it lies in.
function show() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
  target.scrollIntoView();
}

// The squares of the heat map lead to their characteristics. With the keyboard, the lists below do.
document.addEventListener("click", (event) => {
  const square = event.target.closest("[data-to]");
  if (square) location.hash = square.dataset.to;
});

// Browsers that cannot show closed parts in print by style have them opened.
if (!CSS.supports("selector(::details-content)")) {
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of closed) part.open = false; });
}

const MOST = 200;
const form = document.getElementById("find");
let findings;

function gathered() {
  return [...document.querySelectorAll("li[data-d]")].map((item) => ({
    item,
    direction: item.dataset.d,
    gravity: Number(item.dataset.g),
    question: item.closest("[data-question]").dataset.question,
    force: item.closest("[data-force]")?.dataset.force ?? "",
    text: `${item.closest("details").querySelector(".c-title").textContent} ${item.textContent}`.toLocaleLowerCase(),
  }));
}

function find() {
  findings ??= gathered();
  const wanted = Object.fromEntries(new FormData(form));
  const words = wanted.words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const asked = words.length || wanted.force || wanted.question || wanted.direction || wanted.gravity !== "0";
  const found = !asked ? [] : findings.filter((each) =>
    (!wanted.force || each.force === wanted.force) &&
    (!wanted.question || each.question === wanted.question) &&
    (!wanted.direction || each.direction === wanted.direction) &&
    each.gravity >= Number(wanted.gravity) &&
    words.every((word) => each.text.includes(word)));
  document.getElementById("results").replaceChildren(...found.slice(0, MOST).map(line));
  const more = found.length > MOST ? `, the first ${MOST} of which are listed` : "";
  document.getElementById("count").textContent =
    asked ? `${found.length} of ${findings.length} findings${more}` : `${findings.length} findings in all`;
}

function line(each) {
  const copy = document.createElement("li");
  copy.append(each.item.firstElementChild.cloneNode(true));
  const where = document.createElement("p");
  where.className = "m";
  where.textContent = [each.force, each.question].filter(Boolean).join(" · ");
  copy.append(where);
  return copy;
}

for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
form.addEventListener("input", find);
form.addEventListener("reset", () => setTimeout(find));
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", show);
show();
