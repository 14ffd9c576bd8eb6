// The settings: what the learner wants, what the engine uses, and the learner's points.

import { byId } from "../../elements.js";
import { send } from "../channel.js";

let described = [], surfaces = [];  // what the engine says of the settings in `hello`
let asked = null;  // with all changes, answered or not: the controls show these settings
let used = null;  // those of the engine's last answer
let kept = null, given = null;  // the points of the session, and points that the engine has not answered yet
let unanswered = 0;  // how many changes the engine has not answered yet

// What the learner wants, and the defaults, with which the page begins: a link names only what differs from these.
export const wanted = () => asked;
export const usual = () => Object.fromEntries(described.map(({ name, default: value }) => [name, value]));

export function describe(message) {
  described = message.settings;
  surfaces = message.surfaces;
  unanswered = 1;  // a start follows
}

export const description = (name) => described.find((each) => each.name === name);
export const all = () => described;
// A set whose labels are heights has the output identity.
export const isSurface = (data) => surfaces.includes(data);
export const points = () => kept;

// The engine answers with a start or a refusal; a start is followed by a frame.
function ask(message, changes) {
  asked = { ...asked, ...changes };
  unanswered += 1;
  byId("columns").ariaBusy = true;
  send(message);
}

export function change(changes) {
  ask({ type: "settings", settings: changes }, changes);
}

export function reset() {
  ask({ type: "reset" }, {});
}

// The points of a CSV file, or a message with points that are drawn.
export function givePoints(message) {
  given = message;
  ask(message, { data: "csv" });
}

// The first session gets the settings and the points of the address.
export function begin(changes, points) {
  const first = usual();
  follow(Object.fromEntries(Object.entries(changes).filter(([name, value]) => String(value) !== String(first[name]))), points);
}

// Ask for the settings and the points of a link. What the engine does not offer comes last, so that it alone is refused.
export function follow({ data, ...others }, points) {
  const own = points !== null && data === "csv", entries = Object.entries(own || data === undefined ? others : { data, ...others });
  for (const part of [entries.filter(isOffered), own ? null : [], entries.filter((each) => !isOffered(each))]) {
    if (part === null) givePoints(points);
    else if (part.length > 0) change(Object.fromEntries(part));
  }
}

function isOffered([name, value]) {
  const { choices, least, most, kind } = description(name);
  return kind === "choice" ? choices.includes(value) : kind !== "integer" || (value >= least && value <= most);
}

// An answer to an earlier change must not turn back a control that has moved on.
export function answered(settings = null) {
  unanswered = Math.max(0, unanswered - 1);
  used = settings ?? used;
  if (given !== null && settings?.data === "csv") kept = given;
  if (settings === null || settings.data === "csv") given = null;
  if (settled()) asked = { ...used };
}

export const settled = () => unanswered === 0;

// What is seen is that of the settings, if no answer is missing.
export function seen() {
  byId("columns").ariaBusy = !settled();
}
