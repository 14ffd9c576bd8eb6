// Export: the config and the command that reach the same parameters, and a picture of the view.

import { colours } from "./colours.js";
import { asCsv, drawnPoints } from "./panels/draw.js";
import { say } from "./language.js";
import { drawLegend } from "./panels/marks.js";
import { send } from "./socket.js";

let file = "", points = "", names = [];

// The classes of a new session, for the legend of the picture.
export function start(message) {
  names = message.class_names;
}

export function show(message) {
  file = message.file;
  byId("config").textContent = message.config;
  byId("command").textContent = message.command;
  points = message.points;
  byId("exported-points").textContent = points ? say("exported_points", { file: points }) : "";
  byId("download-points").hidden = !points || drawnPoints() === null;
  byId("copied").textContent = "";
  byId("exported").showModal();
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(URL.revokeObjectURL, 1000, address);
}

// The network, the plane and the curve below each other, with the marks of the classes and the state in words.
function savePicture() {
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
  canvas.toBlob((blob) => save(blob, "playground.png"));
}

byId("export").addEventListener("click", () => send({ type: "export" }));
byId("picture").addEventListener("click", savePicture);
byId("download").addEventListener("click", () => save(new Blob([byId("config").textContent], { type: "text/yaml" }), file));
byId("download-points").addEventListener("click", () => save(new Blob([asCsv(drawnPoints())], { type: "text/csv" }), points));
byId("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(byId("command").textContent);
  byId("copied").textContent = say("copied");
});
byId("close").addEventListener("click", () => byId("exported").close());
