// The marks of the points: a class has a colour and a shape; held-out points are hollow.

import { colours } from "./colours.js";
import { say, sayIfKnown } from "./language.js";

const SIZE = 3.6;

const SHAPES = {
  0: (context, x, y, size) => context.arc(x, y, size, 0, 2 * Math.PI),
  1: (context, x, y, size) => {
    context.moveTo(x, y - 1.25 * size);
    context.lineTo(x + 1.15 * size, y + 0.8 * size);
    context.lineTo(x - 1.15 * size, y + 0.8 * size);
    context.closePath();
  },
};

export function mark(context, x, y, label, held, size = SIZE) {
  context.beginPath();
  SHAPES[label](context, x, y, size);
  context.lineWidth = held ? 3.5 : 2;
  context.strokeStyle = colours.paper;
  context.stroke();
  context.fillStyle = held ? colours.paper : colours[`class-${label}`];
  context.fill();
  if (!held) return;
  context.lineWidth = 1.6;
  context.strokeStyle = colours[`class-${label}`];
  context.stroke();
}

// The marks of the classes in a picture, from x on. The held-out part has the mark of its first class.
export function drawLegend(context, names, x, y, size) {
  const words = names.map((name, label) => say("legend_class", { label, name: sayIfKnown(name) ?? name }));
  for (const [label, held, text] of [...words.map((each, label) => [label, false, each]), [0, true, say("legend_held_out")]]) {
    mark(context, x + size, y - size, label, held, size);
    context.fillStyle = colours.ink;
    context.fillText(text, x + 3 * size, y);
    x += 6 * size + context.measureText(text).width;
  }
}

const icon = (...parts) => drawn("svg", { width: 16, height: 16, "aria-hidden": "true" }, ...parts);

export function legend(names) {
  const point = (label, held = false) => {
    const kind = `class-${label} ${held ? "held" : ""}`;
    return label === 0 ? drawn("circle", { class: kind, cx: 8, cy: 8, r: 5 }) :
      drawn("path", { class: kind, d: "M8 2.5l6 10.5H2z" });
  };
  return [
    ...names.map((name, label) => [icon(point(label)), say("legend_class", { label, name: sayIfKnown(name) ?? name })]),
    [icon(point(0, true)), icon(point(1, true)), say("legend_held_out")],
    [icon(drawn("path", { class: "half", d: "M1 13Q7 2 15 4" })), say("legend_half")],
    [element("span", { class: "scale", "aria-hidden": "true" }), say("legend_scale")],
  ].map((parts) => element("li", {}, ...parts));
}
