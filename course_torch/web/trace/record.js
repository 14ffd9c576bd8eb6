// The record of the trace and the texts, and what the page looks up in them (course_torch/tracing/record.py).

import { byId } from "../elements.js";

export const record = JSON.parse(byId("record").textContent);
const texts = JSON.parse(byId("texts").textContent);
export const steps = record.steps;
export const tensors = record.tensors;
export const sources = record.sources;
export const own = record.own;
export const state = { step: 0, language: document.documentElement.lang, timer: null, address: null, sourceOpen: false };

export function say(key, values = {}) {
  return texts[state.language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// The last step inside each step: its inner calls follow it with larger depth.
const ends = steps.map((step) => {
  let end = step.number;
  while (end + 1 < steps.length && steps[end + 1].depth > step.depth) end += 1;
  return end;
});

// Whether a tensor exists after a step. A gradient that has not been computed yet is "—", never 0.
const exists = (tensor, step) => tensor.made === undefined || tensor.made <= ends[step];

// The tensor with this name after a step. Only parameters, X and Y outlive their update.
export function latest(name, step) {
  const lasting = /^(W|b|slope)\[|^[XY]$/.test(name);
  return tensors.findLast((each) => each.name === name && exists(each, step) &&
    (lasting || each.update === steps[step].update));
}

const named = (value) => value.name.replace("cache.", "");
export const tensorOf = (values, name) => {
  const value = values.find((each) => named(each) === name);
  return value?.tensor === undefined ? undefined : tensors[value.tensor];
};

// "dW = …, db = …" is several equations.
export const equations = (formula) => formula.split(/, (?=[^,()]+(?:\(Z\))? = )/);

// The formula with the names of this step's tensors, such as "Z[1] = X W[1]ᵀ + b[1]".
export function withNames(step) {
  const names = { ...Object.fromEntries([...step.inputs, ...step.outputs].filter((each) => each.tensor !== undefined)
    .map((each) => [named(each), tensors[each.tensor].name])) };
  for (const each of step.inputs) {
    if (each.name === "m") names.m = each.text;
    if (each.name === "alpha") names["α"] = each.text;
    if (each.name === "activation") names.g = each.text;
  }
  return sources[step.source].formula.replace(/[A-Za-zα]\w*/g, (token) => names[token] ?? token);
}

export const wrongOwn = (step) => step.outputs.some((each) => tensors[each.tensor]?.own?.verdict === "different");
