// The examples of the settings: a set that the page brings, or the points of the learner.

import { executor } from "../graph/graph.js";
import { kit } from "./kit.js";
import { permutation, twister } from "./random.js";

// A function from points to X (m, n_x): the features of the settings, side by side.
function features(names) {
  const run = executor(kit.features);
  return (points) => {
    const m = points.length, n = names.length, X = new Float64Array(m * n);
    const column = (axis) => ({ shape: [m, 1], data: Float64Array.from(points, (point) => point[axis]) });
    const made = run({ x1: column(0), x2: column(1) }, names);
    names.forEach((name, j) => made[name].data.forEach((value, i) => { X[i * n + j] = value; }));
    return { shape: [m, n], data: X };
  };
}

// `points` are the learner's: their rows, the names of the classes and of the axes, and the domain if it is chosen.
export function examples(settings, points) {
  const own = settings.data === "csv", given = own ? points : kit.sets[settings.data].find(([noise]) => noise === settings.noise)[1];
  const parts = own ? split(points.rows, kit.constants.DATA_SEED) : [given.train, given.held_out];
  // X (m, n_x) and Y (m, 1) as tensors of a graph, and m.
  const featured = features(settings.features);
  const batch = (rows) => ({ m: rows.length, rows, X: featured(rows),
    Y: { shape: [rows.length, 1], data: Float64Array.from(rows, (row) => row[2]) } });
  const [train, held_out] = parts.map(batch), size = settings.batch_size;
  const batches = size === null ? 1 : Math.ceil(train.m / size);
  let epoch = -1, order = [];
  return {
    train, held_out, batches, featured, axes: given.axes, class_names: given.class_names, labels: given.labels ?? [0, 1],
    domain: given.domain ?? around([...train.rows, ...held_out.rows]),
    // The examples of a step. The orders of neighbouring seeds are kept apart as in `data/split.py`.
    batch(step) {
      if (size === null) return train;
      const number = Math.floor(step / batches), first = (step % batches) * size;
      if (number !== epoch) order = permutation(train.m, twister((kit.constants.DATA_SEED * 1000003 + number) % 2 ** 32));
      epoch = number;
      return batch(order.slice(first, first + size).map((i) => train.rows[i]));
    },
  };
}

// Training part and held-out part, class by class, as `stratified_split` draws them.
function split(rows, seed) {
  const next = twister(seed), parts = [[], []];
  for (const label of [0, 1]) {
    const numbers = [...rows.keys()].filter((i) => rows[i][2] === label);
    const shuffled = permutation(numbers.length, next).map((i) => numbers[i]);
    const train = numbers.length - toEven(kit.constants.TEST * numbers.length);
    parts[0].push(...shuffled.slice(0, train));
    parts[1].push(...shuffled.slice(train));
  }
  return parts.map((part) => part.sort((one, other) => one - other).map((i) => rows[i]));
}

// Python rounds a half to the even number.
const toEven = (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

// x1 from, to, x2 from, to: all points with a margin.
function around(rows) {
  return [0, 1].flatMap((axis) => {
    const numbers = rows.map((row) => row[axis]), low = Math.min(...numbers), high = Math.max(...numbers);
    const half = (kit.constants.MARGIN * (high - low)) / 2 || 1;
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  });
}

const SHOWN = 80;

// Set -> some of its points, and where they lie, for a small picture.
export const thumbnails = () => Object.fromEntries(Object.entries(kit.sets).map(([name, [[, { train, domain, labels }]]]) =>
  [name, { rows: train.filter((_, i) => i % Math.ceil(train.length / SHOWN) === 0), domain, labels }]));
