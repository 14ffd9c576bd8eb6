// The layers: histograms of Z, A, dZ, dW, the size of the step beside W, dead and saturated units.

import { byId, element, short, typeset } from "../../elements.js";
import { colours, sized } from "../colours.js";
import { say, sayIfKnown, tell } from "../language.js";

const TENSORS = ["Z", "A", "dZ", "dW"], HEIGHT = 44;
let rows = [], started = null;

export function start(message) {
  started = message;
}

export function write() {
  const { layer_sizes: sizes, settings } = started, L = sizes.length - 1;
  rows = Array.from({ length: L }, (_, i) => {
    const l = i + 1, activation = l === L ? settings.output : settings.hidden_activation;
    const cells = TENSORS.map((name) => ({ name, canvas: element("canvas", { "aria-hidden": "true" }),
      least: element("span"), most: element("span") }));
    const facts = element("p", { class: "facts" });
    const box = element("div", { class: "layer", role: "group", "aria-label": say("layer", { layer: l }) },
      element("h3", {}, say("layer_title", { layer: l, n: sizes[l], activation: sayIfKnown(activation) ?? activation })),
      element("div", { class: "histograms" }, cells.map(({ name, canvas, least, most }) => element("figure", {},
        element("figcaption", {}, typeset(`${name}[${l}]`)), canvas, element("p", {}, least, most)))),
      facts);
    return { box, cells, facts };
  });
  byId("layers").replaceChildren(...rows.map((each) => each.box));
  const width = rows[0].cells[0].canvas.parentElement.clientWidth;
  for (const each of rows.flatMap(({ cells }) => cells)) {
    Object.assign(each, { width, context: sized(each.canvas, width, HEIGHT) });
  }
}

export function frame({ layers, slopes }) {
  layers.forEach((layer, i) => {
    const row = rows[i];
    TENSORS.forEach((name, j) => histogram(row.cells[j], layer[name]));
    const units = ["dead", "saturated"].filter((each) => layer[each].length > 0)
      .map((each) => say(each, { units: layer[each].join(", ") }));
    if (slopes[i] !== null) units.push(say("slope", { slope: short(slopes[i], 3) }));
    tell(row.facts, [say("ratio", { ratio: layer.ratio === null ? "—" : short(layer.ratio, 3) }), ...units].join(" · "));
    row.facts.classList.toggle("bad", layer.dead.length + layer.saturated.length > 0);
  });
}

// null if a value is not finite. A line stands at 0.
function histogram({ context, width, ...ends }, made) {
  context.clearRect(0, 0, width, HEIGHT);
  const [[least, most], counts] = made ?? [[null, null], []];
  const bar = width / counts.length, highest = Math.max(...counts, 1);
  counts.forEach((count, i) => {
    const height = count / highest * (HEIGHT - 2);
    context.fillStyle = colours.soft;
    context.fillRect(i * bar, HEIGHT - height, Math.max(bar - 1, 1), height);
  });
  if (least < 0 && most > 0) {
    context.fillStyle = colours.ink;
    context.fillRect(-least / (most - least) * width - 0.75, 0, 1.5, HEIGHT);
  }
  tell(ends.least, short(least, 2));
  tell(ends.most, short(most, 2));
}
