// One line above the columns: what the engine refuses, why training stopped.

import { byId } from "../elements.js";
import { say, tell } from "./language.js";

let told = null;

// A key and its values; null for nothing; without arguments the same in the language at hand.
export function notice(key = told?.key ?? null, values = told?.values) {
  told = key === null ? null : { key, values };
  tell(byId("notice"), told ? say(key, values) : "");
}
