// Executes a graph that `playground/recorder.py` recorded. The formulas are in the graph; here are only operations.
//
// A tensor is { shape, data }: at most two sizes, and the numbers row by row in a Float64Array. Tensors of fewer sizes
// are read as torch reads them: as rows.

const OF_ONE = {
  neg: (x) => -x,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  log_sigmoid_forward: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  tanh: Math.tanh,
  relu: (x) => (x < 0 ? 0 : x),
  reciprocal: (x) => 1 / x,
  exp: Math.exp,
  expm1: Math.expm1,
  sqrt: Math.sqrt,
  sin: Math.sin,
  sign: Math.sign,
  abs: Math.abs,
  ones_like: () => 1,
};
const OF_TWO = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  rsub: (x, y) => y - x,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  pow: (x, y) => x ** y,
  hypot: Math.hypot,
  lt: (x, y) => Number(x < y),
  gt: (x, y) => Number(x > y),
  le: (x, y) => Number(x <= y),
  eq: (x, y) => Number(x === y),
};
const clamped = (x, low, high) => (x < low ? low : x > high ? high : x); // a limit that is not there is NaN

const rows = ({ shape }) => (shape.length === 2 ? shape[0] : 1);
const columns = ({ shape }) => (shape.length ? shape[shape.length - 1] : 1);

export const scalar = (number) => ({ shape: [], data: Float64Array.of(number ?? NaN) });

// The tensor of the last run if it has this shape, so that a step allocates nothing.
function tensor(shape, last) {
  if (last && last.shape.length === shape.length && shape.every((size, axis) => size === last.shape[axis])) return last;
  return { shape, data: new Float64Array(shape.reduce((product, size) => product * size, 1)) };
}

// The shape of the results of operations on entries, where a size of 1 is repeated.
function common(parts) {
  const rank = Math.max(...parts.map(({ shape }) => shape.length));
  return [Math.max(...parts.map(rows)), Math.max(...parts.map(columns))].slice(2 - rank);
}

// Entry (i, j) of a part is at i * down + j * right.
const down = (part) => (rows(part) > 1 ? columns(part) : 0);
const right = (part) => (columns(part) > 1 ? 1 : 0);

function ofOne(f, [a], last) {
  const out = tensor(a.shape, last);
  for (let i = 0; i < out.data.length; i++) out.data[i] = f(a.data[i]);
  return out;
}

function ofTwo(f, [a, b], last) {
  const out = tensor(common([a, b]), last), n = columns(out);
  const [da, db, ra, rb] = [down(a), down(b), right(a), right(b)];
  for (let i = 0, at = 0; at < out.data.length; i++)
    for (let j = 0; j < n; j++) out.data[at++] = f(a.data[i * da + j * ra], b.data[i * db + j * rb]);
  return out;
}

function ofThree(f, [a, b, c], last) {
  const out = tensor(common([a, b, c]), last), n = columns(out);
  const [da, db, dc, ra, rb, rc] = [down(a), down(b), down(c), right(a), right(b), right(c)];
  for (let i = 0, at = 0; at < out.data.length; i++)
    for (let j = 0; j < n; j++)
      out.data[at++] = f(a.data[i * da + j * ra], b.data[i * db + j * rb], c.data[i * dc + j * rc]);
  return out;
}

// A product, added to a row for every row of it.
function addmm([added, a, b], last) {
  const [m, inner, n] = [rows(a), columns(a), columns(b)];
  const out = tensor([m, n], last), [d, r] = [down(added), right(added)];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) out.data[i * n + j] = added.data[i * d + j * r];
    for (let k = 0; k < inner; k++) {
      const factor = a.data[i * inner + k];
      for (let j = 0; j < n; j++) out.data[i * n + j] += factor * b.data[k * n + j];
    }
  }
  return out;
}

function permute([a], last) {
  const [m, n] = [rows(a), columns(a)], out = tensor([n, m], last);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out.data[j * m + i] = a.data[i * n + j];
  return out;
}

function flip([a], last, axes) {
  const [m, n] = [rows(a), columns(a)], out = tensor(a.shape, last);
  const [upside, mirrored] = [axes.includes(0), axes.includes(1)];
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      out.data[(upside ? m - 1 - i : i) * n + (mirrored ? n - 1 - j : j)] = a.data[i * n + j];
  return out;
}

const LEAF = 8;

// `count` numbers from `start` on, every `step`. Halves are added apart, as torch does: less is lost by rounding.
function total(data, start, count, step) {
  if (count > LEAF) {
    const half = count >> 1;
    return total(data, start, half, step) + total(data, start + half * step, count - half, step);
  }
  let made = 0;
  for (let i = 0; i < count; i++) made += data[start + i * step];
  return made;
}

// Without an axis all entries are added. An axis that does not stay is left out of the shape.
function sum([a], last, axes, stays = false) {
  const { data } = a, [m, n] = [rows(a), columns(a)], axis = [axes].flat()[0];
  const out = tensor(axis === undefined ? [] : axis === 1 ? [m, 1].slice(0, 1 + Number(stays)) : [1, n].slice(1 - Number(stays)), last);
  if (axis === undefined) out.data[0] = total(data, 0, data.length, 1);
  else if (axis === 1) for (let i = 0; i < m; i++) out.data[i] = total(data, i * n, n, 1);
  else for (let j = 0; j < n; j++) out.data[j] = total(data, j, m, n);
  return out;
}

const isZero = (x) => Number(x === 0);
const all = ([a], last, ...axes) => ofOne(isZero, [sum([ofOne(isZero, [a])], last, ...axes)], last);

// √Σ x² as a sum is taken.
const norm = ([a], last, ...axes) => ofOne(Math.sqrt, [sum([ofOne((x) => x * x, [a])], last, ...axes)], last);

// exp(x) / Σ exp(x) of each row, or its logarithm. The largest number of the row is taken away first.
function softmax(logarithm, [a], last) {
  const [m, n] = [rows(a), columns(a)], out = tensor(a.shape, last);
  for (let i = 0; i < m; i++) {
    const row = a.data.subarray(i * n, (i + 1) * n), largest = Math.max(...row);
    const total = row.reduce((before, x) => before + Math.exp(x - largest), 0);
    for (let j = 0; j < n; j++)
      out.data[i * n + j] = logarithm ? row[j] - largest - Math.log(total) : Math.exp(row[j] - largest) / total;
  }
  return out;
}

const ZERO = scalar(0), NOT_THERE = scalar(null);
const OPERATIONS = {
  ...Object.fromEntries(Object.entries(OF_ONE).map(([name, f]) => [name, (parts, last) => ofOne(f, parts, last)])),
  ...Object.fromEntries(Object.entries(OF_TWO).map(([name, f]) => [name, (parts, last) => ofTwo(f, parts, last)])),
  where: (parts, last) => ofThree((condition, x, y) => (condition ? x : y), parts, last),
  clamp: (parts, last) => ofThree(clamped, [...parts, NOT_THERE].slice(0, 3), last),
  addmm,
  mm: (parts, last) => addmm([ZERO, ...parts], last),
  permute,
  unsqueeze: ([{ shape, data }], last, axis) => ({ shape: shape.toSpliced(axis, 0, 1), data }),
  flip,
  sum,
  all,
  linalg_vector_norm: norm,
  _softmax: (parts, last) => softmax(false, parts, last),
  _log_softmax: (parts, last) => softmax(true, parts, last),
};

// A function from the inputs and the names of outputs to these outputs. The next call overwrites them. A mistake
// replaces some of the outputs.
export function executor({ nodes, outputs, mistakes }) {
  const results = [], plans = new Map();

  // The numbers of the nodes that some nodes need, in order.
  function plan(wanted) {
    const key = wanted.join();
    if (!plans.has(key)) {
      const needed = new Set(wanted);
      for (let i = nodes.length - 1; i >= 0; i--) if (needed.has(i)) nodes[i][1].forEach((read) => needed.add(read));
      plans.set(key, [...needed].sort((one, other) => one - other));
    }
    return plans.get(key);
  }

  return (inputs, names = Object.keys(outputs), mistake = null) => {
    const wanted = names.map((name) => mistakes[mistake]?.[name] ?? outputs[name]);
    for (const i of plan(wanted)) {
      const [operation, reads, others] = nodes[i];
      if (operation === "input") results[i] = inputs[others[0]];
      else if (operation === "constant") results[i] ??= scalar(others[0]);
      else results[i] = OPERATIONS[operation](reads.map((read) => results[read]), results[i], ...others);
    }
    return Object.fromEntries(names.map((name, i) => [name, results[wanted[i]]]));
  };
}
