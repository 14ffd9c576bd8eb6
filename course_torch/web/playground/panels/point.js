// The point under the cursor: its forward pass in numbers, layer by layer.

import { byId, element, short, typeset } from "../../elements.js";
import { say, tell } from "../language.js";

let rows = [], started = null;

// Z and A of each layer are rows; the cells are made once and hold "—" until a point is chosen.
export function start(message) {
  started = message;
}

export function write() {
  const { layer_sizes: sizes } = started;
  const widest = Math.max(...sizes);
  const row = (name, n) => {
    const cells = Array.from({ length: n }, () => element("td", {}, "—"));
    rows.push(cells);
    return element("tr", {}, element("th", { scope: "row" }, typeset(name)), cells);
  };
  rows = [];
  byId("point").replaceChildren(
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, say("unit")),
      Array.from({ length: widest }, (_, i) => element("th", { scope: "col" }, String(i + 1))))),
    element("tbody", {}, row("X", sizes[0]),
      sizes.slice(1).flatMap((n, i) => [row(`Z[${i + 1}]`, n), row(`A[${i + 1}]`, n)])));
  byId("point-result").textContent = say("point_none");
}

export function frame({ point }) {
  const numbers = point ? [point.X, ...point.Z.flatMap((Z, i) => [Z, point.A[i]])] : null;
  rows.forEach((cells, i) => cells.forEach((cell, j) => tell(cell, numbers ? short(numbers[i][j], 3) : "—")));
  tell(byId("point-result"), point ? result(point) : say("point_none"));
}

function result({ x, A }) {
  const output = A.at(-1)[0];
  const key = started.settings.output === "identity" ? "point_value" : "point_result";
  return say(key, { x: x.map((each) => short(each, 3)).join(", "), output: short(output, 3),
    label: output > 0.5 ? 1 : 0 });
}
