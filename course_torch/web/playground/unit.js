// A unit under the pointer, or chosen by click or keyboard: its weights and its bias in numbers.

import { say, tell } from "./language.js";
import { choose, chosen, places, side } from "./network.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const canvas = byId("network");
let last = null, kept = null;

// The weights of before do not fit the units of now. A frame brings new ones.
export function start() {
  kept = chosen;
  last = null;
}

export function frame(now) {
  last = now;
  write();
}

function write() {
  if (last === null) return;
  const [l, i] = chosen ?? [];
  tell(byId("unit"), chosen === null ? say("unit_none") : say("unit_numbers", { layer: l, unit: i + 1,
    w: last.W[l - 1][i].map((each) => short(each, 3)).join(", "), b: short(last.b[l - 1][i], 3) }));
}

function show(unit) {
  if (String(unit) === String(chosen)) return;
  choose(unit);
  write();
}

function keep(unit) {
  kept = unit;
  show(unit);
}

// The unit at a place of the canvas; null beside the units, and at the inputs.
function under({ offsetX, offsetY }) {
  const l = places.findIndex((layer, each) => each > 0 && Math.abs(layer[0][0] - offsetX) <= side / 2);
  const i = l < 0 ? -1 : places[l].findIndex(([, y]) => Math.abs(y - offsetY) <= side / 2);
  return i < 0 ? null : [l, i];
}

function key(event) {
  if (event.key === "Escape") return keep(null);
  if (!(event.key in ARROWS)) return;
  event.preventDefault();
  const [right, down] = chosen === null ? [0, 0] : ARROWS[event.key], [from, i] = chosen ?? [1, 0];
  const l = Math.min(places.length - 1, Math.max(1, from + right));
  keep([l, Math.min(places[l].length - 1, Math.max(0, i + down))]);
}

canvas.addEventListener("pointermove", (event) => show(under(event) ?? kept));
canvas.addEventListener("pointerleave", () => show(kept));
canvas.addEventListener("click", (event) => keep(under(event)));
canvas.addEventListener("keydown", key);
