// The settings: what the learner wants, what the server uses, and the points of the learner's CSV.

import { send } from "./socket.js";

let described = [], used = null, points = null, given = null, unanswered = 0;
// What the learner wants, and what a session begins with.
export let wanted = null, usual = null;

export function describe(message) {
  described = message.settings;
  unanswered = 1;  // a start follows
}

export const description = (name) => described.find((each) => each.name === name);
export const all = () => described;
export const hasPoints = () => points !== null;

// The server answers with a start or a refusal; a start is followed by a frame.
function ask(message, changes) {
  wanted = { ...wanted, ...changes };
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

export function givePoints(buffer) {
  given = buffer;
  ask(buffer, { data: "csv" });
}

// A new session begins as usual: it gets the settings of the address, or after a lost connection the points and the
// settings of before.
export function begin(first, asked) {
  usual = first;
  if (points !== null && asked.data === "csv") givePoints(points);
  const changes = Object.entries(asked).filter(([name, value]) => String(value) !== String(first[name]));
  if (changes.length > 0) change(Object.fromEntries(changes));
}

// An answer to an earlier change must not turn back a control that has moved on.
export function answered(settings = null) {
  unanswered = Math.max(0, unanswered - 1);
  used = settings ?? used;
  if (given !== null && settings?.data === "csv") points = given;
  if (settings === null || settings.data === "csv") given = null;
  if (settled()) wanted = { ...used };
}

export const settled = () => unanswered === 0;

// What is seen is that of the settings, if no answer is missing.
export function seen() {
  byId("columns").ariaBusy = !settled();
}
