// The side of the page: a worker beside it takes the place of the server's socket, with the same functions.

import { inflated } from "./inflated.js";

let worker = null;

export const secret = () => "";

// `on` has a function for each type of message, one for frames and one for a worker that does not run.
export async function connect(on) {
  const source = URL.createObjectURL(new Blob([await inflated(byId("engine").textContent)], { type: "text/javascript" }));
  worker = new Worker(source);
  worker.addEventListener("message", ({ data }) => (data instanceof ArrayBuffer ? on.frame(data) : on[data.type](data)));
  worker.addEventListener("error", ({ message }) => on.failed(message ?? "Worker"));
  worker.postMessage(byId("kit").textContent);
}

export function send(message) {
  worker?.postMessage(message);
}

export const textsOf = async (language) => JSON.parse(await inflated(byId("texts").textContent))[language];

export const quit = () => worker.terminate();
