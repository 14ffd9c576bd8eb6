// A unit under the pointer, or chosen by click or keyboard: it fills the plane, with its weights and its bias in numbers. The
// numbers of a chosen unit can be edited, and the line of a weight can be pulled.

import { byId, element, short, typeset } from "../../elements.js";
import { holding, isHeld } from "../held.js";
import { say, tell } from "../language.js";
import { choose, chosenUnit, layout, weightAt } from "./network.js";
import { again } from "./plane.js";
import { send } from "../channel.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const canvas = byId("network");
const PULL = 0.02;  // of a weight, for a pixel
let last = null, kept = null, inputs = [], built = "";
let pulled = null;  // the weight whose line is pulled, its value there, and where the pointer was

// The weights of before do not fit the units of now. A frame brings new ones.
export function write() {
  if (kept && !layout().places[kept[0]]?.[kept[1]]) kept = null;
  last = null;
  build();
}

// An input for each weight of the kept unit, and one for its bias. The same inputs stay for the same unit.
function build() {
  byId("unit-edit").hidden = kept === null;
  const [l, i] = kept ?? [], n = layout().places[l - 1]?.length, unit = String([l, i, n]);
  if (kept === null || unit === built) return;
  built = unit;
  const columns = [...Array(n).keys(), null];
  inputs = columns.map((j) => element("input", { type: "number", step: 0.1, id: j === null ? "edit-b" : `edit-w-${j + 1}`,
    ...holding(writeNumbers),
    change: ({ target }) => {
      if (Number.isNaN(target.valueAsNumber)) return;
      last = null;  // the next frame has the number
      send({ type: "edit", layer: l, unit: i, input: j, value: target.valueAsNumber });
    } }));
  byId("unit-numbers").replaceChildren(...columns.map((j, at) => {
    const entry = j === null ? [i + 1] : [i + 1, j + 1];
    return element("label", {}, typeset(`${j === null ? "b" : "W"}[${l}]`),
      element("sub", {}, entry.join(Math.max(...entry) > 9 ? "," : "")), inputs[at]);
  }));
}

export function frame(now) {
  last = now;
  tellUnit();
  if (kept === null) return;
  writeNumbers();
}

function writeNumbers() {
  if (last === null || kept === null) return;
  const [l, i] = kept;
  [...last.W[l - 1][i], last.b[l - 1][i]].forEach((number, at) => {
    const text = short(number);
    if (!isHeld(inputs[at]) && inputs[at].value !== text) inputs[at].value = text;
  });
}

function tellUnit() {
  if (last === null) return;
  const chosen = chosenUnit(), [l, i] = chosen ?? [];
  tell(byId("unit"), chosen === null ? say("unit_none") : say("unit_numbers", { layer: l, unit: i + 1,
    w: last.W[l - 1][i].map((each) => short(each, 3)).join(", "), b: short(last.b[l - 1][i], 3) }));
}

function show(unit) {
  if (String(unit) === String(chosenUnit())) return;
  choose(unit);
  again();
  tellUnit();
}

function keep(unit) {
  kept = unit;
  build();
  show(unit);
  if (last) frame(last);
}

// The unit at a place of the canvas; null beside the units, and at the inputs.
function under({ offsetX, offsetY }) {
  const { places, side } = layout();
  const l = places.findIndex((layer, each) => each > 0 && Math.abs(layer[0][0] - offsetX) <= side / 2);
  const i = l < 0 ? -1 : places[l].findIndex(([, y]) => Math.abs(y - offsetY) <= side / 2);
  return i < 0 ? null : [l, i];
}

function key(event) {
  if (event.key === "Escape") return keep(null);
  if (!(event.key in ARROWS)) return;
  event.preventDefault();
  const { places } = layout(), chosen = chosenUnit();
  const [right, down] = chosen === null ? [0, 0] : ARROWS[event.key], [from, i] = chosen ?? [1, 0];
  const l = Math.min(places.length - 1, Math.max(1, from + right));
  keep([l, Math.min(places[l].length - 1, Math.max(0, i + down))]);
}

const lineUnder = (event) => under(event) ? undefined : weightAt(event.offsetX, event.offsetY);

function take(event) {
  const [layer, unit, input] = last && event.isPrimary && event.button === 0 && lineUnder(event) || [];
  if (layer === undefined) return;
  canvas.setPointerCapture(event.pointerId);
  keep([layer, unit]);
  pulled = { layer, unit, input, value: last.W[layer - 1][unit][input], from: event.offsetY };
}

function pull({ offsetY }) {
  const { layer, unit, input, value, from } = pulled, now = Math.round((value + PULL * (from - offsetY)) * 20) / 20;
  if (now !== (pulled.sent ?? value)) send({ type: "edit", layer, unit, input, value: pulled.sent = now });
}

canvas.addEventListener("pointerdown", take);
// A finger on a line pulls the line. Beside the lines it scrolls the page.
canvas.addEventListener("touchstart", (event) => { if (pulled) event.preventDefault(); }, { passive: false });
canvas.addEventListener("pointermove", (event) => {
  if (!event.isPrimary) return;
  if (pulled) return pull(event);
  canvas.style.cursor = lineUnder(event) ? "ns-resize" : "";
  show(under(event) ?? kept);
});
canvas.addEventListener("pointerleave", () => show(kept));
canvas.addEventListener("lostpointercapture", () => setTimeout(() => { pulled = null; }));  // after the click of a mouse
canvas.addEventListener("click", (event) => { if (!pulled) keep(under(event)); });
canvas.addEventListener("keydown", key);
