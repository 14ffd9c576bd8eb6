// Numbers, shapes and matrices.

import { element, short } from "../elements.js";
import { say } from "./record.js";

export const long = (number) => number === null || number === undefined ? "nan" : String(number);

export function shapeOf(shape) {
  if (shape.length === 0) return say("number");
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

// The slice as rows and columns with the numbers of these rows and columns in the whole tensor.
export function grid(tensor, values = tensor.values) {
  const [rows, columns] = tensor.place.length === 2 ? tensor.place : [[0, 1], tensor.place[0] ?? [0, 1]];
  const range = ([first, end]) => Array.from({ length: end - first }, (_, i) => first + i);
  const cells = tensor.place.length === 2 ? values : [tensor.place.length === 1 ? values : [values]];
  return { rows: range(rows), columns: range(columns), cells };
}

export function number(tensor, row, column) {
  const { rows, columns, cells } = grid(tensor);
  return cells[rows.indexOf(row)]?.[columns.indexOf(column)];
}

// A tint for the sign, beside the minus sign of the number itself.
function tint(value, largest) {
  if (!value || !largest) return "";
  return `${value > 0 ? "plus" : "minus"}-${Math.abs(value) > largest / 2 ? 2 : 1}`;
}

// Whether a learner's number lies further from the tensor's than rounding explains.
function differs(tensor, mine, here, largest) {
  if (tensor.own?.verdict !== "different") return false;
  if (typeof mine !== "number" || typeof here !== "number") return mine !== here;
  return Math.abs(mine - here) > tensor.own.tolerance * Math.max(largest, Math.abs(mine));
}

// `choose(row, column)` makes the cells choosable.
export function matrix(tensor, role, choose = null) {
  const { rows, columns, cells } = grid(tensor);
  const mine = tensor.own ? grid(tensor, tensor.own.values).cells : null;
  const largest = Math.max(...cells.flat().map((each) => Math.abs(each ?? 0)));
  const label = `${role} ${tensor.name} ${shapeOf(tensor.shape)}`;
  const table = element("table", { class: "matrix", "aria-label": label, "data-tensor": tensor.id,
    role: choose ? "grid" : null, "aria-describedby": choose ? "choose" : null });
  if (tensor.shape.length > 0) {
    const corner = tensor.shape.length === 2 ? [element("td", { class: "corner" })] : [];
    table.append(element("tr", {}, corner, columns.map((each) => element("th", { scope: "col" }, String(each)))));
  }
  rows.forEach((row, i) => table.append(element("tr", {},
    tensor.shape.length === 2 ? element("th", { scope: "row" }, String(row)) : null,
    columns.map((column, j) => {
      const value = cells[i][j], other = mine?.[i][j];
      const wrong = mine !== null && differs(tensor, other, value, largest);
      return element("td", { class: wrong ? "differs" : tint(value, largest), title: long(value),
        "data-row": row, "data-column": column, tabindex: choose ? (i + j === 0 ? 0 : -1) : null,
        "aria-selected": choose ? "false" : null, click: choose ? () => choose(row, column) : null },
      short(value), wrong ? element("b", { title: long(other) }, short(other)) : null);
    }))));
  if (choose) table.addEventListener("keydown", (event) => moveInGrid(event, choose));
  return table;
}

// Arrow keys move among the cells, Enter and Space choose.
function moveInGrid(event, choose) {
  const cell = event.target.closest("td[tabindex]");
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
  const next = event.currentTarget.querySelector(
    `[data-row="${+cell.dataset.row + down}"][data-column="${+cell.dataset.column + right}"]`);
  if (event.key === "Enter" || event.key === " ") choose(+cell.dataset.row, +cell.dataset.column);
  else if (!down && !right) return;
  else if (next) {
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
  event.preventDefault();
  event.stopPropagation();
}
