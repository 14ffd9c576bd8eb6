// Runs the script of the page, which the page brings compressed. In a browser that cannot unpack it the page says so.

import { inflated } from "./inflated.js";

const textOf = (id) => document.getElementById(id).textContent;

try {
  const script = document.createElement("script");
  script.textContent = await inflated(textOf("script"));
  document.body.append(script);
} catch (error) {
  document.getElementById("notice").textContent = textOf("failed").replaceAll("{message}", error);
}
