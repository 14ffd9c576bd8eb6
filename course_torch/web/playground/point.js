// The point under the cursor: its forward pass in numbers, layer by layer.

import { say } from "./language.js";

let rows = [];

// Z and A of each layer are rows; the cells are made once and hold "—" until a point is chosen.
export function start({ layer_sizes: sizes }) {
  const widest = Math.max(...sizes);
  const row = (name, n) => {
    const cells = Array.from({ length: n }, () => element("td", {}, "—"));
    rows.push({ name, cells });
    return element("tr", {}, element("th", { scope: "row" }, typeset(name)), cells);
  };
  rows = [];
  byId("point").replaceChildren(
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, say("unit")),
      Array.from({ length: widest }, (_, i) => element("th", { scope: "col" }, String(i + 1))))),
    element("tbody", {}, row("X", sizes[0]), sizes.slice(1).flatMap((n, i) => [row(`Z[${i + 1}]`, n), row(`A[${i + 1}]`, n)])));
  byId("point-result").textContent = say("point_none");
}

export function frame({ point }) {
  const values = point ? [point.x, ...point.Z.flatMap((Z, i) => [Z, point.A[i]])] : null;
  rows.forEach(({ cells }, i) => cells.forEach((cell, j) => {
    const text = values ? short(values[i][j], 3) : "—";
    if (cell.textContent !== text) cell.textContent = text;
  }));
  const text = point ? say("point_result", { x: point.x.map((each) => short(each, 3)).join(", "), probability: short(point.A.at(-1)[0], 3),
    label: point.A.at(-1)[0] > 0.5 ? 1 : 0 }) : say("point_none");
  if (byId("point-result").textContent !== text) byId("point-result").textContent = text;
}
