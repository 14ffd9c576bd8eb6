// Explain one number of a product: the row and the column that it came from, their products, and the sum.

import { byId, element, short, typeset } from "../elements.js";
import { number } from "./numbers.js";
import { equations, say, sources, state, tensorOf } from "./record.js";

const PRODUCT = /^(\w+) = (\(1\/m\) )?(\w+)(ᵀ?) (\w+)(ᵀ?)(?: \+ (\w+))?$/;
const COLUMN_SUM = /^(\w+) = (\(1\/m\) )?Σ_i (\w+)$/;

// The product or column sum that computes this output of a step, with its factors; null for other formulas.
export function productOf(step, output) {
  for (const equation of equations(sources[step.source].formula)) {
    const [, result, mean, left, leftT, right, rightT, plus] = PRODUCT.exec(equation) ?? [];
    const [, total, totalMean, summand] = COLUMN_SUM.exec(equation) ?? [];
    const find = (name) => tensorOf(step.inputs, name) ?? tensorOf(step.outputs, name);
    const factors = [left, right].map(find);
    if (result === output && factors.every((each) => each?.shape.length === 2)) {
      return { mean: Boolean(mean), left: factors[0], leftT: Boolean(leftT), right: factors[1], rightT: Boolean(rightT),
        plus: plus ? find(plus) : null };
    }
    if (total === output && find(summand)?.shape.length === 2) return { mean: Boolean(totalMean), left: find(summand), leftT: true, right: null };
  }
  return null;
}

// The entries [row, column] of the factors behind entry (row, column) of the result, for the k-th product.
function placesOf(product, row, column, k) {
  if (product.right === null) return [[k, column]];
  return [product.leftT ? [k, row] : [row, k], product.rightT ? [column, k] : [k, column]];
}

export function explain(step, tensor, product, row, column) {
  for (const each of document.querySelectorAll("td.lit")) each.classList.remove("lit");
  for (const each of document.querySelectorAll('td[aria-selected="true"]')) each.setAttribute("aria-selected", "false");
  const cell = (id, i, j, part) => document.querySelectorAll(
    `#${part} table[data-tensor="${id}"] td[data-row="${i}"][data-column="${j}"]`);
  for (const each of cell(tensor.id, row, column, "comes-out")) each.setAttribute("aria-selected", "true");
  const n = product.left.shape[product.leftT ? 0 : 1];
  const factors = product.right ? [product.left, product.right] : [product.left];
  const terms = [];
  for (let k = 0; k < n; k += 1) {
    const places = placesOf(product, row, column, k);
    const values = factors.map((each, i) => number(each, ...places[i]));
    if (values.includes(undefined)) continue;
    terms.push({ places, values });
    factors.forEach((each, i) => cell(each.id, ...places[i], "step").forEach((found) => found.classList.add("lit")));
  }
  if (product.plus) cell(product.plus.id, 0, column, "goes-in").forEach((found) => found.classList.add("lit"));
  byId("explanation").replaceChildren(...writtenOut(step, tensor, product, row, column, n, factors, terms));
  byId("status").textContent = byId("explanation").querySelector("h3").textContent;
}

function writtenOut(step, tensor, product, row, column, n, factors, terms) {
  const value = number(tensor, row, column), m = Number(step.inputs.find((each) => each.name === "m")?.text);
  const bias = product.plus ? number(product.plus, 0, column) : 0;
  const entry = (each, [i, j]) => `${each.name}(${i}, ${j})`;
  const known = terms.reduce((sum, each) => sum + each.values.reduce((a, b) => a * b), 0);
  const total = terms.length === n ? known : (value - bias) * (product.mean ? m : 1);
  const end = (label, result) => element("tr", {}, element("td", { colspan: 3 }, typeset(label)), element("td", {}, short(result, 7)));
  const rows = terms.map(({ places, values }) => element("tr", { class: "term" },
    element("td", {}, typeset(factors.map((each, i) => entry(each, places[i])).join(" · "))),
    element("td", {}, values.map((each) => (each < 0 ? `(${short(each, 7)})` : short(each, 7))).join(" × ")),
    element("td", {}, "="), element("td", { class: "product" }, short(values.reduce((a, b) => a * b), 7))));
  if (terms.length < n) rows.push(end(say("others", { n: n - terms.length }), total - known));
  const foot = [end(say("sum"), total)];
  if (product.mean) foot.push(end(say("divided", { m: step.inputs.find((each) => each.name === "m").text }), total / m));
  if (product.plus) foot.push(end(say("plus", { name: entry(product.plus, [0, column]) }), bias), end(entry(tensor, [row, column]), total + bias));
  return [
    element("h3", {}, typeset(say("explain", { entry: entry(tensor, [row, column]), value: short(value, 7) }))),
    element("p", {}, say(product.right ? "products" : "summands", { n })),
    element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": say("sum") },
      element("table", {}, element("tbody", {}, rows), element("tfoot", {}, foot))),
    element("button", { type: "button", "data-step": state.step }, say("close")),
  ];
}
