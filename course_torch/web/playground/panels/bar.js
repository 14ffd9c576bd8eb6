// The bar: run, step, back, reset, speed, keys, and the state in numbers and in words.

import { byId, element, short } from "../../elements.js";
import { say } from "../language.js";
import { notice } from "../notice.js";
import * as settings from "../settings/settings.js";
import { send } from "../channel.js";

const BETWEEN = 5000;
let running = false, sentence = "", started = null;

const ACTIONS = {
  run: () => send({ type: running ? "pause" : "run" }),
  step: () => send({ type: "step", steps: 1 }),
  "step-100": () => send({ type: "step", steps: 100 }),
  back: () => send({ type: "back", steps: 1 }),
  reset: settings.reset,
};
const KEYS = { " ": ACTIONS.run, ArrowRight: ACTIONS.step, ArrowLeft: ACTIONS.back };

function act(action) {
  notice(null);
  action();
}

export function build(hello) {
  for (const [id, action] of Object.entries(ACTIONS)) byId(id).onclick = () => act(action);
  byId("speed").replaceChildren(...hello.speeds.map((speed, i) =>
    element("option", { value: i, "data-speed": speed ?? "" })));
  byId("speed").value = hello.speeds.indexOf(hello.speed);
  byId("speed").onchange = (event) => send({ type: "speed", speed: hello.speeds[event.target.value] });
}

document.addEventListener("keydown", (event) => {
  const elsewhere = event.target.closest("input, select, canvas, pre, dialog, .scroll");
  const presses = event.key === " " && event.target.closest("button, a, summary");
  if (elsewhere || presses || event.ctrlKey || event.altKey || event.metaKey || !(event.key in KEYS)) return;
  event.preventDefault();
  act(KEYS[event.key]);
});

export function start(message) {
  started = message;
}

export function write() {
  for (const option of byId("speed").options) {
    const { speed } = option.dataset;
    option.textContent = speed === "" ? say("speed_full") : say(speed === "1" ? "speed_one" : "speed_some", { speed });
  }
  writeRun();
}

// The accuracy of classes, R² of values.
function scored(score) {
  if (started.settings.output === "identity") return say("r2", { r2: short(score, 3) });
  return say("accuracy", { accuracy: `${(100 * score).toFixed(1)} %` });
}

function writeRun() {
  byId("run").textContent = say(running ? "pause" : "run");
}

export function frame({ step, running: now, back, cost, accuracy }) {
  if (now !== running) {
    running = now;
    writeRun();
  }
  byId("back").setAttribute("aria-disabled", back === 0);
  byId("at").textContent = say("at", { step });
  ["train", "held-out"].forEach((part, i) => {
    byId(`cost-${part}`).textContent = say("cost", { cost: short(cost[i]) });
    byId(`accuracy-${part}`).textContent = scored(accuracy[i]);
  });
  sentence = say("state", { step, sizes: started.layer_sizes.join("-"), train: short(cost[0]), held: short(cost[1]),
    score: scored(accuracy[0]), doing: say(running ? "running" : "paused") });
}

// Screen readers would drown in every frame.
setInterval(() => { if (byId("status").textContent !== sentence) byId("status").textContent = sentence; }, BETWEEN);
