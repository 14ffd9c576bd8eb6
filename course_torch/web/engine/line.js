// A line that the reader writes, such as "dW = dZ.T @ A_prev / m", as nodes of the graph of the passes.
//
//   line = tensor "=" sum;  sum = term {("+" | "-") term} [(">" | "<") sum];  term = signed {("*" | "/" | "@") signed}
//   signed = ["-"] power;  power = turned ["**" signed];  turned = value {".T" | "." call}
//   value = number | name | call | "(" sum ")";  call = function "(" [part {"," part}] ")";  part = sum | name "=" value

import { refusal, shapeOf } from "./kit.js";

export const OWN = "own line";
const LONGEST = 200;  // characters
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)|(?:np\.|torch\.)?([A-Za-z]\w*)|(\*\*|\.T\b|\.(?=[a-z])|[-+*/@()=,<>]))/y;
// Signs of the notes -> what Python writes. A name that is copied from a formula has lost its "_".
const IN_PYTHON = { "²": "**2", "^": "**", "ᵀ": ".T", "·": "*", "×": "*", "−": "-", "，": ",", "（": "(", "）": ")", "＝": "=" };
const COPIED = new Map([["Aprev", "A_prev"], ["dAprev", "dA_prev"]]);
const SUMS = { "+": "add", "-": "sub" }, PRODUCTS = { "*": "mul", "/": "div", "@": "mm" }, COMPARED = { ">": "gt", "<": "lt" };
const OF_ONE = ["exp", "tanh", "sigmoid", "relu", "sqrt", "abs", "sign"];
const OF_TWO = { dot: "mm", matmul: "mm", multiply: "mul", divide: "div", add: "add", subtract: "sub" };
const OVER = ["sum", "mean"];
const FLAGS = new Map([["True", true], ["False", false]]);
export const KINDS = ["dZ", "dW", "db", "dA_prev"];

// The tensor that the line computes, and a tree of [operation, parts, …]. Throws a refusal.
export function parsed(text) {
  if (text.length > LONGEST) throw refusal("line_long", { most: LONGEST });
  const tokens = [];
  for (TOKEN.lastIndex = 0; /\S/.test(text.slice(TOKEN.lastIndex));) {
    const at = TOKEN.lastIndex, match = TOKEN.exec(text);
    if (match === null) {
      const found = text.slice(at).trim()[0], sign = IN_PYTHON[found];
      throw refusal(sign ? "line_in_python" : "line_sign", { found, sign });
    }
    tokens.push({ number: match[1], name: COPIED.get(match[2]) ?? match[2], sign: match[3] });
  }
  let at = 0;
  const here = () => tokens[at] ?? {};
  const written = ({ number, name, sign } = here()) => number ?? name ?? sign;
  const takes = (...signs) => (signs.includes(here().sign) ? tokens[at++].sign : null);
  const expect = (sign) => {
    if (takes(sign) !== null) return;
    throw refusal(written() !== undefined ? "line_expected" : ["=", "("].includes(sign) ? "line_end" : "line_bracket", { sign, found: written() });
  };
  const series = (part, signs) => {
    let made = part();
    for (let sign; (sign = takes(...Object.keys(signs)));) made = [signs[sign], [made, part()]];
    return made;
  };
  const sum = () => series(() => series(term, SUMS), COMPARED);
  const term = () => series(signed, PRODUCTS);
  const signed = () => (takes("-") ? ["neg", [signed()]] : power());
  const power = () => {
    const base = turned();
    return takes("**") ? ["pow", [base, signed()]] : base;
  };
  const turned = () => {
    let made = value();
    for (let sign; (sign = takes(".T", "."));) made = sign === ".T" ? ["permute", [made]] : called(tokens[at++].name, [made]);
    return made;
  };
  const value = () => {
    if (takes("(")) {
      const inside = sum();
      expect(")");
      return inside;
    }
    const { number, name, sign } = here();
    if (number === undefined && name === undefined) throw refusal(sign === undefined ? "line_end" : "line_value", { found: sign });
    at += 1;
    if (number !== undefined) return ["constant", [], Number(number)];
    return here().sign === "(" ? called(name) : ["name", [], name];
  };
  // A function with its arguments, the first of which may stand before it: sum(dZ) and dZ.sum(). A sum has an axis, and
  // whether the axis stays.
  const called = (name, parts = []) => {
    const named = new Map();
    expect("(");
    for (let first = true; !takes(")"); first = false) {
      if (!first) expect(",");
      if (tokens[at + 1]?.sign !== "=") parts.push(sum());
      else {
        const key = tokens[at].name;
        at += 2;
        const { number, name: flag } = tokens[at++] ?? {};
        named.set(key, number !== undefined ? Number(number) : FLAGS.get(flag));
      }
    }
    if (OF_ONE.includes(name) && parts.length === 1) return [name, parts];
    if (Object.hasOwn(OF_TWO, name) && parts.length === 2) return [OF_TWO[name], parts];
    if (name === "where" && parts.length === 3) return [name, parts];
    const axis = named.get("axis") ?? named.get("dim"), stays = named.get("keepdims") ?? named.get("keepdim") ?? false;
    if (OVER.includes(name) && parts.length === 1 && [undefined, 0, 1].includes(axis)) return [name, parts, axis, stays];
    throw refusal("line_function", { name, functions: [...OF_ONE, ...Object.keys(OF_TWO), ...OVER, "where"].join(", ") });
  };
  const kind = here().name;
  if (!KINDS.includes(kind)) throw refusal("line_target", { found: written() ?? "", kinds: KINDS.join(", ") });
  at += 1;
  expect("=");
  const tree = sum();
  if (at < tokens.length) throw refusal([undefined, "("].includes(here().sign) ? "line_operation" : "line_more", { found: written() });
  return { kind, tree };
}

const shown = (shape) => shapeOf({ shape });
const namesIn = ([operation, parts, name]) => (operation === "name" ? [name] : parts.flatMap(namesIn));

// The graph with the mistake OWN: what the line computes in every layer that has its tensor, and all that is behind it.
// `columns`: the examples are columns in the line. `sizes` are n[0] to n[L], and m is the number of examples.
export function withLine(graph, { kind, tree }, { columns, sizes, m }) {
  const nodes = [...graph.nodes], behind = new Map(), L = sizes.length - 1;
  const layers = Array.from({ length: L }, (_, i) => i + 1);
  const inputs = new Map(nodes.flatMap(([operation, , [name]], i) => (operation === "input" ? [[name, i]] : [])));
  const isOutput = namesIn(tree).includes("Y");
  // dZ of the output layer is made of Y, and dZ of a hidden layer of dA.
  const of = kind !== "dZ" ? layers : layers.filter((l) => (l === L) === isOutput);
  if (of.length === 0) throw refusal("line_no_hidden", {});
  const nameOf = (l) => (kind === "dA_prev" ? `dA[${l - 1}]` : `${kind}[${l}]`);
  const own = new Map(of.map((l) => [graph.outputs[nameOf(l)], l]));

  const add = (operation, reads, others = []) => nodes.push([operation, reads, others]) - 1;

  // The node, or its copy if something before it is made by the line.
  function copied(i) {
    if (!behind.has(i)) behind.set(i, own.has(i) ? computed(own.get(i)) : withReads(i));
    return behind.get(i);
  }

  function withReads(i) {
    const [operation, reads, others] = nodes[i], now = reads.map(copied);
    return now.every((read, k) => read === reads[k]) ? i : add(operation, now, others);
  }

  // What each name stands for in layer l: its node and its shape with examples as rows.
  function known(l) {
    const [n_prev, n] = [sizes[l - 1], sizes[l]], output = (name) => () => copied(graph.outputs[name]);
    const input = (name) => () => inputs.get(name);
    return {
      Z: [output(`Z[${l}]`), [m, n]], A: [output(`A[${l}]`), [m, n]],
      A_prev: [l > 1 ? output(`A[${l - 1}]`) : input("X"), [m, n_prev]],
      W: [input(`W[${l}]`), [n, n_prev]], b: [input(`b[${l}]`), [1, n]], m: [input("m"), []],
      ...(inputs.has(`slope[${l}]`) ? { slope: [input(`slope[${l}]`), []] } : {}),
      ...(l === L ? { Y: [input("Y"), [m, n]] } : { dA: [output(`dA[${l}]`), [m, n]] }),
      ...(kind !== "dZ" ? { dZ: [output(`dZ[${l}]`), [m, n]] } : {}),
    };
  }

  // A matrix of examples, in the layout of the line or back.
  const turns = (name, shape) => columns && shape.length === 2 && !["W", "dW"].includes(name);
  const turned = ({ node, shape }) => ({ node: add("permute", [node], [[1, 0]]), shape: shape.toReversed() });

  function computed(l) {
    const names = known(l);
    const value = (tree) => {
      const [operation, parts, first, stays] = tree;
      if (operation === "constant") return { node: add("constant", [], [first]), shape: [] };
      if (operation === "name") {
        if (!Object.hasOwn(names, first)) throw refusal("line_name", { name: first, names: Object.keys(names).join(", "), l: String(l) });
        const [node, shape] = names[first], made = { node: node(), shape };
        return turns(first, shape) ? turned(made) : made;
      }
      const given = parts.map(value), [a, b] = given, reads = given.map(({ node }) => node);
      if (operation === "permute") return a.shape.length === 2 ? turned(a) : a;
      if (operation === "sum" || operation === "mean") {
        const others = first === undefined ? [] : [[first], stays], total = (node) => add("sum", [node], others);
        const shape = first === undefined ? [] : a.shape.length < 2 ? [] : stays ? a.shape.with(first, 1) : a.shape.toSpliced(first, 1);
        const node = total(a.node);
        return { node: operation === "sum" ? node : add("div", [node, total(add("ones_like", reads))]), shape };
      }
      const shape = operation === "mm" ? product(a.shape, b.shape) : given.map((each) => each.shape).reduce(entries);
      return { node: add(operation, reads), shape };
    };
    let made = value(tree);
    const target = kind === "dA_prev" ? [m, sizes[l - 1]] : { dZ: [m, sizes[l]], dW: [sizes[l], sizes[l - 1]], db: [1, sizes[l]] }[kind];
    const right = turns(kind, target) ? target.toReversed() : target;
    if (["dZ", "dA_prev"].includes(kind) && shown(made.shape) !== shown(right)) {
      throw refusal("line_shape", { name: nameOf(l), found: shown(made.shape), right: shown(right) });
    }
    return (turns(kind, made.shape) ? turned(made) : made).node;
  }

  const wrong = Object.fromEntries(Object.entries(graph.outputs)
    .filter(([name]) => /^d(Z|W|b|A|slope)\[/.test(name)).map(([name, i]) => [name, copied(i)]).filter(([name, i]) => i !== graph.outputs[name]));
  return { ...graph, nodes, mistakes: { ...graph.mistakes, [OWN]: wrong } };
}

// The shape of a matrix product.
function product(a, b) {
  if (a.length < 2 || b.length < 2) throw refusal("line_no_matrix", { a: shown(a), b: shown(b) });
  const n = a[0] === b[0] ? 1 : a[1] === b[1] ? 2 : null;  // the matrix that fits if it is turned
  if (a[1] !== b[0]) throw refusal(n === null ? "line_product" : "line_turn", { a: shown(a), b: shown(b), columns: a[1], rows: b[0], n });
  return [a[0], b[1]];
}

// The shape of an operation on entries, where a size of 1 is repeated.
function entries(a, b) {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a, b].map((shape) => shape[shape.length - rank + i] ?? 1);
    if (x !== y && x !== 1 && y !== 1) throw refusal("line_entries", { a: shown(a), b: shown(b) });
    return Math.max(x, y);
  });
}
