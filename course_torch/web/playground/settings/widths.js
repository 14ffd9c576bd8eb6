// The hidden layers: how many, and how many units each. Buttons stay the same elements, so that the focus stays.

import { say } from "../language.js";
import { change, description, wanted } from "./settings.js";

const widths = () => [...wanted().hidden_layers];

// Write the rows of the layers into a box.
export function layers(box, now) {
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
  const next = widths();
  if (i > 0) next[i - 1] += by;
  else if (by > 0) next.push(next.at(-1) ?? description("hidden_layers").default[0]);
  else next.pop();
  change({ hidden_layers: next });
  layers(byId("hidden_layers"), next);
}
