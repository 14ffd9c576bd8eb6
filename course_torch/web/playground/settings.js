// The settings: what the learner wants, what the server uses, and the points of the learner's CSV.

import { send } from "./socket.js";

let described = [], used = null, points = null, given = null, unanswered = 0;
export let wanted = null;

export function describe(message) {
  described = message.settings;
  unanswered = 1;  // a start follows
}

export const description = (name) => described.find((each) => each.name === name);
export const all = () => described;
export const hasPoints = () => points !== null;

// The server answers with a start or an error; a start is followed by a frame.
function ask(message, changes) {
  wanted = { ...wanted, ...changes };
  unanswered += 1;
  byId("columns").ariaBusy = true;
  send(message);
}

export function change(changes) {
  ask({ type: "settings", settings: changes }, changes);
}

export function givePoints(buffer) {
  given = buffer;
  ask(buffer, { data: "csv" });
}

// What is seen is that of the settings, if no answer is missing.
export function seen() {
  byId("columns").ariaBusy = unanswered > 0;
}

// Whether the server's answer is the last: an earlier answer must not turn back a control that has moved on.
export function answered(settings = null) {
  unanswered = Math.max(0, unanswered - 1);
  used = settings ?? used;
  if (given !== null && settings?.data === "csv") points = given;
  given = null;
  if (unanswered > 0) return false;
  wanted = { ...used };
  return true;
}

// A new socket has a new session: it gets the points and the settings again.
export function sendAgain(settings) {
  if (points !== null && settings.data === "csv") givePoints(points);
  change(settings);
}
