// The controls: keys, buttons, slider, address, tensor by name, language and theme.

import { addressOf, byId, element, lessons, typeset } from "../elements.js";
import { WIDTH, drawing } from "./drawing.js";
import { own, record, say, state, steps, tensors, withNames } from "./record.js";
import { stepView } from "./step.js";
import { markInTree, tree } from "./tree.js";

const PAUSE = 1200;

// A lesson shows the steps that matter, which the address of its frame names: "?steps=1,2,7".
const listed = (new URLSearchParams(location.search).get("steps") ?? "").split(",").filter((number) => number && steps[number]);
const path = listed.length ? listed.map(Number) : steps.map(({ number }) => number);
document.documentElement.classList.toggle("framed", listed.length > 0);
document.documentElement.classList.toggle("lecture", new URLSearchParams(location.search).has("lecture"));

// Where the step at hand, or the last step before it, stands on the path.
const place = () => Math.max(0, path.findLastIndex((number) => number <= state.step));
const move = (by) => show(path[Math.max(0, Math.min(path.length - 1, place() + by))]);

function show(step) {
  state.step = Math.max(0, Math.min(steps.length - 1, step));
  const box = byId("drawing");
  box.replaceChildren(drawing());
  const lit = WIDTH * (steps[state.step].layer + 0.5);
  box.scrollLeft = box.scrollWidth > box.clientWidth ? lit - box.clientWidth / 2 : 0;
  box.setAttribute("aria-label", say("drawing", { phase: say(steps[state.step].phase), layer: steps[state.step].layer }));
  const inside = byId("step").contains(document.activeElement); // the buttons of a step go away with it
  byId("step").replaceChildren(...stepView());
  if (inside) byId("heading").focus();
  markInTree();
  byId("slider").value = place();
  byId("count").textContent = listed.length ? say("count_listed", { number: place() + 1, n: path.length }) : say("count", { number: state.step, last: steps.length - 1 });
  // A disabled button would lose the focus. These do nothing at the ends.
  byId("first").ariaDisabled = byId("back").ariaDisabled = state.step <= path[0];
  byId("last").ariaDisabled = byId("forward").ariaDisabled = place() === path.length - 1;
  if (state.timer === null) byId("status").textContent = `${byId("heading").textContent}. ${withNames(steps[state.step])}`;
  clearTimeout(state.address);
  state.address = setTimeout(keepAddress, 150);
}

// Browsers allow few changes of the address a second. A page inside a frame has no address of its own.
function keepAddress() {
  if (location.protocol !== "about:") history.replaceState(null, "", `#step-${state.step}`);
}

function stepIn(address) {
  const found = /#step-(\d+)$/.exec(address);
  return found ? Number(found[1]) : null;
}

function write() {
  const { network, data, m, learning_rate: rate } = record;
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  const title = say(record.updates === 1 ? "title_one" : "title", { sizes: network.layer_sizes.join("-"), updates: record.updates });
  document.title = byId("title").textContent = title;
  const classes = data.class_names.length ? say("classes", { names: data.class_names.join(", ") }) : "";
  byId("facts").textContent = say("facts", { data: data.name ? say("data", { name: data.name, classes }) : "", m, rate,
    hidden: network.hidden_activation, output: network.output, parameters: network.parameters, dtype: network.dtype });
  if (lessons !== undefined) byId("guide").replaceChildren(element("a", { href: addressOf("start/trace") }, say("guide")));
  byId("language").textContent = say("other_language");
  byId("language").lang = state.language === "zh" ? "en" : "zh-CN";
  byId("controls").setAttribute("aria-label", say("controls"));
  for (const id of ["first", "back", "forward", "last"]) label(id, say(`to_${id}`));
  label("slider", say("slider"));
  byId("jump-label").textContent = say("jump");
  byId("keys").textContent = say("keys");
  byId("no-tensor").textContent = "";
  byId("steps").setAttribute("aria-label", say("steps"));
  byId("steps").replaceChildren(tree());
  writeOwn();
  writeSwitches();
  show(state.step);
}

function label(id, text) {
  byId(id).setAttribute("aria-label", text);
  byId(id).title = text;
}

function writeSwitches() {
  byId("theme").textContent = say(dark() ? "light" : "dark");
  byId("play").textContent = state.timer === null ? "▶" : "▮▮";
  label("play", say(state.timer === null ? "play" : "pause"));
}

function writeOwn() {
  if (!own) return;
  const wrong = own.first_wrong, box = byId("own");
  box.hidden = false;
  box.className = wrong ? "own" : "own right";
  if (!wrong) return box.replaceChildren(say("own_right", { file: own.file }));
  const { name, update } = tensors[wrong.tensor];
  box.replaceChildren(
    element("strong", {}, typeset(say("own_wrong", { file: `\`${own.file}\``, tensor: name, update }))), " ",
    element("button", { type: "button", class: "link", "data-step": wrong.step }, say("open_wrong", { number: wrong.step })),
    wrong.line ? element("p", {}, say("own_line", { file: own.file, place: wrong.line.place[state.language] }), " ",
      element("code", {}, wrong.line.code)) : "",
    element("p", {}, typeset(say("symptom", { symptom: wrong.symptom[state.language] }))),
    element("ul", {}, (wrong.sentences?.[state.language] ?? []).map((each) => element("li", {}, typeset(each)))));
}

const dark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function play(on = state.timer === null) {
  clearInterval(state.timer);
  state.timer = null;
  if (on) {
    if (place() === path.length - 1) move(-path.length);
    state.timer = setInterval(() => (place() < path.length - 1 ? move(1) : play(false)), PAUSE);
  }
  writeSwitches();
}

// The innermost step whose formula computes the tensor by its symbol: dW = (1/m) dZᵀ A_prev, and not the mean inside.
const stepOf = ({ id, name }) => steps.findLast(({ outputs }) =>
  outputs.some((each) => each.tensor === id && each.name === name.split("[")[0]))?.number;

// "dw 2" and "dW2" mean dW[2].
const spelled = (name) => name.replace(/[^\w']/g, "").toLowerCase();

// The tensor with this name in the update at hand, otherwise the first with this name.
function jump(name) {
  const found = tensors.filter((each) => [each.name, ...each.also].some((other) => spelled(other) === spelled(name)));
  const tensor = found.find((each) => each.update === steps[state.step].update) ?? found[0];
  byId("no-tensor").textContent = tensor === undefined && name ? say("no_tensor", { name, names: names.join(", ") }) : "";
  if (tensor) show(stepOf(tensor) ?? tensor.made ?? steps.find((step) => step.inputs.some((each) => each.tensor === tensor.id)).number);
}

const KEYS = { ArrowLeft: () => move(-1), ArrowRight: () => move(1), Home: () => move(-path.length),
  End: () => move(path.length), " ": () => play() };

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select") || (event.key === " " && event.target.closest("button, a, summary"));
  if (typing || event.ctrlKey || event.altKey || event.metaKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});
byId("first").addEventListener("click", KEYS.Home);
byId("back").addEventListener("click", KEYS.ArrowLeft);
byId("forward").addEventListener("click", KEYS.ArrowRight);
byId("last").addEventListener("click", KEYS.End);
byId("play").addEventListener("click", () => play());
byId("slider").max = path.length - 1;
byId("slider").addEventListener("input", (event) => show(path[event.target.value]));
byId("jump").addEventListener("change", (event) => jump(event.target.value.trim()));
const names = [...new Set(tensors.flatMap((each) => [each.name, ...each.also]))];
byId("names").append(...names.map((name) => element("option", { value: name })));
byId("language").addEventListener("click", () => { state.language = state.language === "en" ? "zh" : "en"; write(); });
byId("theme").addEventListener("click", () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; writeSwitches(); });
// Whatever names a step shows it.
byId("main").addEventListener("click", (event) => {
  const at = event.target.closest("[data-step]");
  if (at === null) return;
  event.preventDefault();
  show(Number(at.dataset.step));
});
// The address of the event: a write that waits may replace the page's address before the event arrives.
addEventListener("hashchange", ({ newURL }) => { if (stepIn(newURL) !== null) show(stepIn(newURL)); });
if (listed.length) new ResizeObserver(() => parent.postMessage({ height: byId("main").offsetHeight }, "*")).observe(byId("main"));
addEventListener("message", ({ source, data }) => {
  if (source !== parent || !["light", "dark"].includes(data.theme)) return; // the theme of the lesson around a frame
  document.documentElement.dataset.theme = data.theme;
  writeSwitches();
});
state.step = Math.min(stepIn(location.href) ?? own?.first_wrong?.step ?? path[0], steps.length - 1);
write();
