// The steps on the left: update, then phase, then layer, then the formulas as deep as they call one another.

import { byId, element, typeset } from "../elements.js";
import { own, record, say, sources, state, steps, tensors, wrongOwn } from "./record.js";

export function tree() {
  const made = element("ol");
  const open = steps[state.step].update;
  for (let update = 1; update <= record.updates; update += 1) {
    const inside = steps.filter((each) => each.update === update);
    made.append(element("li", {}, element("details", { open: update === open, "data-update": update },
      element("summary", {}, say("update_number", { number: update })), layers(inside))));
  }
  return made;
}

function layers(inside) {
  const list = element("ol");
  let place = null, group = null;
  for (const step of inside) {
    if (place !== `${step.phase} ${step.layer}`) {
      place = `${step.phase} ${step.layer}`;
      group = element("ol");
      list.append(element("li", {}, element("p", { class: "place" }, `${say(step.phase)}${say("comma")}${say("layer", { layer: step.layer })}`), group));
    }
    let into = group;
    for (let depth = 0; depth < step.depth && into.lastElementChild; depth += 1) {
      const parent = into.lastElementChild;
      if (!parent.querySelector(":scope > ol")) parent.append(element("ol"));
      into = parent.querySelector(":scope > ol");
    }
    into.append(element("li", {}, link(step)));
  }
  return list;
}

function link(step) {
  const results = step.outputs.map((each) => tensors[each.tensor]?.name ?? each.name).join(", ");
  const first = own?.first_wrong?.step === step.number;
  const mark = first ? say("first_wrong") : wrongOwn(step) ? "✗" : null;
  return element("a", { href: `#step-${step.number}`, "data-step": step.number },
  element("span", {}, `${step.number} `, typeset(results)),
  element("span", { class: mark ? "bad" : "" }, mark ?? sources[step.source].function));
}

export function markInTree() {
  byId("steps").querySelector("[aria-current]")?.removeAttribute("aria-current");
  const here = byId("steps").querySelector(`[data-step="${state.step}"]`);
  here.closest("details").open = true;
  here.setAttribute("aria-current", "step");
  // scrollIntoView would scroll the whole page too.
  const box = byId("steps"), place = here.getBoundingClientRect().top - box.getBoundingClientRect().top;
  if (place < 0 || place > box.clientHeight - 40) box.scrollTop += place - box.clientHeight / 2;
}
