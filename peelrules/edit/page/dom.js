// Elements in few words. Text only ever becomes text.

export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") element.className = value;
    else if (key === "data") Object.assign(element.dataset, value);
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && !["list", "form", "spellcheck"].includes(key)) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...content(children));
  return element;
}

// What is there of some children; a condition that does not hold leaves nothing.
const content = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");

export const fill = (element, ...children) => element.replaceChildren(...content(children));

export const $ = (id) => document.getElementById(id);

// What a screen reader says, once.
export function say(words) {
  const live = $("live");
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 50);
}

// A message in which names stand between backticks.
export const worded = (message) => message.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));

// Puts children in a place, but leaves what is there already alone: what is moved while it is pressed is not clicked.
export function arrange(host, children) {
  if (children.length !== host.children.length || children.some((child, at) => child !== host.children[at])) host.replaceChildren(...children);
}

// Elements by key, whose content is made anew only where what it shows is another.
export class Kept {
  #elements = new Map();

  at(key, shows, make, fill) {
    const kept = this.#elements.get(key) ?? { element: make() };
    const seen = JSON.stringify(shows);
    if (kept.seen !== seen) fill(kept.element);
    kept.seen = seen;
    this.#elements.set(key, kept);
    return kept.element;
  }
}

export const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

export const kebab = (words) => (words ?? "none").replaceAll(" ", "-");
