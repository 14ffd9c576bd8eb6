// Make elements of a page and write numbers. Text always becomes a text node, never markup.

export function element(tag, attributes = {}, ...children) {
  return withParts(document.createElement(tag), attributes, children);
}

export function drawn(tag, attributes = {}, ...children) {
  return withParts(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function withParts(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((each) => each !== null));
  return made;
}

// A page that knows where the lessons are says it by data-lessons: the address of the folder of both languages.
export const lessons = document.documentElement.dataset.lessons;

// The address of a page of the lessons in the language of this page.
export const addressOf = (page) => `${lessons}${document.documentElement.lang.slice(0, 2)}/${page}.html`;

// The lesson on a section of the notes, in a tab of its own: what the page trains goes on.
export const lesson = (section, words = section) =>
  element("a", { target: "_blank", href: addressOf(`lessons/${section}`) }, words);

// "dZ[2]" gets its layer above, "A_prev" its index below, as in the notes. "notes 2.4" leads to the lesson.
export function typeset(text) {
  return text.split(/(\[\d+\]|_[A-Za-z]+|`[^`]*`|(?:notes|笔记) \d\.\d)/).map((part, i) => {
    if (i % 2 === 0) return part;
    if (/\d$/.test(part)) return lessons === undefined ? part : lesson(part.slice(-3), part);
    if (part[0] === "`") return element("code", {}, part.slice(1, -1));
    return part[0] === "_" ? element("sub", {}, part.slice(1)) : element("sup", {}, part);
  });
}

export const byId = (id) => document.getElementById(id);

// Four digits in a cell, ten wherever a learner adds up.
export function short(number, digits = 4) {
  if (number === null || number === undefined) return "nan";
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e5) return String(number + 0);
  if (size < 1e-3 || size >= 1e5) return number.toExponential(Math.min(digits - 1, 6));
  return size >= 10 ** digits ? number.toFixed(0) : number.toPrecision(digits);
}
