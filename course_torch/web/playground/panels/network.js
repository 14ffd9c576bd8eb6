// The network: the plane of each unit in small, and the weights as lines.

import { byId } from "../../elements.js";
import { colours, picture, sized } from "../colours.js";
import { SIDE, UNIT_SIDE } from "../../graph/frame.js";
import { say, sayIfKnown } from "../language.js";

const MARKS = { dead: "✕", saturated: "~" };
const TOP = 40, UNIT = 46, GAP = 10, LEAST_HEIGHT = 210;
const NEAR = [6, 12, 18, 24];  // the widths in which a line is looked for: a finger needs 24 pixels
let context = null, width = 0, height = 0, started = null, names = [], last = null;
// Where the units are, and what paints their pictures: a list for each layer, the inputs first.
let places = [], paint = [], side = 0;
let chosen = null;  // the unit [l, i] whose weights stand out

export const layout = () => ({ places, side });
export const chosenUnit = () => chosen;

export function start(message) {
  started = message;
}

export function write() {
  const { layer_sizes: sizes, settings, parameters, logistic_regression: regressed } = started, canvas = byId("network");
  names = settings.features.map((each) => axisOf(each) ?? sayIfKnown(each) ?? each);
  width = canvas.parentElement.clientWidth;
  const column = width / sizes.length;
  side = Math.min(UNIT, Math.round(0.62 * column));
  height = Math.max(LEAST_HEIGHT, TOP + Math.max(...sizes) * (side + GAP));
  context = sized(canvas, width, height);
  places = sizes.map((n, l) => Array.from({ length: n }, (_, i) =>
    [column * (l + 0.5), TOP + (height - TOP) * (i + 0.5) / n]));
  paint = sizes.map((n, l) => Array.from({ length: n }, () => picture(l === sizes.length - 1 ? SIDE : UNIT_SIDE)));
  const activation = sayIfKnown(settings.hidden_activation) ?? settings.hidden_activation;
  byId("network-facts").textContent = regressed ? say(regression(settings)) :
    say("network_facts", { sizes: sizes.join("-"), parameters, activation });
  if (chosen && !places[chosen[0]]?.[chosen[1]]) chosen = null;
  last = null;
  canvas.setAttribute("aria-label", say("network_label", { sizes: sizes.join("-"), inputs: names.join(say("comma")) }));
}

function regression({ output, features }) {
  if (output === "identity") return "linear_regression";
  return features.every(axisOf) ? "logistic_regression" : "logistic_regression_features";
}

// The name that the learner's file gives to a coordinate; null for another feature.
const axisOf = (feature) => started.axes[["x1", "x2"].indexOf(feature)] ?? null;

export function choose(unit) {
  chosen = unit;
  if (last) frame(last);
}

// The picture of a hidden unit, over the plane.
export const picturedUnit = ([l, i]) => paint[l][i](last.units[l - 1][i]);

const isChosen = (l, i) => chosen !== null && chosen[0] === l && chosen[1] === i;

export function frame(now) {
  last = now;
  context.clearRect(0, 0, width, height);
  now.W.forEach((W, l) => W.forEach((row, i) => {
    const share = chosen === null || isChosen(l + 1, i) ? 1 : 0.2;
    row.forEach((w, j) => weight(places[l][j], places[l + 1][i], w, share));
  }));
  context.setLineDash([]);
  [started.input_planes, ...now.units, [now.plane]].forEach((layer, l) =>
    layer.forEach((bytes, i) => unit(l, i, bytes, now.layers[l - 1])));
  if (chosen) frameAround(places[chosen[0]][chosen[1]]);
  titles();
}

// The line of a weight.
function line([x1, y1], [x2, y2]) {
  const path = new Path2D(), middle = (x1 + x2) / 2;
  path.moveTo(x1, y1);
  path.bezierCurveTo(middle, y1, middle, y2, x2, y2);
  return path;
}

// The weight whose line is nearest to a place of the canvas: layer, unit and input; undefined beside all lines.
export function weightAt(x, y) {
  context.setLineDash([]);
  const ratio = devicePixelRatio, lines = places.slice(1).flatMap((layer, l) => layer.flatMap((to, i) =>
    places[l].map((from, j) => ({ at: [l + 1, i, j], path: line(from, to) }))));
  for (const wide of NEAR) {
    context.lineWidth = wide;
    const found = lines.find(({ path }) => context.isPointInStroke(path, x * ratio, y * ratio));
    if (found) return found.at;
  }
}

// Width and opacity grow with |w|, so that a weight of 0 nearly vanishes and a large weight does not cover the others.
function weight(from, to, w, share) {
  const size = w === null ? 0 : Math.abs(w) / (Math.abs(w) + 2);
  context.lineWidth = 0.5 + 7 * size;
  context.globalAlpha = share * (0.35 + 0.65 * size);
  context.strokeStyle = colours.ink;
  context.setLineDash(w < 0 ? [6, 4] : []);
  context.stroke(line(from, to));
  context.globalAlpha = 1;
}

// A dead or saturated unit has a thick edge and a mark.
function unit(l, i, bytes, layer) {
  const [x, y] = places[l][i], left = x - side / 2, top = y - side / 2;
  const state = layer?.dead.includes(i + 1) ? "dead" : layer?.saturated.includes(i + 1) ? "saturated" : null;
  context.drawImage(paint[l][i](bytes), left, top, side, side);
  context.lineWidth = state ? 3 : 1;
  context.strokeStyle = state ? colours.bad : colours.ink;
  context.strokeRect(left, top, side, side);
  if (state) text(MARKS[state], x + side / 2 - 7, top + 12, colours.bad, colours.paper);
}

function frameAround([x, y]) {
  context.lineWidth = 3;
  context.strokeStyle = colours.accent;
  context.strokeRect(x - side / 2 - 4, y - side / 2 - 4, side + 8, side + 8);
}

function text(content, x, y, colour, behind = null) {
  context.font = '12px system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif';
  context.textAlign = "center";
  if (behind) {
    context.strokeStyle = behind;
    context.lineWidth = 4;
    context.strokeText(content, x, y);
  }
  context.fillStyle = colour;
  context.fillText(content, x, y);
}

function titles() {
  const { layer_sizes: sizes } = started, few = names.length <= 2, narrow = width / sizes.length < 70;
  places.forEach(([[x]], l) => {
    const key = l === 0 ? "input" : l === sizes.length - 1 ? "output" : "layer";
    text(narrow ? (key === "layer" ? String(l) : say(`${key}_short`)) : say(key, { layer: l }), x, 14, colours.ink);
    text(l === 0 ? (few ? names.join(say("comma")) : "X") : `A[${l}]`, x, 30, colours.soft);
  });
  if (!few) names.forEach((name, i) => text(name, places[0][i][0], places[0][i][1] + side / 2 - 4, colours.ink, colours.paper));
}
