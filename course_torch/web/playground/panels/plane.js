// The plane of the output, the probability of class 1 or a value with the line between classes, or of the chosen unit; the
// points, and the cross that chooses a point.

import { byId, element, short } from "../../elements.js";
import { colours, picture, sized } from "../colours.js";
import { SIDE } from "../../graph/frame.js";
import { send } from "../channel.js";
import { say, tell } from "../language.js";
import { legend, mark, valueMark } from "./marks.js";
import { chosenUnit, picturedUnit } from "./network.js";

const STEPS = 50, HALF = 32767.5;
const LARGEST = 440, LEAST = 260, HIGH = 0.38;  // pixels, and the share of the window, so that the curve is seen below in three columns
const paint = picture(SIDE);
const points = element("canvas");
let started = null, domain = [0, 1, 0, 1], context = null, width = 0, chosen = null, asked = false, last = null;

// The axes of a learner's own points have scales of their own.
const spans = () => [domain[1] - domain[0], domain[3] - domain[2]];
export const toPixels = ([x1, x2]) => [(x1 - domain[0]) / spans()[0] * width, (domain[3] - x2) / spans()[1] * width];
export const toPlane = (x, y) => [domain[0] + x / width * spans()[0], domain[3] - y / width * spans()[1]];

const hasClasses = () => started.class_names.length > 0;
const byteOf = (label) => 255 * (label - started.labels[0]) / (started.labels[1] - started.labels[0]);

export function start(message) {
  started = message;
}

export function write() {
  last = null;  // its plane is that of another domain
  const canvas = byId("plane");
  width = Math.min(LARGEST, canvas.parentElement.clientWidth, innerWidth > 1100 ? Math.max(LEAST, HIGH * innerHeight) : LARGEST);
  canvas.style.width = `${width}px`;
  context = sized(canvas, width, width);
  showPoints(null);
  byId("legend").replaceChildren(...legend(started));
}

// The points that are being drawn, in the plane in which they are drawn; null for those of the session.
export function showPoints(rows, plane) {
  domain = rows === null ? started.domain : plane;
  const onto = sized(points, width, width);
  for (const [marked, held] of rows === null ? [[started.held_out, true], [started.train, false]] : [[rows, false]]) {
    for (const point of marked) {
      if (rows !== null || hasClasses()) mark(onto, ...toPixels(point), point[2], held);
      else valueMark(onto, ...toPixels(point), byteOf(point[2]), held);
    }
  }
  const [x1, x2] = started.axes, [from1, to1, from2, to2] = domain.map((each) => short(each, 3));
  byId("axis-1").textContent = say("axis_1", { name: x1, from: from1, to: to1 });
  byId("axis-2").textContent = say("axis_2", { name: x2, from: from2, to: to2 });
  if (last) frame(last);
}

export function frame(now) {
  last = now;
  context.clearRect(0, 0, width, width);
  const [l] = chosenUnit() ?? [], unit = l < started.layer_sizes.length - 1 ? chosenUnit() : null;  // the output has its own line
  if (String(domain) === String(started.domain)) output(now, unit && picturedUnit(unit));
  tell(byId("plane-title"), unit ? say("plane_unit", { layer: unit[0], unit: unit[1] + 1 }) : say("plane"));
  byId("legend").classList.toggle("of-unit", unit !== null);
  context.drawImage(points, 0, 0, width, width);
  if (chosen) cross(...toPixels(chosen));
}

export const again = () => { if (last) frame(last); };

function output({ output, plane }, ofUnit) {
  context.imageSmoothingEnabled = true;
  context.drawImage(ofUnit ?? paint(plane), 0, 0, width, width);
  if (!hasClasses() || ofUnit) return;
  const line = new Path2D();
  contour(line, output, SIDE, HALF, width);
  context.lineWidth = 4;
  context.strokeStyle = colours.paper;
  context.stroke(line);
  context.lineWidth = 2;
  context.strokeStyle = colours.ink;
  context.stroke(line);
}

function cross(x, y) {
  const arms = new Path2D(`M${x - 12} ${y}h8m8 0h8M${x} ${y - 12}v8m0 8v8`);
  for (const [thick, colour] of [[5, colours.paper], [2.5, colours.ink]]) {
    context.lineWidth = thick;
    context.strokeStyle = colour;
    context.stroke(arms);
  }
}

// Send the point to the engine at most once for each picture of the browser, however many events there are.
function choose(point) {
  chosen = point && [Math.min(domain[1], Math.max(domain[0], point[0])), Math.min(domain[3], Math.max(domain[2], point[1]))];
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    send({ type: "point", point: chosen });
    if (last) frame(last);
  });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function key(event) {
  if (event.key === "Escape") return choose(null);
  if (!(event.key in ARROWS)) return;
  event.preventDefault();
  const by = (event.shiftKey ? 5 : 1) / STEPS, [right, up] = ARROWS[event.key];
  const [x1, x2] = chosen ?? [(domain[0] + domain[1]) / 2, (domain[2] + domain[3]) / 2];
  choose([x1 + right * by * spans()[0], x2 + up * by * spans()[1]]);
}

byId("plane").addEventListener("pointermove", (event) => choose(toPlane(event.offsetX, event.offsetY)));
byId("plane").addEventListener("pointerdown", (event) => choose(toPlane(event.offsetX, event.offsetY)));
byId("plane").addEventListener("keydown", key);
export const chosenPoint = () => chosen;

// Draw the line where a size × size plane of numbers crosses a level onto `path`, in pixels of a square with this width, by
// marching squares.
function contour(path, plane, size, level, width) {
  const unit = width / size;
  const at = (row, column) => plane[row * size + column] - level;
  const between = (here, there) => here / (here - there);
  for (let i = 0; i < size - 1; i += 1) {
    for (let j = 0; j < size - 1; j += 1) {
      const a = at(i, j), b = at(i, j + 1), c = at(i + 1, j + 1), d = at(i + 1, j);
      if ((a > 0) === (b > 0) && (a > 0) === (c > 0) && (a > 0) === (d > 0)) continue;
      const crossings = [];
      if (a > 0 !== b > 0) crossings.push([j + between(a, b), i]);
      if (b > 0 !== c > 0) crossings.push([j + 1, i + between(b, c)]);
      if (d > 0 !== c > 0) crossings.push([j + between(d, c), i + 1]);
      if (a > 0 !== d > 0) crossings.push([j, i + between(a, d)]);
      crossings.forEach(([x, y], k) => path[k % 2 === 0 ? "moveTo" : "lineTo"]((x + 0.5) * unit, (y + 0.5) * unit));
    }
  }
}
