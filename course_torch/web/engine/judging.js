// What trains beside autograd and beside central differences, and what a mistake makes wrong.

import { digits, filled, kit, power, shapeOf } from "./kit.js";

const EPS = 2 ** -52;

const norm = (numbers) => Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0));

// How far two tensors are apart, and the difference that rounding errors explain (`verification/difference.py`).
export function difference(a, b, errors) {
  if (shapeOf(a) !== shapeOf(b)) return { relative: 1, factor: NaN, residual: 1, tolerance: 0 };
  const scale = Math.max(...a.data.map(Math.abs), ...b.data.map(Math.abs));
  if (scale === 0) return { relative: 0, factor: NaN, residual: 0, tolerance: 0 };
  const [least, most] = kit.constants.ORDINARY, unit = scale > least && scale < most ? 1 : scale;
  const [x, y, noise] = [a.data, b.data, errors].map((each) => (unit === 1 ? each : each.map((value) => value / unit)));
  const size = norm(x) + norm(y);
  const off = x.map((each, i) => each - y[i]), factor = x.reduce((sum, each, i) => sum + each * y[i], 0) / norm(y) ** 2;
  const residual = norm(y) > 0 && norm(x) > 0 ? norm(x.map((each, i) => each - factor * y[i])) / norm(x) : 0;
  return { relative: norm(off) / size, factor, residual, tolerance: kit.constants.SAFETY * norm(noise) / size };
}

const agrees = ({ relative, tolerance }) => relative <= tolerance;
const verdict = (seen) => (!agrees(seen) ? "different" : seen.tolerance > kit.constants.BLIND ? "not judged" : "equal");

// The gradient of training beside autograd's: the two numbers that are farthest apart.
function compared(name, found, right, error) {
  const errors = error.data.map((each, i) => each + EPS * Math.abs(right.data[i]));  // 1/m rounds too
  const seen = difference(found, right, errors);
  const row = { name, entry: null, found: null, autograd: null, relative: seen.relative, verdict: verdict(seen) };
  if (shapeOf(found) !== shapeOf(right)) return row;
  const off = found.data.map((each, i) => Math.abs(each - right.data[i])), place = off.indexOf(Math.max(...off));
  const columns = right.shape[1] ?? 1, entry = right.shape.length === 2 ? [Math.floor(place / columns), place % columns] : [];
  return { ...row, entry, found: found.data[place] ?? null, autograd: right.data[place] ?? null };
}

const copied = (made) => Object.fromEntries(Object.entries(made).map(([name, { shape, data }]) =>
  [name, { shape, data: data.slice() }]));

// The passes on the batch of the next step. `right` are the tensors of the formulas, `found` those of what trains.
export class Check {
  constructor(session) {
    this.session = session;
    this.given = session.given(session.batch);
    // In the order of the backward pass.
    this.names = session.layers.toReversed().flatMap(({ l }) =>
      [...session.gradients.filter((name) => name === `dslope[${l}]`), `dZ[${l}]`, `dW[${l}]`, `db[${l}]`, `dA[${l - 1}]`]);
    const caches = session.layers.flatMap(({ l }) => [`Z[${l}]`, `A[${l}]`]);
    this.right = copied(session.passes(this.given, [...caches, ...this.names]));
    this.errors = session.passes(this.given, this.names.map((name) => `error ${name}`));
    this.errors = copied(Object.fromEntries(Object.entries(this.errors).map(([name, tensor]) => [name.slice(6), tensor])));
    for (const { data } of Object.values(this.errors)) {
      data.forEach((error, i) => { if (Number.isNaN(error)) data[i] = Infinity; });  // an overflow: nothing is known
    }
    this.found = session.mistake === null ? this.right : this.madeBy(session.mistake);
  }

  // The tensors of the backward pass with a mistake.
  madeBy(mistake) {
    return copied(this.session.passes(this.given, this.names, mistake));
  }

  // Each gradient beside autograd's, in the order of the backward pass.
  get gradients() {
    const names = this.names.filter((name) => this.session.gradients.includes(name));
    const autograd = this.session.passes(this.given, names.map((name) => `autograd ${name}`));
    return names.map((name) => compared(name, this.found[name], autograd[`autograd ${name}`], this.errors[name]));
  }

  // The tensors that differ from the formulas' more than by rounding errors.
  wrong(found, right = this.right) {
    return this.names.filter((name) => !agrees(difference(found[name], right[name], this.errors[name].data)));
  }

  // The first wrong tensor, all wrong tensors, and how the first one differs; null if all are right.
  get diagnosis() {
    const wrong = this.wrong(this.found), [first] = wrong;
    if (wrong.length === 0) return null;
    return { tensor: first, wrong, symptom: symptom(this.found[first], this.right[first]) };
  }

  // Each gradient beside central differences of J.
  get differences() {
    return this.names.filter((name) => this.session.gradients.includes(name)).map((name) => {
      const found = this.found[name], numbers = this.session.inputs[name.slice(1)].data;
      const judged = [...numbers.keys()].map((i) => this.slope(numbers, i)), fair = judged.filter(({ kink }) => !kink);
      const row = { name, sampled: judged.length, kinks: judged.length - fair.length };
      if (fair.length === 0) return { ...row, relative: null, verdict: "not judged" };
      const entries = [...judged.keys()].filter((i) => !judged[i].kink), shape = [entries.length];
      const errors = fair.map(({ error }, k) => error + this.errors[name].data[entries[k]]);
      const seen = difference({ shape, data: entries.map((i) => found.data[i]) }, { shape, data: fair.map(({ value }) => value) }, errors);
      return { ...row, relative: seen.relative, verdict: verdict(seen) };
    });
  }

  // The slope of J by one parameter, its error, and whether some Z changes its sign at a kink between the two costs.
  slope(numbers, i, nudge = kit.constants.NUDGE, retries = kit.constants.RETRIES) {
    const [near, far] = [nudge, 2 * nudge].map((h) => this.central(numbers, i, h));
    if ((near.kink || far.kink) && retries > 0) return this.slope(numbers, i, nudge / 10, retries - 1);
    // Twice the nudge has four times the truncation error.
    const error = Math.abs(far.value - near.value) / 3 + EPS * (1 + near.size) / nudge;
    return { value: near.value, error, kink: near.kink || far.kink };
  }

  central(numbers, i, h) {
    const { session } = this, before = numbers[i], hidden = session.layers.slice(0, -1).map(({ l }) => `Z[${l}]`);
    const [above, below] = [h, -h].map((change) => {
      numbers[i] = before + change;
      const made = session.passes(this.given, ["J", ...hidden]);
      return { J: made.J.data[0], signs: hidden.map((name) => made[name].data.map((z) => Number(z > 0)).join("")).join() };
    });
    numbers[i] = before;
    const kink = kit.activations[session.settings.hidden_activation].kink && above.signs !== below.signs;
    return { value: (above.J - below.J) / (2 * h), size: Math.abs(above.J), kink };
  }
}

const scientific = (number) => number.toExponential(1).replace(/[+-]\d+$/, power);

// How the tensor differs from the right one, in numbers.
function symptom(found, right) {
  if (shapeOf(found) !== shapeOf(right)) return filled("wrong_shape", { found: shapeOf(found), right: shapeOf(right) });
  const seen = difference(found, right, right.data), factor = digits(seen.factor, 4);
  const multiple = seen.residual <= kit.constants.SMALL_RESIDUAL && Number.isFinite(seen.factor);
  return filled(!multiple ? "no_multiple" : factor === "1" ? "nearly" : "a_multiple",
    { relative: scientific(seen.relative), factor, residual: scientific(seen.residual) });
}
