// A question with numbers: what the reader typed is compared with the right answer and with what known mistakes give.

const A_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const FULL_WIDTH = /[！-～]/g;  // as a Chinese keyboard types them

// A typed number or fraction: its value, how many digits count, and the size of its last digit. null if it is neither.
function readNumber(typed) {
  const ascii = typed.replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xFEE0));
  const parts = ascii.replace(/[−–]/g, "-").replace(/\s*([/+-])\s*/g, "$1").trim().split("/");
  const value = Number(parts[0]) / Number(parts[1] ?? 1);
  if (parts.length > 2 || !parts.every((part) => A_NUMBER.test(part)) || !Number.isFinite(value)) return null;
  const [digits, power] = parts[0].toLowerCase().split("e"), decimals = digits.split(".")[1]?.length ?? 0;
  const counting = parts.length > 1 ? 0 : digits.replace(/\D/g, "").replace(/^0+/, "").length;
  return { value, counting, last: 10 ** (Number(power ?? 0) - decimals) };
}

const equals = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

// Whether a typed number is this number, within the digits that were typed, at least three.
const agrees = ({ value, counting, last }, number) =>
  equals(value, number) || (counting >= 3 && Math.abs(value - number) < last * (1 - 1e-9));

// Whether it is this number rounded to fewer digits.
const rounded = ({ value, counting, last }, number) => counting === 2 && Math.abs(value - number) <= last / 2;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

// "that is 3 times the right number", for a factor n or 1/n up to 10; null for other numbers.
function inTimes(values, right, words) {
  const largest = right.findIndex((number) => Math.abs(number) === Math.max(...right.map(Math.abs)));
  const factor = values[largest] / right[largest], size = Math.abs(factor), n = Math.round(Math.max(size, 1 / size));
  const simple = n >= 2 && n <= 10 && (equals(size, n) || equals(size, 1 / n));
  if (!simple || !right.every((number, i) => equals(values[i], factor * number))) return null;
  const text = (factor < 0 ? "−" : "") + (size > 1 ? n : `1/${n}`);
  return fill(right.length === 1 ? words.factor : words.factors, { factor: text });
}

// What can be said of a wrong answer that no known mistake gives. Matrices are lists of their entries, row by row.
function describe(typed, right, columns, places, words) {
  const values = typed.map(({ value }) => value), times = inTimes(values, right, words);
  const wrong = right.flatMap((number, i) => (agrees(typed[i], number) ? [] : [i]));
  if (right.every((number, i) => equals(values[i], -number))) return words.sign;
  if (times) return times;
  if (right.length === 1) return values[0] > right[0] ? words.large : words.small;
  const square = columns * columns === right.length;
  if (square && right.every((number, i) => agrees(typed[(i % columns) * columns + Math.floor(i / columns)], number))) {
    return words.transposed;
  }
  const said = { places: wrong.map((i) => places[i]).join(words.join) };
  const ordered = wrong.map((i) => right[i]).sort((one, other) => one - other);
  const moved = wrong.map((i) => typed[i]).sort((one, other) => one.value - other.value);
  if (ordered.every((number, i) => agrees(moved[i], number))) return fill(words.exchanged, said);
  if (wrong.length === right.length) return words.all;
  return fill(wrong.every((i) => equals(values[i], -right[i])) ? words.except_sign : words.except, said);
}

// What to say about an answer: one line, or a line and a list of mistakes.
function verdict(typed, { right, ways, words }, places) {
  const entries = right.flat();
  const fits = (answer) => typed.every((number, i) => agrees(number, answer.flat()[i]));
  if (fits(right)) return { line: words.right, right: true };
  const distance = ({ answer }) => Math.max(...answer.flat().map((number, i) => Math.abs(number - typed[i].value)));
  const way = ways.filter(({ answer }) => fits(answer)).sort((one, other) => distance(one) - distance(other))[0];
  if (way?.sentences.length > 1) return { line: words.one_of, list: way.sentences };
  if (!way && typed.every((number, i) => agrees(number, entries[i]) || rounded(number, entries[i]))) {
    return { line: words.digits };
  }
  if (!way) return { line: words.wrong + describe(typed, entries, right[0].length, places, words) + words.end };
  const times = inTimes(way.answer.flat(), entries, words);
  return { line: words.wrong + (times ? times + words.colon : "") + way.sentences[0] + words.end };
}

for (const form of document.querySelectorAll("form.answer")) {
  const { name } = form.dataset, data = JSON.parse(form.querySelector("script").textContent), { words } = data;
  const inputs = [...form.querySelectorAll("input")], places = inputs.map((input) => input.getAttribute("aria-label"));
  const said = form.querySelector(".said"), done = form.parentElement.querySelector(".done");
  form.hidden = false;
  followProgress("questions", name, (right) => { done.hidden = right !== true; });

  const say = ({ line, list = [] }) => {
    const lines = Object.assign(document.createElement("p"), { textContent: line }), items = document.createElement("ul");
    items.append(...list.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    said.replaceChildren(lines, ...(list.length ? [items] : []));
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = inputs.map((input) => readNumber(input.value)), missing = typed.indexOf(null);
    inputs.forEach((input, i) => input.setAttribute("aria-invalid", typed[i] === null));
    if (missing >= 0) {
      const text = inputs[missing].value.trim();
      say({ line: fill(text ? words.unreadable : words.empty, { typed: text }) });
      inputs[missing].focus();
      return;
    }
    const judged = verdict(typed, data, places);
    say(judged);
    done.hidden = !judged.right;
    if (judged.right) keepProgress("questions", name, true);
  });
}
