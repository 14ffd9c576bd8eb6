// A session: a network, its examples, and its training, step by step and back. The graphs of the kit compute.

import { executor, scalar } from "../graph/graph.js";
import { unpacked } from "../graph/packed.js";
import { examples } from "./examples.js";
import { filled, kit, refusal, shapeOf } from "./kit.js";
import { withLine } from "./line.js";
import { normal } from "./random.js";

const RING = 400;  // steps and edits that can be undone
const LARGEST_WEIGHT = 1e6;
const isWeight = (value) => Number.isFinite(value) && Math.abs(value) <= LARGEST_WEIGHT;
const RECORD_EVERY = 10;  // steps between two points of the curve

// The training cannot go on. `reason` is a word for the page: shapes, diverged.
export class Stopped extends Error {
  constructor(reason, values) {
    super(reason);
    Object.assign(this, { reason, sentences: filled(reason, values) });
  }
}

const spelled = (number) => String(number).toLowerCase().replace("infinity", "inf");

// The name of the graph: widths and m are free in it, the activation and the number of layers are not.
function graphOf({ output, hidden_layers: widths, hidden_activation: activation, learn_slope: learned }) {
  if (widths.length === 0) return output;
  return `${output}, ${activation}${activation === "leaky_relu" && learned ? ", learned" : ""} ${widths.length + 1}`;
}

export class Session {
  constructor(settings, points) {
    this.settings = settings;
    this.examples = examples(settings, points);
    this.sizes = [settings.features.length, ...settings.hidden_layers, 1];
    this.L = this.sizes.length - 1;
    this.learned = settings.hidden_activation === "leaky_relu" && settings.learn_slope;
    this.graph = unpacked(kit.passes, graphOf(settings));
    this.mistake = null;
    this.step = 0;
    this.untouched = true;  // whether no mistake has trained and no number was edited: a command reaches the same
    this.costs = [];
    this.ring = [];
    this.begin();
    // An executor keeps its memory for one number of examples: the batch, the splits and the pixels get one each.
    [this.passes, this.forward, this.onPlane] = [this.graph, this.graph, this.graph].map(executor);
    this.update = executor(kit.update);
    this.score = executor(kit.scores[settings.output]);
    this.alpha = scalar(settings.learning_rate);
    this.gradients = this.layers.flatMap(({ l, slope }) =>
      ["dW", "db", ...(this.learned && slope ? ["dslope"] : [])].map((kind) => `${kind}[${l}]`));
  }

  // All parameters lie in one array, so that a step back is one copy.
  begin() {
    const { hidden_activation: activation, initialization, model_seed: seed, slope } = this.settings;
    const draw = normal(seed), leaky = (l) => activation === "leaky_relu" && l < this.L;
    const counts = this.sizes.slice(1).map((n, i) => n * (this.sizes[i] + 1) + Number(leaky(i + 1)));
    this.numbers = new Float64Array(counts.reduce((sum, count) => sum + count));
    let at = 0;
    const tensor = (...shape) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return { shape, data: this.numbers.subarray(at, (at += size)) };
    };
    this.layers = counts.map((_, i) => {
      const n_in = this.sizes[i], n = this.sizes[i + 1], l = i + 1;
      const layer = { l, W: tensor(n, n_in), b: tensor(1, n), slope: leaky(l) ? tensor() : null };
      const std = kit.std[initialization][n_in - 1];
      layer.W.data.forEach((_, k, W) => { W[k] = Math.fround(draw() * std); });  // the network begins in float32
      layer.slope?.data.fill(Math.fround(slope));
      return layer;
    });
    this.inputs = Object.fromEntries(this.layers.flatMap(({ l, W, b, slope }) =>
      [[`W[${l}]`, W], [`b[${l}]`, b], [`slope[${l}]`, slope]]));
  }

  // The passes can then make the mistake OWN: the line that the reader writes (`line.js`).
  write(line, columns) {
    this.passes = executor(withLine(this.graph, line, { columns, sizes: this.sizes, m: this.batch.m }));
  }

  // The inputs of a graph of the passes.
  given({ X, Y, m }) {
    return { ...this.inputs, X, Y, m: scalar(m) };
  }

  // The examples of the next step.
  get batch() {
    return this.examples.batch(this.step);
  }

  // Make one step. Throws Stopped if it cannot be made; nothing has changed then.
  advance() {
    if (this.step % RECORD_EVERY === 0 && (this.costs.at(-1)?.[0] ?? -1) < this.step) {
      this.costs.push([this.step, ...[this.examples.train, this.examples.held_out].map((part) => this.result(part).cost)]);
    }
    const made = this.passes(this.given(this.batch), ["J", ...this.gradients], this.mistake), J = made.J.data[0];
    this.checkShapes(made);
    if (!Number.isFinite(J)) throw new Stopped("diverged", { J: spelled(J), step: String(this.step) });
    this.keep();
    for (const name of this.gradients) {
      const parameter = this.inputs[name.slice(1)];
      parameter.data.set(this.update({ W: parameter, dW: made[name], alpha: this.alpha }).W.data);
    }
    this.step += 1;
    this.untouched &&= this.mistake === null;
  }

  // A mistake can make a gradient of another shape.
  checkShapes(made) {
    for (const name of this.gradients) {
      const [found, expected] = [made[name], this.inputs[name.slice(1)]].map(shapeOf);
      if (found !== expected) throw new Stopped("shapes", { name, found, right: expected });
    }
  }

  // Cost and accuracy of a part.
  result(part) {
    const inputs = this.given(part), { J, [`A[${this.L}]`]: A } = this.forward(inputs, ["J", `A[${this.L}]`]);
    return { cost: J.data[0], score: this.score({ A, Y: part.Y, m: inputs.m }).score.data[0] };
  }

  // Go on at the step and with the parameters of a link, which lie as in `begin`.
  resume({ step, untouched, numbers }) {
    const fits = Number.isSafeInteger(step) && step >= 0 && Array.isArray(numbers) && numbers.length === this.numbers.length;
    if (!fits || !numbers.every(isWeight)) throw refusal("state", { n: String(this.numbers.length), most: String(LARGEST_WEIGHT) });
    this.numbers.set(numbers);
    Object.assign(this, { step, untouched: untouched === true, costs: [], ring: [] });
  }

  // W[l]_ij = value, or b[l]_i = value if j is null: an edit by hand. i and j count from 0.
  edit(l, i, j, value) {
    if (!isWeight(value)) {
      throw refusal("value", { found: value, most: String(LARGEST_WEIGHT) });
    }
    this.keep();
    const { W, b } = this.layers[l - 1];
    (j === null ? b : W).data[j === null ? i : i * W.shape[1] + j] = Math.fround(value);
    this.untouched = false;
    this.forgetCosts();
  }

  // Undo the latest steps and edits, as far as the ring goes.
  back(steps) {
    const count = Math.min(steps, this.ring.length);
    if (count === 0) return;
    const [earlier] = this.ring.splice(-count);
    this.numbers.set(earlier.numbers);
    this.step = earlier.step;
    this.untouched = earlier.untouched;
    this.forgetCosts();
  }

  keep() {
    this.ring.push({ step: this.step, untouched: this.untouched, numbers: this.numbers.slice() });
    if (this.ring.length > RING) this.ring.shift();
  }

  // The points of the curve from this step on belong to other parameters.
  forgetCosts() {
    this.costs = this.costs.filter(([step]) => step < this.step);
  }
}
