// Draw points in the plane, by pointer or keyboard: the network trains on them after each stroke.

import { byId } from "../../elements.js";
import { say, tell } from "../language.js";
import { classMark } from "./marks.js";
import { chosenPoint, showPoints, toPixels, toPlane } from "./plane.js";
import { givePoints, points } from "../settings/settings.js";

const SPACING = 12, REACH = 16, FEWEST = 2;
const PLANE = [-6, 6, -6, 6];  // of a learner who has a file: its points may lie anywhere
let started = null, drawing = false, rows = [], domain = PLANE, last = null, changed = false, most = 0;

const drawnPoints = () => points()?.rows ?? null;

export function build(hello) {
  most = hello.most_rows;
}

export function start(message) {
  const { data } = message.settings;
  if (data !== "csv" && data !== started?.settings.data) drawing = changed = false;  // the learner has chosen another set
  started = message;
}

// After the plane, which shows the points of the session.
export function write() {
  writeTools();
  if (drawing && changed) showPoints(rows, domain);
}

function toggle() {
  drawing = !drawing;
  if (drawing && !changed) begin();
  showPoints(drawing && changed ? rows : null, domain);
  writeTools();
}

// Begin with the points that were drawn before, or with an empty plane.
function begin() {
  const own = started.settings.data === "csv";
  rows = own && drawnPoints() !== null ? [...drawnPoints()] : [];
  changed = rows.length === 0;
  domain = own && changed ? PLANE : started.domain;
}

function writeTools() {
  byId("draw").ariaPressed = drawing;
  byId("draw-tools").hidden = !drawing;
  tell(byId("draw-state"), drawing ? `${say("draw_help")} ${state()}` : "");
}

const missing = () => [0, 1].map((label) => Math.max(0, FEWEST - rows.filter((row) => row[2] === label).length));

function state() {
  const [red, blue] = missing();
  if (red + blue > 0) return say("draw_missing", { red, blue });
  return say(rows.length === most ? "draw_most" : "draw_some", { n: rows.length });
}

const distance = ([x, y], row) => Math.hypot(toPixels(row)[0] - x, toPixels(row)[1] - y);
const rounded = (number) => Math.round(1000 * number) / 1000;

// Use the chosen tool at a place of the plane's canvas.
function use(place) {
  const tool = document.querySelector("#draw-tools :checked").value, [x1, x2] = toPlane(...place);
  if (tool === "erase") {
    const nearest = rows.reduce((best, row) => (best && distance(place, best) <= distance(place, row) ? best : row), null);
    if (nearest === null || distance(place, nearest) > REACH) return;
    rows.splice(rows.indexOf(nearest), 1);
  } else {
    const inside = domain[0] <= x1 && x1 <= domain[1] && domain[2] <= x2 && x2 <= domain[3];
    if (!inside || rows.length === most) return;
    rows.push([rounded(x1), rounded(x2), Number(tool)]);
  }
  show();
}

function show() {
  changed = true;
  showPoints(rows, domain);
  writeTools();
}

// The session begins again with the points, if each class has enough of them.
function give() {
  if (!changed || Math.max(...missing()) > 0) return;
  changed = false;
  givePoints({ type: "points", rows: [...rows], domain });
}

const canvas = byId("plane");

canvas.addEventListener("pointerdown", (event) => {
  if (!drawing || !event.isPrimary || event.button !== 0) return;
  canvas.setPointerCapture(event.pointerId);
  last = [event.offsetX, event.offsetY];
  use(last);
});
canvas.addEventListener("pointermove", ({ offsetX, offsetY, isPrimary }) => {
  if (last === null || !isPrimary || Math.hypot(offsetX - last[0], offsetY - last[1]) < SPACING) return;
  last = [offsetX, offsetY];
  use(last);
});
canvas.addEventListener("lostpointercapture", () => {
  last = null;
  give();
});
canvas.addEventListener("keydown", (event) => {
  if (!drawing || !["Enter", " "].includes(event.key) || chosenPoint() === null) return;
  event.preventDefault();
  use(toPixels(chosenPoint()));
  give();
});
byId("draw").addEventListener("click", toggle);
byId("draw-clear").addEventListener("click", () => {
  rows = [];
  show();
});
for (const label of [0, 1]) byId(`draw-${label}`).after(classMark(label));
