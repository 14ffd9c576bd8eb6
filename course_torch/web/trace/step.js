// The step on the right: formula, what goes in, what comes out, verdicts, source.

import { drawn, element, short, typeset } from "../elements.js";
import { explain, productOf } from "./explain.js";
import { grid, long, matrix, shapeOf } from "./numbers.js";
import { equations, own, say, sources, state, steps, tensors, withNames } from "./record.js";
import { ownLines, sourceOf } from "./source.js";

export function stepView() {
  const step = steps[state.step], source = sources[step.source], named = withNames(step);
  const inputs = step.inputs.filter((each) => each.tensor !== undefined);
  const others = step.inputs.filter((each) => each.tensor === undefined).map((each) => `${each.name} = ${each.text}`);
  const products = step.outputs.map((each) => productOf(step, each.name));
  return [
    element("h2", { id: "heading", tabindex: -1 }, say("heading", { number: step.number, phase: say(step.phase), layer: step.layer, update: step.update })),
    element("div", { class: "formulas" }, written(source.formula, "formula"),
      named === source.formula ? null : written(named, "formula named")),
    element("p", {}, typeset(source.prose[state.language].replace(/^[a-z](?=[a-z]+ )/, (letter) => letter.toUpperCase()))),
    ...ownLines(step),
    element("h3", {}, say("goes_in"), others.length ? ` (${others.join(", ")})` : ""),
    element("div", { class: "tensors", id: "goes-in" }, inputs.map((each) => figure(step, each.name, tensors[each.tensor]))),
    element("h3", {}, say("comes_out")),
    products.some(Boolean) ? element("p", { id: "choose", class: "hint" }, say("choose")) : null,
    element("div", { class: "tensors", id: "comes-out" },
      step.outputs.map((each, i) => figure(step, each.name, tensors[each.tensor], products[i] ?? null, true))),
    element("div", { id: "explanation" }),
    sourceOf(step),
  ].filter((each) => each !== null);
}

function written(formula, kind) {
  return element("div", { class: kind }, equations(formula).map((each) => element("div", {}, typeset(each))));
}

function figure(step, argument, tensor, product = null, result = false) {
  const role = argument === tensor.name ? "" : `${argument} =`;
  const choose = product && ((row, column) => explain(step, tensor, product, row, column));
  const names = [tensor.name, ...tensor.also].join(" = ");
  const origin = tensor.made === undefined ? say("given") : tensor.made === step.number ? null :
    element("button", { type: "button", class: "link", "data-step": tensor.made }, say("made", { number: tensor.made }));
  return element("figure", { "data-name": tensor.name },
    element("figcaption", {}, typeset(role), role ? " " : "", element("b", {}, typeset(names)), ` ${shapeOf(tensor.shape)} `, origin),
    element("div", { class: "scroll", tabindex: product ? null : 0, role: "group", "aria-label": `${role} ${tensor.name}` },
      matrix(tensor, role, choose)),
    sliceOf(tensor), ...(result ? verdicts(tensor) : []));
}

// Of a large tensor: the place of the slice in words and in a small picture, and what the whole tensor is like.
function sliceOf(tensor) {
  const whole = tensor.place.every(([first, end], i) => first === 0 && end === tensor.shape[i]);
  if (whole) return null;
  const kinds = tensor.shape.length === 2 ? ["rows", "columns"] : ["entries"];
  const place = tensor.place.map(([first, end], i) => say(kinds[i], { first, last: end - 1 })).join(say("comma"));
  const { minimum, maximum, mean, norm } = tensor;
  const text = say("slice", { place, shape: shapeOf(tensor.shape), minimum: short(minimum), maximum: short(maximum), mean: short(mean), norm: short(norm) });
  const [rows, columns] = tensor.place.length === 2 ? tensor.place : [[0, 1], tensor.place[0]];
  const [height, width] = tensor.shape.length === 2 ? tensor.shape : [1, tensor.shape[0]];
  const along = ([first, end], all) => [1 + 38 * first / all, Math.max(3, 38 * (end - first) / all)];
  const [[y, h], [x, w]] = [along(rows, height), along(columns, width)];
  return element("figcaption", { class: "slice" }, drawn("svg", { width: 40, height: 40, "aria-hidden": "true" },
    drawn("rect", { class: "place", x: 1, y: 1, width: 38, height: 38 }), drawn("rect", { x, y, width: w, height: h })), element("span", {}, text));
}

function verdicts(tensor) {
  const made = [];
  if (tensor.verdict) {
    const { row, column, here, there } = farthest(tensor);
    const entry = tensor.shape.length === 2 ? ` (${row}, ${column})` : tensor.shape.length === 1 ? ` ${column}` : "";
    made.push(element("p", { class: `verdict ${tensor.verdict === "equal" ? "good" : "bad"}` }, element("strong", {}, say(tensor.verdict))),
      element("p", { class: "verdict" }, say("farthest", { entry, here: long(here), there: long(there),
        relative: short(tensor.autograd.relative, 2), tolerance: short(tensor.autograd.tolerance, 2) })));
  }
  if (tensor.own) {
    made.push(element("p", { class: `verdict ${tensor.own.verdict === "equal" ? "good" : "bad"}` }, say(`own_${tensor.own.verdict}`,
      { file: own.file, relative: short(tensor.own.relative, 2), tolerance: short(tensor.own.tolerance, 2) })));
  }
  return made;
}

// The entry of the slice that differs most from autograd's, with both numbers.
function farthest(tensor) {
  const here = grid(tensor), there = grid(tensor, tensor.autograd.values);
  let worst = null;
  here.cells.forEach((line, i) => line.forEach((value, j) => {
    const other = there.cells[i][j], difference = Math.abs(value - other);
    if (worst === null || difference > worst.difference) {
      worst = { difference, row: here.rows[i], column: here.columns[j], here: value, there: other };
    }
  }));
  return worst;
}
