// Write the line: a formula of the backward pass, which the engine computes in place of the recorded one.

import { byId, element, typeset } from "../../elements.js";
import { language, say, tell } from "../language.js";
import { send } from "../channel.js";

let started = null, shown = null;
let refused = null;  // what the engine says of a line that it cannot read; the line before it trains on

const inColumns = () => byId("line-columns").checked;

function ask(message) {
  refused = null;
  send(message);
}

const sendLine = () => ask({ type: "line", text: byId("line").value, columns: inColumns() });

export function start(message) {
  started = message;
  refused = null;
}

export function write() {
  shown = null;
  writeShapes();
}

// What the names stand for in each layer, in the layout of the line.
function writeShapes() {
  const shape = (rows, columns) => `(${inColumns() ? `${columns}, ${rows}` : `${rows}, ${columns}`})`;
  const { layer_sizes: sizes } = started, L = sizes.length - 1;
  byId("line-shapes").replaceChildren(...sizes.slice(1).map((n, i) => element("li", {}, say("line_shapes", {
    l: i + 1, n: shape("m", n), prev: shape("m", sizes[i]), W: `(${n}, ${sizes[i]})`, b: shape(1, n), given: i + 1 === L ? "Y" : "dA" }))));
}

// Most frames say the same of the line.
export function frame({ mistake, cost }) {
  const line = mistake?.line ?? null, isNumber = Number.isFinite(cost[0]), now = JSON.stringify([line, mistake?.diagnosis, isNumber, refused]);
  if (now === shown) return;
  shown = now;
  if (refused !== null) return answer(refused[language()], "bad");
  byId("line-off").hidden = line === null;
  if (line === null) return answer("", "");
  if (document.activeElement !== byId("line")) {
    byId("line").value = line.text;
    byId(line.columns ? "line-columns" : "line-rows").checked = true;
    writeShapes();
  }
  if (!isNumber) return answer(say("line_nan"), "bad");
  if (mistake.diagnosis === null) return answer(say("line_right"), "good");
  const { tensor, symptom } = mistake.diagnosis;
  answer(say("line_wrong", { tensor, why: (line.cause?.sentences ?? symptom)[language()] }), "bad");
}

// The engine cannot read the line.
export function unread({ message }) {
  refused = message;
  answer(message[language()], "bad");
}

function answer(text, kind) {
  const at = byId("line-answer");
  if (at.textContent !== text) at.replaceChildren(...typeset(text));
  at.className = kind;
}

byId("line-try").addEventListener("click", sendLine);
byId("line").addEventListener("keydown", ({ key }) => { if (key === "Enter") sendLine(); });
byId("line-off").addEventListener("click", () => ask({ type: "mistake", name: null }));
for (const each of ["line-rows", "line-columns"]) byId(each).addEventListener("change", writeShapes);
