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
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

export const $ = (id) => document.getElementById(id);

// What a screen reader says, once.
export function say(words) {
  const live = $("live");
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 50);
}

// A message in which names stand between backticks.
export const worded = (message) => message.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));

export const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

export const kebab = (words) => (words ?? "none").replaceAll(" ", "-");
