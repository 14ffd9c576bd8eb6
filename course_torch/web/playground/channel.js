// The engine beside the page: a worker that the page brings compressed. Messages go out, messages and frames come in. Frames
// are drawn when the browser draws, the latest alone, and their credits returned.

import { byId } from "../elements.js";
import { decoded } from "../graph/frame.js";
import { inflated } from "../standalone/inflated.js";

let worker = null, latest = null, owed = 0, waiting = false;
const packed = (id) => byId(id).textContent;

// What a command wrote into this copy of the page: a link and a language.
export const given = JSON.parse(packed("given"));

// `on` has a function for each type of message, one for frames and one for a worker that does not run.
export async function connect(on) {
  const source = URL.createObjectURL(new Blob([await inflated(packed("engine"))], { type: "text/javascript" }));
  worker = new Worker(source);
  worker.addEventListener("message", ({ data }) => (data instanceof ArrayBuffer ? on.frame(data) : on[data.type](data)));
  worker.addEventListener("error", ({ message }) => on.failed(message ?? "Worker"));
  worker.postMessage([packed("kit"), packed("sets")]);
}

export function send(message) {
  worker?.postMessage(message);
}

export const textsOf = async (language) => JSON.parse(await inflated(packed("texts")))[language];

// Returns the frame. `draw` gets it unless a later frame overtakes it.
export function received(buffer, draw) {
  const frame = latest = decoded(buffer);
  owed += 1;
  if (waiting) return frame;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    if (latest !== null) draw(latest);
    latest = null;
    for (; owed > 0; owed -= 1) send({ type: "drawn" });
  });
  return frame;
}

// A frame of the network before a restart does not fit the network after it.
export function forget() {
  latest = null;
}
