// The plane of the output: the probability of class 1, the line of 0.5, the points, and the cross that chooses a point.

import { colours, picture, sized } from "./colours.js";
import { contour } from "./contour.js";
import { SIDE } from "./frame.js";
import { say } from "./language.js";
import { legend, mark } from "./marks.js";
import { send } from "./socket.js";

const STEPS = 50, LARGEST = 440, HALF = 127.5;
const paint = picture(SIDE);
let domain = [0, 1, 0, 1], context = null, width = 0, points = null, chosen = null, asked = false, last = null;

// The domain is a square.
const pixel = () => (domain[1] - domain[0]) / width;
const toPixels = ([x1, x2]) => [(x1 - domain[0]) / pixel(), (domain[3] - x2) / pixel()];
const toPlane = (x, y) => [domain[0] + x * pixel(), domain[3] - y * pixel()];

export function start(message) {
  last = null;  // its plane is that of another domain
  const canvas = byId("plane");
  domain = message.domain;
  width = Math.min(LARGEST, canvas.parentElement.clientWidth);
  canvas.style.width = `${width}px`;
  context = sized(canvas, width, width);
  points = element("canvas");
  const onto = sized(points, width, width);
  for (const held of [true, false]) {
    for (const point of message[held ? "held_out" : "train"]) mark(onto, ...toPixels(point), point[2], held);
  }
  const [x1, x2] = message.axes, [from1, to1, from2, to2] = domain.map((each) => short(each, 3));
  byId("axis-1").textContent = say("axis_1", { name: x1, from: from1, to: to1 });
  byId("axis-2").textContent = say("axis_2", { name: x2, from: from2, to: to2 });
  byId("legend").replaceChildren(...legend(message.class_names));
}

export function frame(now) {
  last = now;
  context.imageSmoothingEnabled = true;
  context.drawImage(paint(now.plane), 0, 0, width, width);
  const line = new Path2D();
  contour(line, now.plane, SIDE, HALF, width);
  context.lineWidth = 4;
  context.strokeStyle = colours.paper;
  context.stroke(line);
  context.lineWidth = 2;
  context.strokeStyle = colours.ink;
  context.stroke(line);
  context.drawImage(points, 0, 0, width, width);
  if (chosen) cross(...toPixels(chosen));
}

function cross(x, y) {
  const arms = new Path2D(`M${x - 12} ${y}h8m8 0h8M${x} ${y - 12}v8m0 8v8`);
  for (const [thick, colour] of [[5, colours.paper], [2.5, colours.ink]]) {
    context.lineWidth = thick;
    context.strokeStyle = colour;
    context.stroke(arms);
  }
}

// Tell the server once for each picture of the browser, however many events there are.
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
  const step = (domain[1] - domain[0]) / STEPS * (event.shiftKey ? 5 : 1), [right, up] = ARROWS[event.key];
  const [x1, x2] = chosen ?? [(domain[0] + domain[1]) / 2, (domain[2] + domain[3]) / 2];
  choose([x1 + right * step, x2 + up * step]);
}

byId("plane").addEventListener("pointermove", (event) => choose(toPlane(event.offsetX, event.offsetY)));
byId("plane").addEventListener("pointerdown", (event) => choose(toPlane(event.offsetX, event.offsetY)));
byId("plane").addEventListener("keydown", key);
export const chosenPoint = () => chosen;
