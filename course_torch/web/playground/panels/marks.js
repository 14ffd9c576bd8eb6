// The marks of the points: a class has a colour and a shape, a value a colour; held-out points are hollow.

import { drawn, element, short } from "../../elements.js";
import { colourOf, colours } from "../colours.js";
import { say, sayIfKnown } from "../language.js";

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

// The mark of a label that is a height: its byte is that of the plane.
export function valueMark(context, x, y, byte, held, size = SIZE) {
  context.beginPath();
  context.arc(x, y, size, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = colours.ink;
  context.stroke();
  context.fillStyle = colourOf(byte);
  context.fill();
  if (!held) return;
  context.beginPath();
  context.arc(x, y, size / 2, 0, 2 * Math.PI);
  context.fillStyle = colours.paper;
  context.fill();
}

// The marks of the classes in a picture, from x on. The held-out part has the mark of its first class.
export function drawLegend(context, names, x, y, size) {
  const words = names.map((name, label) => say("legend_class", { label, name: sayIfKnown(name) ?? name }));
  for (const [label, held, text] of [...words.map((each, label) => [label, false, each]), [0, true, say("legend_held_out")]]) {
    (names.length > 0 ? mark : valueMark)(context, x + size, y - size, label, held, size);
    context.fillStyle = colours.ink;
    context.fillText(text, x + 3 * size, y);
    x += 6 * size + context.measureText(text).width;
  }
}

const icon = (...parts) => drawn("svg", { width: 16, height: 16, "aria-hidden": "true" }, ...parts);

export function classMark(label, held = false) {
  const kind = `class-${label} ${held ? "held" : ""}`;
  return icon(label === 0 ? drawn("circle", { class: kind, cx: 8, cy: 8, r: 5 }) :
    drawn("path", { class: kind, d: "M8 2.5l6 10.5H2z" }));
}

const ring = () => icon(drawn("circle", { class: "half", cx: 8, cy: 8, r: 5 }));

// Labels without classes are heights. The output identity tells values, and no probability.
export function legend({ class_names: names, labels, settings }) {
  const classes = names.length > 0, by = settings.output === "identity" ? "_value" : "";
  const [low, high] = labels.map((each) => short(each, 2));
  return [
    ...names.map((name, label) => [classMark(label), say("legend_class", { label, name: sayIfKnown(name) ?? name })]),
    [...(classes ? [classMark(0, true), classMark(1, true)] : [ring()]), say("legend_held_out")],
    ...(classes ? [[icon(drawn("path", { class: "half", d: "M1 13Q7 2 15 4" })), say(`legend_half${by}`)]] : []),
    [element("span", { class: "scale", "aria-hidden": "true" }), say(`legend_scale${by}`, { low, high })],
  ].map((parts) => element("li", {}, ...parts));
}
