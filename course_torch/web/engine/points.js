// The points of a CSV file: two features and one of two classes a row.

import { filled, inWords, kit, refusal } from "./kit.js";

function text(buffer) {
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(buffer);
    } catch { /* the other encoding */ }
  }
  throw refusal("no_text", { name: "points" });
}

// The cells of a line. A cell in quotes may hold a comma, and two quotes for one.
function cells(line) {
  return [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].slice(0, line.endsWith(",") ? undefined : -1)
    .map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim());
}

// Whether a value of JSON is a list of so many coordinates.
const numbers = (value, count) => Array.isArray(value) && value.length === count &&
  value.every((each) => typeof each === "number" && Math.abs(each) <= kit.constants.LARGEST_COORDINATE);

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const number = (cell) => (NUMBER.test(cell) && Number.isFinite(Number(cell)) ? Number(cell) : null);

// Each part of a split needs an example of each class.
function checkRarest(labels, classes) {
  const rarest = Math.min(...classes.map((name) => labels.filter((label) => label === name).length));
  if (rarest < 2) throw refusal("rare", { name: "points", n: rarest });
}

// The points that a learner has drawn, and the plane in which they lie.
export function drawnPoints({ rows, domain }) {
  const most = kit.constants.MOST_ROWS, isPoint = (row) => numbers(row, 3) && [0, 1].includes(row[2]);
  const wrong = !Array.isArray(rows) || rows.length > most ? rows : rows.find((row) => !isPoint(row));
  if (wrong !== undefined) throw refusal("rows", { found: inWords(wrong), most });
  if (!numbers(domain, 4) || domain[0] >= domain[1] || domain[2] >= domain[3]) {
    throw refusal("domain", { found: inWords(domain) });
  }
  checkRarest(rows.map((row) => row[2]), [0, 1]);
  return { rows, domain, class_names: ["red", "blue"], axes: ["x1", "x2"] };
}

// The rows [x1, x2, label], the names of the classes and of the axes. Throws a refusal that names the line.
export function ownPoints(buffer) {
  const lines = text(buffer).split(/\r\n|\r|\n/).map((line, i) => [i + 1, cells(line)]);
  const entered = lines.filter(([, row]) => row.some((cell) => cell !== ""));
  if (lines.length > kit.constants.MOST_ROWS + 2) throw refusal("lines", { name: "points", n: lines.length - 1, most: kit.constants.MOST_ROWS });
  const named = entered.length > 0 && entered[0][1].length > 1 && entered[0][1].every((cell) => number(cell) === null);
  const header = named ? entered.shift()[1] : null, expected = header?.length ?? entered[0]?.[1].length;
  if (entered.length === 0) throw refusal("no_rows", { name: "points" });
  for (const [at, row] of entered) {
    const line = filled("line", { name: "points", number: at }), wrong = row.slice(0, -1).findIndex((cell) => number(cell) === null);
    if (row.length !== expected || row.length < 2) {
      const found = `${row.length} columns`;
      throw refusal("columns", { line, n: row.length, expected: Math.max(2, expected), found, content: filled("with_class") });
    }
    if (wrong >= 0) throw refusal("no_number", { line, found: row[wrong], column: wrong + 1 });
    if (row.at(-1) === "") throw refusal("no_class", { line });
  }
  const classes = [...new Set(entered.map(([, row]) => row.at(-1)))].sort();
  if (classes.length < 2 || classes.length > kit.constants.MOST_CLASSES) {
    throw refusal("classes", { name: "points", n: classes.length, most: kit.constants.MOST_CLASSES });
  }
  checkRarest(entered.map(([, row]) => row.at(-1)), classes);
  if (expected !== 3 || classes.length !== 2) throw refusal("two", { name: "points", features: expected - 1, classes: classes.length });
  const rows = entered.map(([, [x1, x2, name]]) => [Number(x1), Number(x2), classes.indexOf(name)]);
  const largest = Math.max(...rows.flatMap(([x1, x2]) => [Math.abs(x1), Math.abs(x2)]));
  if (largest > kit.constants.LARGEST_COORDINATE) throw refusal("numbers", { name: "points", found: largest, most: kit.constants.LARGEST_COORDINATE });
  return { rows, class_names: classes, axes: header?.slice(0, 2) ?? ["x1", "x2"] };
}
