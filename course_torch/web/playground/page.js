// The page: joins the engine, the settings and the panels (README.md has all messages). A panel may have four functions:
//   build(hello)     what the engine offers, once
//   start(message)   a new session has begun: forget the session before it
//   write()          write what stays from frame to frame, also in another language, theme or width of the window
//   frame(frame)     draw the numbers of a step

import { byId } from "../elements.js";
import * as bar from "./panels/bar.js";
import * as commands from "./commands.js";
import { changeTheme, dark, read as readColours } from "./colours.js";
import * as controls from "./settings/controls.js";
import * as curve from "./panels/curve.js";
import * as drawing from "./panels/draw.js";
import { shows, start as startEmbedded } from "./embed.js";
import * as fragment from "./fragment.js";
import { connect, forget, given, received, send } from "./channel.js";
import * as gradients from "./panels/gradients.js";
import * as histograms from "./panels/histograms.js";
import * as language from "./language.js";
import * as line from "./panels/line.js";
import * as mistake from "./panels/mistake.js";
import * as network from "./panels/network.js";
import * as picture from "./picture.js";
import { notice } from "./notice.js";
import * as plane from "./panels/plane.js";
import * as point from "./panels/point.js";
import * as settings from "./settings/settings.js";
import * as task from "./tasks/task.js";
import * as unit from "./panels/unit.js";

const EVERY = { bar, network, unit, plane, point, curve, gradients, layers: histograms, mistakes: mistake, line, task, commands };
const PANELS = Object.entries(EVERY).filter(([name]) => shows(name)).map(([, panel]) => panel);
let start = null, last = null, chosen = [];
// Without a link the page begins to train by itself, unless the reader wants little motion.
let alive = location.hash === "" && !given.link && parent === window && !matchMedia("(prefers-reduced-motion: reduce)").matches;
// What the address asks for beside settings, until it is asked.
const NOTHING = { points: null, state: null, mistake: null, broken: false };
let linked = NOTHING;

// The points and the state of a link are compressed, and a link may be cut off.
async function follow(address) {
  linked = { ...NOTHING, mistake: fragment.mistake(address) };
  try {
    Object.assign(linked, { points: await fragment.points(address), state: await fragment.state(address) });
  } catch {
    linked.broken = true;
  }
  task.choose(fragment.task(address));
}

const linkedSettings = (address) => fragment.settings(address, linked.points !== null);

function keepAddress(used) {
  fragment.keep(used, settings.points(), chosen, task.chosenTask());
}

// The step and the parameters, in the order in which the engine keeps them; null at the start.
function stateOf({ step, untouched, W, b, slopes }) {
  const numbers = W.flatMap((rows, i) => [rows, b[i], slopes[i] ?? []].flat(2));
  return step === 0 && untouched ? null : { step, untouched, numbers };
}

function draw(frame) {
  last = frame;
  const made = fragment.pairsOf(frame.mistake);
  if (String(made) !== String(chosen)) {
    chosen = made;
    if (settings.settled()) keepAddress(start.settings);
  }
  for (const panel of PANELS) panel.frame(frame);
  settings.seen();
}

// What stays from frame to frame.
function writePanels() {
  controls.show();
  for (const panel of [...PANELS, drawing]) panel.write?.();
}

// In another language or theme, or for another width of the window.
function drawAgain() {
  language.write();
  byId("theme").textContent = language.say(dark() ? "light" : "dark");
  notice();
  if (start !== null) writePanels();
  if (last !== null) draw(last);
}

const ON = {
  hello(message) {
    settings.describe(message);
    for (const part of [controls, bar, mistake, drawing, commands]) part.build(message);
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
    if (first) {
      settings.begin(linkedSettings(location.href), linked.points);
      startEmbedded(drawAgain);  // a lesson may ask from now on
    }
    notice(null);
    if (settings.settled()) {
      keepAddress(message.settings);
      for (const message of [linked.mistake, linked.state]) if (message) send(message);
      if (linked.broken) notice("link_broken");
      linked = NOTHING;
      if (alive) send({ type: "run" });
      alive = false;
    }
    for (const id of ["bar", "tasks", "columns", "commands"]) byId(id).hidden = false;
    for (const panel of [...PANELS, drawing, picture]) panel.start?.(start);
    writePanels();
  },
  frame(buffer) {
    curve.add(received(buffer, draw));
  },
  error(message) {
    notice("error", message);
    if (last !== null) unit.frame(last);  // a refused edit
  },
  refused(message) {
    notice("error", message);
    settings.answered();
    if (settings.settled()) keepAddress(settings.wanted());
    if (last !== null) settings.seen();  // otherwise the frame of the start before it is still to come
    controls.show();
  },
  stopped: (message) => notice(`stopped_${message.reason}`, message),
  unread: line.unread,
  guessed(message) {
    mistake.guessed(message);
    task.guessed(message);
  },
  differences: gradients.differences,
  failed: (message) => notice("failed", { message }),
};

// An error before the first frame: nothing has started. Some events of errors tell no error and stop nothing.
function failed(error) {
  if (error && last === null) ON.failed(String(error));
}

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
addEventListener("resize", resized);
addEventListener("error", ({ error }) => failed(error));
addEventListener("unhandledrejection", ({ reason }) => failed(reason));
// The address of the event: a write that waits may replace the page's address before the event arrives.
addEventListener("hashchange", async ({ newURL }) => {
  fragment.forget();
  if (start === null) return;
  await follow(newURL);
  send({ type: "mistake", name: null });  // also a hidden one
  settings.follow({ ...settings.usual(), ...linkedSettings(newURL) }, linked.points);
});
byId("share").addEventListener("click", async () => {
  const link = await fragment.linkOf(start.settings, settings.points(), chosen, task.chosenTask(), stateOf(last));
  await navigator.clipboard.writeText(new URL(link, location.href).href);
  notice(location.protocol === "https:" ? "link_copied" : "link_copied_here");
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

if (location.hash === "" && given.link) history.replaceState(null, "", `#${given.link}`);
await language.load();
await follow(location.href);
readColours();
notice("loading");
drawAgain();
connect(ON);
