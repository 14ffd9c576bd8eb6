// The page: joins the socket, the settings and the panels.

import * as bar from "./bar.js";
import { changeTheme, dark, read as readColours } from "./colours.js";
import * as controls from "./controls.js";
import * as curve from "./curve.js";
import { show as showExport, start as startExport } from "./export.js";
import * as fragment from "./fragment.js";
import { forget, received } from "./frame.js";
import * as gradients from "./gradients.js";
import * as histograms from "./histograms.js";
import * as language from "./language.js";
import * as mistake from "./mistake.js";
import * as network from "./network.js";
import { notice } from "./notice.js";
import * as plane from "./plane.js";
import * as point from "./point.js";
import * as settings from "./settings.js";
import { connect, quit, secret, send } from "./socket.js";
import * as unit from "./unit.js";

const PANELS = [bar, network, unit, plane, point, curve, gradients, histograms, mistake];
let hello = null, start = null, last = null, before = null;

function draw(frame) {
  last = frame;
  for (const panel of PANELS) panel.frame(frame);
  settings.seen();
}

function startPanels() {
  controls.show();
  startExport(start);
  for (const panel of PANELS) panel.start(start);
}

// In another language or theme, or for another width of the window.
function drawAgain() {
  language.write();
  byId("theme").textContent = language.say(dark() ? "light" : "dark");
  notice();
  if (start !== null) startPanels();
  if (last !== null) draw(last);
}

const ON = {
  hello(message) {
    before = settings.wanted;
    hello = message;
    start = last = null;
    settings.describe(message);
    for (const part of [controls, bar, mistake]) part.build(message);
    forget({ credits: true });
    if (document.hidden) send({ type: "hidden", hidden: true });
    if (plane.chosenPoint()) send({ type: "point", point: plane.chosenPoint() });
    drawAgain();
  },
  start(message) {
    const first = start === null;
    start = message;
    last = null;
    forget();
    settings.answered(message.settings);
    if (first) settings.begin(message.settings, before ?? fragment.settings());
    if (settings.settled()) fragment.keep(message.settings);
    notice(null);
    byId("trace").hidden = byId("bar").hidden = byId("columns").hidden = false;
    startPanels();
  },
  frame(buffer) {
    curve.add(received(buffer, draw));
  },
  error: (message) => notice("error", message),
  refused(message) {
    notice("error", message);
    settings.answered();
    if (settings.settled()) fragment.keep(settings.wanted);
    if (last !== null) settings.seen();  // otherwise the frame of the start before it is still to come
    controls.show();
  },
  stopped: (message) => notice(`stopped_${message.reason}`, message),
  guessed: mistake.guessed,
  differences: gradients.differences,
  export: showExport,
  closed: (reason) => notice(`closed_${reason}`),
};

let timer = null;

function resized() {
  clearTimeout(timer);
  timer = setTimeout(drawAgain, 150);
}

byId("language").addEventListener("click", () => {
  language.change();
  drawAgain();
});
byId("theme").addEventListener("click", () => {
  changeTheme();
  drawAgain();
});
// The address of a trace must not have the secret: a form sends it.
byId("trace").form.addEventListener("formdata", ({ formData }) => {
  const asked = { secret: secret(), session: hello.session, language: language.language };
  for (const [name, value] of Object.entries(asked)) formData.set(name, value);
});
byId("quit").addEventListener("click", quit);
addEventListener("resize", resized);
// The address of the event: a write that waits may replace the page's address before the event arrives.
addEventListener("hashchange", ({ newURL }) => {
  fragment.forget();
  if (hello && !newURL.includes("#token=")) settings.change({ ...settings.usual, ...fragment.settings(newURL) });
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  readColours();
  drawAgain();
});
document.addEventListener("visibilitychange", () => send({ type: "hidden", hidden: document.hidden }));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length > 0) controls.read(event.dataTransfer.files[0]);
});

await language.load();
readColours();
notice("loading");
drawAgain();
connect(ON);
