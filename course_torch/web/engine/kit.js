// What Python wrote for the engine (graphs, sets, mistakes, texts and constants), and its texts filled in: why the engine
// refuses what a learner asks, in every language of the page.

export const kit = {};
export const open = (given) => Object.assign(kit, given);

// The number with so many digits, as Python writes it: without zeros at the end, and in short where it is long.
export function digits(number, count = 6) {
  const [whole, exponent] = number.toExponential(count - 1).split("e");
  if (Number(exponent) < -4 || Number(exponent) >= count) return `${parseFloat(whole)}e${power(exponent)}`;
  return String(Number(number.toPrecision(count)));
}

// An exponent has two digits at least.
export const power = (exponent) => exponent.replace(/^([+-])(\d)$/, "$10$2");

const spelled = (value) => (typeof value === "number" ? digits(value) : value);

// A text of the kit with values in its places, such as "{name}": a text, a number, or a sentence in each language.
export function filled(name, values = {}) {
  const fill = (language, sentence) =>
    [language, sentence.replace(/\{(\w+)\}/g, (_, key) => values[key]?.[language] ?? spelled(values[key]))];
  return Object.fromEntries(Object.entries(kit.texts[name]).map(([language, sentence]) => fill(language, sentence)));
}

export class Refusal extends Error {
  constructor(sentences) {
    super(sentences.en);
    this.sentences = sentences;
  }
}

export const refusal = (name, values) => new Refusal(filled(name, values));

const LONGEST = 60;

// A value as it is written in a config; a long value is cut.
export function inWords(value) {
  const text = typeof value === "string" ? value : typeof value === "number" ? digits(value) : JSON.stringify(value) ?? "null";
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

// The shape of a tensor as Python writes it.
export const shapeOf = ({ shape }) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
