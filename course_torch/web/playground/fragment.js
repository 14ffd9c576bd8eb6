// The link of the page: a fragment such as "#data=moons&hidden_layers=8-8" with the task, every setting that differs from its
// default or from the start of the task, the mistake or the reader's line, and the learner's points and weights, compressed. It opens the same in
// every copy of the page.

import { all, isSurface, usual } from "./settings/settings.js";
import { begins } from "./tasks/tasks.js";

const PAUSE = 300;
const LONGEST = 100_000, LARGEST = 200_000;  // characters of packed points, and bytes of what is packed
const NAMES = ["csv", "drawn"];  // a file, or points that are drawn
let timer = null, packed = { points: null, name: null, text: "" };

const written = (value) => (Array.isArray(value) ? value.join("-") : String(value));
const named = (address) => new URLSearchParams(new URL(address).hash.slice(1));

// Browsers allow few changes of the address a second.
export function keep(...parts) {
  clearTimeout(timer);
  timer = setTimeout(async () => history.replaceState(null, "", await linkOf(...parts)), PAUSE);
}

// The learner wrote another address: the settings of before must not replace it.
export function forget() {
  clearTimeout(timer);
}

// The address leaves the state out, because every step would change it; a link that is shared names it.
export async function linkOf(settings, points, mistake, task, state = null) {
  const first = { ...usual(), ...begins(task) };
  const follows = (name) => name === "output" && isSurface(settings.data);
  const changed = all().filter(({ name }) => written(settings[name]) !== written(first[name]) && !follows(name));
  const pairs = changed.map(({ name }) => [name, written(settings[name])]);
  if (task !== null) pairs.unshift(["task", task]);
  pairs.push(...mistake);
  if (settings.data === "csv" && points !== null) pairs.push(await packedPoints(points));
  if (state !== null) pairs.push(["state", await pack(inBytes(state))]);
  const fragment = new URLSearchParams(pairs).toString();
  return location.pathname + location.search + (fragment && `#${fragment}`);
}

// The content of a CSV file, or a message with points that are drawn; the last ones are packed once.
async function packedPoints(points) {
  if (points !== packed.points) {
    const file = points instanceof ArrayBuffer;
    packed = { points, name: file ? "csv" : "drawn", text: await pack(file ? points : inBytes(points)) };
  }
  return [packed.name, packed.text];
}

// The points of an address; null without points. Throws an error for a link that is cut off.
export async function points(address) {
  const pairs = named(address), name = NAMES.find((each) => pairs.has(each));
  if (!name) return null;
  const buffer = await unpack(pairs.get(name));
  if (name === "csv") return buffer;
  const drawn = parsed(buffer);
  return { type: "points", rows: drawn?.rows ?? null, domain: drawn?.domain ?? null };
}

// The message with the step and the parameters of an address; null without them. Throws an error as `points` does.
export async function state(address) {
  const text = named(address).get("state");
  return text === null ? null : { ...parsed(await unpack(text)), type: "state" };
}

const inBytes = (value) => new TextEncoder().encode(JSON.stringify(value));
const parsed = (buffer) => JSON.parse(new TextDecoder().decode(buffer));  // somebody else may have written the link
const pack = async (bytes) => encoded(await through(new CompressionStream("deflate-raw"), bytes));

function unpack(text) {
  if (text.length > LONGEST) throw new Error("too long");
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  return through(new DecompressionStream("deflate-raw"), bytes);
}

// A few compressed bytes may hold millions.
async function through(stream, bytes) {
  const chunks = [];
  let size = 0;
  for (const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks).arrayBuffer();
    chunks.push(value);
    size += value.length;
    if (size > LARGEST) throw new Error("too large");
  }
}

function encoded(buffer) {
  const text = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// What the link says of the mistake that a frame shows: its name, or the reader's line.
export function pairsOf(mistake) {
  if (!mistake?.line) return mistake?.name ? [["mistake", mistake.name]] : [];
  return [["line", mistake.line.text], ...(mistake.line.columns ? [["columns", "true"]] : [])];
}

// The message that asks for the mistake of an address; null without one.
export function mistake(address) {
  const pairs = named(address), name = pairs.get("mistake"), text = pairs.get("line");
  if (text !== null) return { type: "line", text, columns: pairs.get("columns") === "true" };
  return name === null ? null : { type: "mistake", name };
}

export const task = (address) => named(address).get("task");

// The settings that an address names, after those of its task, without its own points if there are none. The engine
// judges the values.
export function settings(address, own) {
  const pairs = named(address), found = all().filter(({ name }) => pairs.has(name) && (own || pairs.get(name) !== "csv"));
  const changed = found.map(({ name, kind, choices }) => {
    const text = pairs.get(name);
    // The engine names what is no number as it is written.
    const number = (each) => (Number.isNaN(Number(each)) ? each : Number(each));
    if (kind === "widths") return [name, text === "" ? [] : text.split(/[-,]/).map(number)];
    if (kind === "subset") return [name, text.split("-")];
    if (kind === "integer") return [name, number(text)];
    if (kind === "flag") return [name, text === "true"];
    return [name, choices.find((each) => written(each) === text) ?? text];
  });
  return { ...begins(task(address)), ...Object.fromEntries(changed) };
}
