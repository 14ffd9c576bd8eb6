// Make elements of a page and write numbers. Text always becomes a text node, never markup.

function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((each) => each !== null));
  return made;
}

// "dZ[2]" gets its layer above, "A_prev" its index below, as in the notes.
function typeset(text) {
  return text.split(/(\[\d+\]|_[A-Za-z]+|`[^`]*`)/).map((part, i) => {
    if (i % 2 === 0) return part;
    if (part[0] === "`") return element("code", {}, part.slice(1, -1));
    return part[0] === "_" ? element("sub", {}, part.slice(1)) : element("sup", {}, part);
  });
}

const byId = (id) => document.getElementById(id);

// Four digits in a cell, ten wherever a learner adds up.
function short(number, digits = 4) {
  if (number === null || number === undefined) return "nan";
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e5) return String(number + 0);
  if (size < 1e-3 || size >= 1e5) return number.toExponential(Math.min(digits - 1, 6));
  return size >= 10 ** digits ? number.toFixed(0) : number.toPrecision(digits);
}
