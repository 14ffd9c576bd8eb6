// The curve of the cost: train and held-out part over the steps.

import { byId, drawn, element, short } from "../../elements.js";
import { colours, sized } from "../colours.js";
import { say } from "../language.js";

const HEIGHT = 170, LEFT = 48, BOTTOM = 20, TOP = 8, RIGHT = 12, MOST = 500;
const DASH = [[], [6, 4]];  // train, held out
let context = null, width = 0, costs = [], now = null;

export function write() {
  now = null;
  const canvas = byId("curve");
  width = canvas.parentElement.clientWidth;
  context = sized(canvas, width, HEIGHT);
  const line = (kind, key) => element("li", {}, drawn("svg", { width: 28, height: 12, "aria-hidden": "true" },
    drawn("path", { class: `curve ${kind}`, d: "M1 6H27" })), say(key));
  byId("curve-legend").replaceChildren(line("train", "train"), line("held-out", "held_out"));
}

// New values come with each frame; values after `after` belong to steps that are taken back.
export function add({ costs: more, after }) {
  let end = costs.length;
  while (end > 0 && costs[end - 1][0] > after) end -= 1;
  costs.length = end;
  costs.push(...more);
}

export function frame(next) {
  now = next;
  draw();
}

function draw() {
  const log = byId("log").checked, last = [now.step, ...now.cost];
  const finite = (value) => value !== null && (!log || value > 0);
  const thin = 2 ** Math.max(0, Math.ceil(Math.log2(costs.length / MOST)));
  const points = [...costs.filter((_, i) => i % thin === 0), last];
  const values = points.flatMap(([, ...each]) => each.filter(finite));
  const most = Math.max(...values, log ? 1e-12 : 0.1), least = log ? Math.min(...values, most / 10) : 0;
  const scale = log ? Math.log : (value) => value;
  const x = (step) => LEFT + step / Math.max(now.step, 1) * (width - LEFT - RIGHT);
  const y = (cost) => TOP + (scale(most) - scale(cost)) / (scale(most) - scale(least)) * (HEIGHT - TOP - BOTTOM);
  context.clearRect(0, 0, width, HEIGHT);
  axes(log ? decades(least, most) : [0, most / 2, most], y);
  [2, 1].forEach((part) => {
    context.beginPath();
    context.setLineDash(DASH[part - 1]);
    context.strokeStyle = part === 1 ? colours.ink : colours["held-out"];
    context.lineWidth = 2;
    let open = false;
    for (const point of points) {
      const known = finite(point[part]);
      if (known) context[open ? "lineTo" : "moveTo"](x(point[0]), y(point[part]));
      open = known;
    }
    context.stroke();
  });
  context.setLineDash([]);
}

function decades(least, most) {
  const from = Math.ceil(Math.log10(least)), to = Math.floor(Math.log10(most));
  const by = Math.max(1, Math.ceil((to - from + 1) / 5));
  const ticks = Array.from({ length: Math.max(0, Math.floor((to - from) / by) + 1) }, (_, i) => 10 ** (from + by * i));
  return ticks.length > 1 ? ticks : [least, most];
}

function axes(ticks, y) {
  context.font = '11px system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif';
  context.fillStyle = colours.soft;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.textAlign = "right";
  for (const tick of ticks) {
    context.beginPath();
    context.moveTo(LEFT, Math.round(y(tick)) + 0.5);
    context.lineTo(width - RIGHT, Math.round(y(tick)) + 0.5);
    context.stroke();
    context.fillText(short(tick, 2), LEFT - 6, Math.min(y(tick) + 4, HEIGHT - BOTTOM));
  }
  context.textAlign = "left";
  context.fillText("0", LEFT, HEIGHT - 5);
  context.textAlign = "right";
  context.fillText(say("at", { step: now.step }), width - RIGHT, HEIGHT - 5);
}

byId("log").addEventListener("change", () => { if (now) draw(); });
