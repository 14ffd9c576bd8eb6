// The commands that reach the state of the page, where there are any: `course-torch train` after some steps,
// `course-torch trace` before the first.

import { byId } from "../elements.js";
import { language, say, tell } from "./language.js";
import { description } from "./settings/settings.js";

const START = "--model.generator numpy";
const TRAIN = "--accelerator cpu --precision 64 --max_epochs -1 --max_steps";
let options = {}, started = null;

export function build(hello) {
  options = hello.options;
}

export function start(message) {
  started = message;
}

// The command has no features of its own, and no points that are drawn or in a file that it does not see.
const isKnown = ({ data, features }) => data !== "csv" && String(features) === String(description("features").default);

// The options of the settings that are not as usual in both commands.
function written({ settings, layer_sizes }) {
  const changed = Object.entries(options).filter(([name, [, usual]]) => usual.some((each) => each !== settings[name]));
  const pairs = changed.filter(([name]) => settings[name] !== null).map(([name, [option]]) => `--${option} ${settings[name]}`);
  return [`--model.layer_sizes "[${layer_sizes.join(",")}]"`, START, ...pairs].join(" ");
}

export function frame(now) {
  if (started === null) return;  // a panel before this one failed
  const { step, untouched } = now, known = untouched && isKnown(started.settings);
  const zh = language() === "zh" ? " --language zh" : "";
  tell(byId("command"), !known ? "" : step === 0 ? `course-torch trace ${written(started)} --updates 1${zh}` :
    `course-torch train ${written(started)} ${TRAIN} ${step}`);
  byId("command").hidden = byId("copy").hidden = !known;
  tell(byId("command-says"), say(!known ? "command_none" : step === 0 ? "command_trace" : "command_train"));
  byId("copied").textContent = "";
}

byId("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(byId("command").textContent);
  byId("copied").textContent = say("copied");
});
