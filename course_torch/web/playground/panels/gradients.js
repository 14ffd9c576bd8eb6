// The gradients: what training uses beside autograd in each frame, and beside central differences on demand.

import { byId, element, short, typeset } from "../../elements.js";
import { say, tell } from "../language.js";
import { send } from "../channel.js";

const COLUMNS = ["tensor", "verdict", "relative", "entry", "manual", "autograd", "central"];
const SIGNS = { equal: "✓", different: "✗", "not judged": "?" };
let rows = new Map(), names = "", judged = null, last = null;

// The table is made anew with the next frame, which tells the tensors.
export function start() {
  judged = null;
  byId("differences-step").textContent = "";
}

export function write() {
  names = "";  // the next frame builds the table
}

function build(gradients) {
  rows = new Map(gradients.map(({ name }) => [name, COLUMNS.slice(1).map(() => element("td", {}, "—"))]));
  byId("gradients").replaceChildren(
    element("thead", {}, element("tr", {}, COLUMNS.map((each) => element("th", { scope: "col" }, say(`column_${each}`))))),
    element("tbody", {}, [...rows].map(([name, cells]) =>
      element("tr", {}, element("th", { scope: "row" }, typeset(name)), cells))));
}

export function frame({ gradients }) {
  last = gradients;
  const now = gradients.map((each) => each.name).join();
  if (now !== names) {
    build(gradients);
    names = now;
    if (judged) differences(judged);
  }
  for (const each of gradients) {
    const cells = rows.get(each.name), verdict = `${SIGNS[each.verdict]} ${say(each.verdict)}`;
    const entry = each.entry?.length ? each.entry.map((i) => i + 1).join(", ") : "—";  // the one that differs most
    [verdict, number(each.relative, 2), entry, number(each.found), number(each.autograd)].forEach((text, i) => tell(cells[i], text));
    cells[0].className = kind(each.verdict);
  }
  writeVerdict();
}

const number = (value, digits = 5) => (value === null ? "—" : short(value, digits));
const kind = (verdict) => ({ equal: "good", different: "bad" })[verdict] ?? "";

// A gradient that could not be judged is not called equal.
function writeVerdict() {
  const count = (verdict) => last.filter((each) => each.verdict === verdict).length, at = byId("gradients-verdict");
  const wrong = count("different"), unknown = count("not judged"), n = last.length;
  const key = wrong > 0 ? "some_different" : n === 0 || unknown > 0 ? "some_unknown" : "all_equal";
  tell(at, say(key, { wrong, unknown, n }));
  at.className = { some_different: "bad", all_equal: "good" }[key] ?? "";
}

export function differences(message) {
  judged = message;
  for (const { name, verdict, relative } of message.rows) {
    const cell = rows.get(name)?.at(-1);
    if (!cell) continue;
    cell.textContent = `${SIGNS[verdict]} ${number(relative, 2)}`;
    cell.className = kind(verdict);
  }
  byId("differences-step").textContent = say("differences_step", { step: message.step });
}

byId("differences").addEventListener("click", () => send({ type: "differences" }));
