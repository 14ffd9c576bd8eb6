// The settings in the address: a fragment such as "#data=moons&hidden_layers=8-8" with all that is not the default.

const PAUSE = 300;
let timer = null;

const written = (value) => (Array.isArray(value) ? value.join("-") : String(value));

export function keep(described, settings) {
  const changed = described.filter(({ name, default: usual }) => written(settings[name]) !== written(usual));
  const fragment = new URLSearchParams(changed.map(({ name }) => [name, written(settings[name])])).toString();
  clearTimeout(timer);  // browsers allow few changes of the address a second
  timer = setTimeout(() => history.replaceState(null, "", location.pathname + location.search + (fragment && `#${fragment}`)), PAUSE);
}

// All settings that the address means. The server judges the values; the points of a CSV are in no address.
export function settings(described) {
  const found = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(described.map(({ name, kind, choices, default: usual }) => {
    const text = found.get(name);
    if (text === null || text === "csv") return [name, usual];
    if (kind === "widths") return [name, text === "" ? [] : text.split("-").map(Number)];
    if (kind === "integer") return [name, Number(text)];
    if (kind === "flag") return [name, text === "true"];
    return [name, choices.find((each) => written(each) === text) ?? text];
  }));
}
