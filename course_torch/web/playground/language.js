// The texts of the page in two languages, and the language that is shown.

import { addressOf, byId, lessons } from "../elements.js";
import { given, textsOf } from "./channel.js";

const LANGUAGES = ["en", "zh"];
const texts = {};
const wanted = new URLSearchParams(location.search).get("language") ?? given.language ?? navigator.language.slice(0, 2);
let shown = LANGUAGES.includes(wanted) ? wanted : "en";

export const language = () => shown;

export async function load() {
  await Promise.all(LANGUAGES.map(async (each) => {
    texts[each] = await textsOf(each);
  }));
}

export function say(key, values = {}) {
  return sayIfKnown(key, values) ?? key;
}

// null for a key without a text: names such as "tanh" are the same in every language.
export function sayIfKnown(key, values = {}) {
  const text = texts[shown][`playground.${key}`];
  return text === undefined ? null : text.replace(/\{(\w+)\}/g, (_, name) => values[name]?.[shown] ?? values[name]);
}

// Write a text into an element. Frames repeat most texts, and a text that is written anew costs a layout.
export function tell(at, text) {
  if (at.textContent !== text) at.textContent = text;
}

// Fill the elements of the HTML that name their text.
export function write() {
  document.documentElement.lang = shown === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = say(each.dataset.text);
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", say(each.dataset.label));
    if (each.localName === "button") each.title = say(each.dataset.label);
  }
  byId("language").lang = shown === "zh" ? "en" : "zh-CN";
  byId("course").hidden = lessons === undefined;
  byId("course").href = addressOf("index");
}

// The address keeps the language, and the fragment stays.
export function change() {
  shown = LANGUAGES.find((each) => each !== shown);
  history.replaceState(null, "", `?language=${shown}${location.hash}`);
}
