// Frames: what the page draws of a session, as a JSON header and planes of integers.

import { encoded, SIDE, STRIDE } from "../graph/frame.js";
import { executor, scalar } from "../graph/graph.js";
import { kit } from "./kit.js";

const BINS = 20;
const FLAT = 0.05;  // a unit is flat at an example if g'(Z) is below this fraction of g'(0)
const MOST = 0.9;  // a unit is saturated if it is flat at this fraction of the examples

export class Frames {
  constructor(session) {
    this.session = session;
    this.sent = 0;
    const [low1, high1, low2, high2] = session.examples.domain;
    const pixels = Array.from({ length: SIDE * SIDE }, (_, i) => [low1 + (high1 - low1) * ((i % SIDE) + 0.5) / SIDE,
      high2 - (high2 - low2) * (Math.floor(i / SIDE) + 0.5) / SIDE]);
    this.grid = { X: session.examples.featured(pixels) };
    const activation = kit.activations[session.settings.hidden_activation];
    this.kink = activation.kink;
    this.derivative = executor(activation.derivative);
  }

  // Send points of the curve again that changed because the session went back.
  rewind() {
    this.sent = Math.min(this.sent, this.session.costs.length);
  }

  frame(check, { running, point, mistake }) {
    return encoded({ ...this.numbers(check), ...this.newCosts(), running, point: this.forward(point), mistake }, this.planes());
  }

  // The points of the curve that the page lacks; it first drops its points after the step `after`.
  newCosts() {
    const { costs } = this.session, { sent } = this;
    this.sent = costs.length;
    return { costs: costs.slice(sent), after: sent > 0 ? costs[sent - 1][0] : -1 };
  }

  // The plane of each feature, as those of the hidden units.
  get inputs() {
    return unitPlanes(this.grid.X).map((plane) => [...plane]);
  }

  // The planes of the output and of the hidden units.
  planes() {
    const { session } = this, names = session.layers.map(({ l }) => `A[${l}]`);
    const made = session.onPlane({ ...session.inputs, ...this.grid }, names);
    const [low, high] = session.examples.labels, share = (A) => (A - low) / (high - low);
    const output = Uint16Array.from(made[names.at(-1)].data, (A) => Math.min(65535, Math.max(0, Math.round(65535 * share(A)))));
    return [new Uint8Array(output.buffer), ...names.slice(0, -1).flatMap((name) => unitPlanes(made[name]))];
  }

  // The forward pass of one point in numbers.
  forward(point) {
    if (point === null) return null;
    const { session } = this, X = session.examples.featured([point]);
    const of = (kind) => session.layers.map(({ l }) => `${kind}[${l}]`);
    const made = session.forward({ ...session.inputs, X }, [...of("Z"), ...of("A")]);
    const [Z, A] = ["Z", "A"].map((kind) => of(kind).map((name) => [...made[name].data]));
    return { x: point, X: [...X.data], Z, A };
  }

  // Everything but the planes, the curve and what the page asked for.
  numbers(check) {
    const { session } = this, { train, held_out } = session.examples;
    const results = [train, held_out].map((part) => session.result(part));
    const matrix = ({ shape: [rows, columns], data }) =>
      Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
    return {
      step: session.step,
      back: session.ring.length,
      untouched: session.untouched,
      cost: results.map(({ cost }) => cost),
      accuracy: results.map(({ score }) => score),
      W: session.layers.map(({ W }) => matrix(W)),
      b: session.layers.map(({ b }) => [...b.data]),
      slopes: session.layers.map(({ slope }) => slope?.data[0] ?? null),
      layers: session.layers.map((layer) => this.layer(layer, check)),
      gradients: check.gradients,
    };
  }

  // Histograms, ‖dW‖/‖W‖, and the units that hardly learn, of a layer.
  layer({ l, W, slope }, { right, found }) {
    const [Z, A, dZ, dW] = ["Z", "A", "dZ", "dW"].map((kind) => found[`${kind}[${l}]`] ?? right[`${kind}[${l}]`]);
    const size = (data) => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0)), hidden = l < this.session.L;
    return {
      Z: histogram(Z.data), A: histogram(A.data), dZ: histogram(dZ.data), dW: histogram(dW.data),
      ratio: size(W.data) > 0 ? size(dW.data) / size(W.data) : null,
      dead: hidden && this.kink ? this.unitsWith(Z, slope, (slopes) => slopes.every((each) => each === 0)) : [],
      saturated: hidden && !this.kink ? this.unitsWith(Z, slope, (slopes, atZero) =>
        slopes.filter((each) => each < FLAT * atZero).length >= MOST * slopes.length) : [],
    };
  }

  // The units, from 1, whose g'(Z) at the examples, beside g'(0), are as asked.
  unitsWith(Z, slope, asked) {
    const of = (tensor) => this.derivative({ Z: tensor, slope: slope ?? scalar(0) }).derivative;
    const [atZero] = of({ shape: [1, 1], data: Float64Array.of(0) }).data, { shape: [m, n], data } = of(Z);
    const column = (j) => Array.from({ length: m }, (_, i) => data[i * n + j]);
    return Array.from({ length: n }, (_, j) => j).filter((j) => asked(column(j), atZero)).map((j) => j + 1);
  }
}

// The plane of each unit, in fractions of its largest |A|.
function unitPlanes({ shape: [, units], data }) {
  const largest = new Array(units).fill(0), shown = largest.map(() => []);
  for (let row = STRIDE >> 1; row < SIDE; row += STRIDE) {
    for (let column = STRIDE >> 1; column < SIDE; column += STRIDE) {
      for (let unit = 0; unit < units; unit++) {
        const A = data[(row * SIDE + column) * units + unit];
        shown[unit].push(A);
        if (!(Math.abs(A) <= largest[unit])) largest[unit] = Math.abs(A);
      }
    }
  }
  const scale = (unit) => 127 / (largest[unit] > 0 ? largest[unit] : 1);
  return shown.map((A, unit) => bytes(A, (each) => 128 + scale(unit) * each));
}

// A value that is not finite becomes 0 or 255.
function bytes(values, scaled) {
  const made = new Uint8ClampedArray(values.length);
  for (let i = 0; i < made.length; i++) made[i] = scaled(values[i]);
  return made;
}

// [[least, largest], counts in BINS bins]; null if a value is not finite.
function histogram(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) return null;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const counts = new Array(BINS).fill(0);
  const bin = (value) => (low === high ? 0 : Math.min(BINS - 1, Math.floor((value - low) / (high - low) * BINS)));
  for (const value of values) counts[bin(value)] += 1;
  return [[low, high], counts];
}
