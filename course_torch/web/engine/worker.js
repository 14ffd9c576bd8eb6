// The worker of the engine: unpacks the kit, and lets the engine work whenever no message waits.

import { inflated } from "../standalone/inflated.js";
import { Engine } from "./engine.js";

const turns = new MessageChannel();  // a timer would wait for at least 4 ms
let engine = null, timer = null, turning = false;

function say(message) {
  postMessage(message, message instanceof ArrayBuffer ? [message] : []);
}

function turn() {
  turning = false;
  clearTimeout(timer);
  const wait = engine.work();
  if (wait === 0) soon();
  else if (wait !== null) timer = setTimeout(soon, wait);
}

function soon() {
  if (turning) return;
  turning = true;
  turns.port2.postMessage(null);
}

async function begin(packed) {
  const parts = await Promise.all(packed.map(inflated));
  engine = new Engine(Object.assign(...parts.map((part) => JSON.parse(part))), say);
  turns.port1.onmessage = turn;
  soon();
}

addEventListener("message", ({ data }) => {
  if (engine === null) return begin(data).catch(reportError);  // the page hears of errors, not of rejected promises
  engine.receive(data);
  soon();
});
