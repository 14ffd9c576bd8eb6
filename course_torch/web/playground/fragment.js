// The settings in the address: a fragment such as "#data=moons&hidden_layers=8-8" with all that is not as usual.

import { all, usual } from "./settings.js";

const PAUSE = 300;
let timer = null;

const written = (value) => (Array.isArray(value) ? value.join("-") : String(value));

export function keep(settings) {
  const changed = all().filter(({ name }) => written(settings[name]) !== written(usual[name]));
  const fragment = new URLSearchParams(changed.map(({ name }) => [name, written(settings[name])])).toString();
  clearTimeout(timer);  // browsers allow few changes of the address a second
  timer = setTimeout(() => {
    history.replaceState(null, "", location.pathname + location.search + (fragment && `#${fragment}`));
  }, PAUSE);
}

// The learner wrote another address: the settings of before must not replace it.
export function forget() {
  clearTimeout(timer);
}

// The settings that an address names. The server judges the values; the points of a CSV are in no address.
export function settings(address = location.href) {
  const named = new URLSearchParams(new URL(address).hash.slice(1));
  const found = all().filter(({ name }) => named.has(name) && named.get(name) !== "csv");
  return Object.fromEntries(found.map(({ name, kind, choices }) => {
    const text = named.get(name);
    // The server names what is no number as it is written.
    const number = (each) => (Number.isNaN(Number(each)) ? each : Number(each));
    if (kind === "widths") return [name, text === "" ? [] : text.split(/[-,]/).map(number)];
    if (kind === "integer") return [name, number(text)];
    if (kind === "flag") return [name, text === "true"];
    return [name, choices.find((each) => written(each) === text) ?? text];
  }));
}
