// The controls of the settings, made from the engine's description of their allowed values.

import { byId, drawn, element } from "../../elements.js";
import { holding, isHeld } from "../held.js";
import { say, sayIfKnown, tell } from "../language.js";
import { notice } from "../notice.js";
import { change, description, givePoints, isSurface, points, wanted } from "./settings.js";

const GROUPS = {
  data: ["data", "noise"],
  model: ["features", "hidden_layers", "hidden_activation", "slope", "learn_slope", "output", "initialization", "model_seed"],
  descent: ["learning_rate", "batch_size"],
};
const SLIDERS = ["learning_rate"];
// The settings that do nothing beside another setting.
const IDLE = {
  noise: () => wanted().data === "csv",
  slope: () => wanted().hidden_activation !== "leaky_relu",
  output: () => isSurface(wanted().data),  // a height is no probability
  learn_slope: () => wanted().hidden_activation !== "leaky_relu",
};
const LARGEST_CSV = 65536;
const THUMB = 40;
let noiseOf = {};

export function build(hello) {
  noiseOf = hello.noise_of;
  const narrow = matchMedia("(max-width: 800px)").matches;
  byId("settings").replaceChildren(...Object.entries(GROUPS).map(([group, names]) =>
    element("details", { open: !narrow },
      element("summary", {}, element("h2", { "data-text": `group_${group}` })),
      element("div", { class: "fields" },
        group === "data" ? thumbnails(hello.thumbnails) : null,
        names.map((name) => field(description(name))), group === "data" ? ownPoints() : null))));
}

// A picture of each set, which chooses it.
function thumbnails(sets) {
  return element("div", { class: "whole thumbs", role: "group", "data-label": "setting_data" },
    Object.entries(sets).map(([name, { rows, domain: [left, right, bottom, top], labels: [low, high] }]) =>
      element("button", { type: "button", "data-set": name, click: () => change({ data: name }) },
        drawn("svg", { viewBox: `0 0 ${THUMB} ${THUMB}`, "aria-hidden": "true" }, rows.map(([x1, x2, label]) => drawn("circle", {
          r: 1.5, cx: THUMB * (x1 - left) / (right - left), cy: THUMB * (top - x2) / (top - bottom),
          class: `class-${Number(label > (low + high) / 2)}` }))))));
}

function field(each) {
  if (each.kind === "widths") return element("div", { id: "hidden_layers", class: "whole" });
  if (each.kind === "subset") return subset(each);
  const label = element("span", { "data-text": `setting_${each.name}` });
  return element("label", { "data-field": each.name, class: each.kind === "flag" ? "flag" : "" }, label, control(each));
}

function control({ name, kind, choices, least, most }) {
  if (kind === "flag") {
    return element("input", { id: name, type: "checkbox", change: (event) => change({ [name]: event.target.checked }) });
  }
  if (kind === "integer") {
    return element("input", { id: name, type: "number", min: least, max: most, step: 1,
      ...holding(show), change: (event) => change({ [name]: event.target.valueAsNumber }) });
  }
  const choose = (event) => change({ [name]: choices[event.target.value] });
  if (!SLIDERS.includes(name)) {
    return element("select", { id: name, change: choose }, choices.map((_, i) => element("option", { value: i })));
  }
  return [element("output", { id: `${name}-value`, "aria-live": "off" }),
    element("input", { id: name, type: "range", min: 0, max: choices.length - 1, input: choose })];
}

// A box for each choice. The last one stays: a disabled box would lose the focus, so its click does nothing.
function subset({ name, choices }) {
  const boxes = choices.map((choice, i) => element("input", { id: `${name}-${i}`, type: "checkbox", change: ({ target }) => {
    const chosen = choices.filter((_, j) => boxes[j].checked);
    if (chosen.length > 0) change({ [name]: chosen });
    else target.checked = true;
  } }));
  return element("div", { id: name, class: "whole", role: "group", "data-label": `setting_${name}` },
    element("span", { "data-text": `setting_${name}` }),
    element("div", { class: "tools" }, choices.map((choice, i) => element("label", {}, boxes[i], sayIfKnown(choice) ?? choice))));
}

// Write the rows of the hidden layers into a box: how many layers, and how many units each. Buttons stay the same
// elements, so that the focus stays.
function layers(box, now) {
  const { most, widest } = description("hidden_layers");
  while (box.children.length < most + 1) box.append(row(box.children.length));
  [...box.children].forEach((each, i) => {
    const count = i === 0 ? now.length : now[i - 1];
    const [label, fewer, value, more] = each.children;
    each.hidden = count === undefined;
    label.textContent = i === 0 ? say("setting_hidden_layers") : say("units_of", { layer: i });
    value.textContent = count;
    fewer.ariaLabel = i === 0 ? say("layer_fewer") : say("unit_fewer", { layer: i });
    more.ariaLabel = i === 0 ? say("layer_more") : say("unit_more", { layer: i });
    fewer.ariaDisabled = count === (i === 0 ? 0 : 1);
    more.ariaDisabled = count === (i === 0 ? most : widest);
  });
}

// Row 0 counts the layers, row l the units of layer l. A disabled button would lose the focus: it does nothing instead.
function row(i) {
  const name = i === 0 ? "layers" : `units-${i}`;
  const press = (by) => (event) => { if (event.currentTarget.ariaDisabled === "false") add(i, by); };
  return element("div", { class: "widths" }, element("span"),
    element("button", { type: "button", id: `${name}-fewer`, click: press(-1) }, "−"),
    element("output", { "aria-live": "off" }),
    element("button", { type: "button", id: `${name}-more`, click: press(1) }, "+"));
}

// A new layer has the width of the last.
function add(i, by) {
  const next = [...wanted().hidden_layers];
  if (i > 0) next[i - 1] += by;
  else if (by > 0) next.push(next.at(-1) ?? description("hidden_layers").default[0]);
  else next.pop();
  change({ hidden_layers: next });
  layers(byId("hidden_layers"), next);
}

// The browser writes its own button in its own language: a button of the page opens its dialog.
function ownPoints() {
  const file = element("input", { id: "csv", type: "file", hidden: true, accept: ".csv,text/csv,text/plain" });
  file.addEventListener("change", async () => {
    if (file.files.length > 0) await read(file.files[0]);
    file.value = "";
  });
  return element("div", { class: "whole" }, file,
    element("button", { type: "button", id: "own-points", "data-text": "own_points", click: () => file.click() }),
    element("p", { class: "hint", "data-text": "own_points_help" }));
}

// A link must hold the points.
export async function read(file) {
  if (file.size > LARGEST_CSV) notice("csv_too_large", { size: file.size, most: LARGEST_CSV });
  else givePoints(await file.arrayBuffer());
}

function inWords(name, value) {
  if (name === "noise" && value === null) return say("noise_null", { noise: noiseOf[wanted().data] ?? "—" });
  return sayIfKnown(`${name}_${value}`) ?? sayIfKnown(String(value)) ?? String(value);
}

// Show the wanted settings. A number that the learner is typing stays: an answer to an earlier change may arrive.
export function show() {
  for (const name of Object.values(GROUPS).flat()) {
    const { kind, choices } = description(name), at = byId(name), value = wanted()[name];
    const label = document.querySelector(`[data-field="${name}"]`);
    if (label) label.hidden = IDLE[name]?.() ?? false;
    if (kind === "widths") layers(at, value);
    else if (kind === "subset") choices.forEach((each, i) => { byId(`${name}-${i}`).checked = value.includes(each); });
    else if (kind === "flag") at.checked = value;
    else if (kind === "integer") at.value = isHeld(at) ? at.value : value;
    else at.value = choices.indexOf(value);
    if (SLIDERS.includes(name)) {
      byId(`${name}-value`).textContent = value;
      at.setAttribute("aria-valuetext", value);
    } else if (kind === "choice") choices.forEach((each, i) => tell(at.options[i], inWords(name, each)));
  }
  for (const thumb of document.querySelectorAll(".thumbs button")) {
    thumb.ariaPressed = thumb.dataset.set === wanted().data;
    thumb.ariaLabel = thumb.title = inWords("data", thumb.dataset.set);
  }
  byId("data").options[description("data").choices.indexOf("csv")].disabled = points() === null;
}
