// The page inside a lesson: "?view=plane-curve" shows some of its parts, and the lesson around it runs it.

import { setTheme } from "./colours.js";
import { reset } from "./settings/settings.js";
import { send } from "./channel.js";

const view = new URLSearchParams(location.search).get("view")?.split("-") ?? null;
const PARTS = "header, #tasks, #bar > *, #settings, section, #commands, .foot";
// Parts that others need: the state of the bar, and the unit of the network.
const NEEDED = { bar: "numbers", unit: "network" };
// What the lesson asks.
const ASKED = { step: (steps) => send({ type: "step", steps }), reset };

export const shows = (name) => view === null || view.includes(name) || view.includes(NEEDED[name]);

export function start(drawAgain) {
  if (view === null || parent === window) return;
  document.body.dataset.view = view.join(" ");
  const shown = view.map((name) => (name === "numbers" ? "#at, #numbers" : `section:has(#${name})`)).join();
  for (const part of document.querySelectorAll(PARTS)) part.classList.toggle("left-out", !part.matches(shown));
  const height = () => Math.ceil(document.body.getBoundingClientRect().height) + 1;
  new ResizeObserver(() => tell({ height: height() })).observe(document.body);
  addEventListener("message", ({ source, data }) => {
    if (source !== parent) return;
    if (data.theme) {
      setTheme(data.theme);
      drawAgain();
    } else ASKED[data.ask]?.(data.value);
  });
  tell({ ready: true });
}

// A lesson from disk has no origin that could be named.
const tell = (message) => parent.postMessage(message, "*");
