// The network: a column of units for each layer, the layer at hand lit, and the tensors of each layer with their norms.

import { drawn, short } from "../elements.js";
import { latest, record, say, state, steps } from "./record.js";

export const WIDTH = 176;
const MOST = 5, GAP = 15, TOP = 40, MIDDLE = TOP + 42;

// Heights of the units. Of a wide layer five are drawn.
const heights = (n) => Array.from({ length: Math.min(n, MOST) }, (_, i) => MIDDLE + (i - (Math.min(n, MOST) - 1) / 2) * GAP);

export function drawing() {
  const step = steps[state.step], sizes = record.network.layer_sizes, L = sizes.length - 1;
  const width = WIDTH * (L + 2), label = say("drawing", { phase: say(step.phase), layer: step.layer });
  const picture = drawn("svg", { viewBox: `0 0 ${width} 234`, width, height: 234, role: "img", "aria-label": label });
  sizes.forEach((n, l) => picture.append(layer(l, n, sizes, step)));
  const x = WIDTH * (L + 1.5);
  picture.append(
    drawn("g", {}, line(x, 14, say("output"), "title"), line(x, MIDDLE + 4, withNorm("J"))),
    arrow(WIDTH / 2, x, 26, step.phase === "forward"), arrow(x, WIDTH / 2, 138, step.phase === "backward"),
    drawn("text", { x: width / 2, y: 230, "text-anchor": "middle", class: "soft" }, say("norms")));
  return picture;
}

function layer(l, n, sizes, step) {
  const x = WIDTH * (l + 0.5);
  const group = drawn("g", { class: l === step.layer ? "at-hand" : "", "data-layer": l },
    drawn("rect", { class: "band", x: x - WIDTH / 2 + 3, y: 1, width: WIDTH - 6, height: 214, rx: 8 }));
  if (l > 0) {
    for (const from of heights(sizes[l - 1])) {
      for (const to of heights(n)) group.append(drawn("line", { x1: x - WIDTH + 6, y1: from, x2: x - 6, y2: to }));
    }
  }
  for (const y of heights(n)) group.append(drawn("circle", { class: "neuron", cx: x, cy: y, r: 6 }));
  if (n > MOST) group.append(line(x, MIDDLE + 46, "⋮", "soft"));
  const title = l === 0 ? say("input") : say("layer", { layer: l });
  group.append(line(x, 16, `${title}${say("comma")}${say(n === 1 ? "unit" : "units", { n })}`, "title"));
  const rows = l === 0 ? [["X"]] : [[`Z[${l}]`, `A[${l}]`], [`dZ[${l}]`, `dA[${l}]`], [`dW[${l}]`], [`db[${l}]`]];
  rows.forEach((names, i) => group.append(line(x, 156 + 18 * i, names.flatMap((name, j) =>
    [j > 0 ? "\u2003" : null, ...withNorm(name)]))));
  return group;
}

// dA[L] is not computed: the loss gives dZ[L] directly.
function withNorm(name) {
  if (name === `dA[${record.network.layer_sizes.length - 1}]`) return [];
  const tensor = latest(name, state.step);
  return [drawn("tspan", { class: "soft" }, `${name} `), drawn("tspan", { "data-norm": name }, tensor ? short(tensor.norm, 3) : "—")];
}

function line(x, y, content, kind = "") {
  return drawn("text", { x, y, class: kind, "text-anchor": "middle" }, content);
}

function arrow(from, to, y, now) {
  const back = to < from ? 1 : -1;
  return drawn("path", { class: now ? "arrow now" : "arrow", d: `M${from} ${y}H${to}l${7 * back} -5m${-7 * back} 5l${7 * back} 5` });
}
