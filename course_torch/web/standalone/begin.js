// Runs the script of the page, which the page brings compressed.

import { inflated } from "./inflated.js";

const script = document.createElement("script");
script.textContent = await inflated(document.getElementById("script").textContent);
document.body.append(script);
