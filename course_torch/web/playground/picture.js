// A picture of the view.

import { byId, element } from "../elements.js";
import { colours } from "./colours.js";
import { say } from "./language.js";
import { drawLegend } from "./panels/marks.js";

let names = [];

// The classes of a new session, for the legend of the picture.
export function start(message) {
  names = message.class_names;
}

// The network, the plane and the curve below each other, with the marks of the classes and the state in words.
function save() {
  const parts = ["network", "plane", "curve"].map(byId), gap = 24, text = 20 * devicePixelRatio;
  const width = Math.max(...parts.map((each) => each.width)) + 2 * gap;
  const canvas = element("canvas", { width, height: parts.reduce((sum, each) => sum + each.height + gap, 2 * gap + 2 * text) });
  const context = canvas.getContext("2d");
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, canvas.height);
  let y = gap;
  for (const each of parts) {
    context.drawImage(each, (width - each.width) / 2, y);
    y += each.height + gap;
  }
  context.fillStyle = colours.ink;
  context.font = `${14 * devicePixelRatio}px system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif`;
  const facts = ["network-facts", "at", "cost-train", "accuracy-train"].map((id) => byId(id).textContent).join(say("comma"));
  context.fillText(facts, gap, y + text / 2, width - 2 * gap);
  drawLegend(context, names, gap, y + 1.6 * text, 5 * devicePixelRatio);
  canvas.toBlob((blob) => {
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: "playground.png" }).click();
    setTimeout(URL.revokeObjectURL, 1000, address);
  });
}

byId("picture").addEventListener("click", save);
