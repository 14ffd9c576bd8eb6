// Make a mistake: choose one or guess a hidden one, and see the first wrong tensor and what the diagnosis says.

import { language, say } from "./language.js";
import { send } from "./socket.js";

const GUESSING = ["guess", "guess-it", "give-up"];
let mine = null, started = null, shown = "", answer = null, guessing = false;

export function build(hello) {
  const select = (id, key, attributes = {}) => element("label", { "data-part": id }, element("span", { "data-text": key }),
    element("select", { id, ...attributes }));
  const button = (id, click) => element("button", { type: "button", id, click, "data-text": id.replace("-", "_") });
  byId("mistake-controls").replaceChildren(
    select("mistake", "mistake_choose", { change: (event) => choose(event.target.value || null) }),
    button("guessing", () => { answer = null; send({ type: "guessing" }); }),
    select("guess", "mistake_which"),
    button("guess-it", () => send({ type: "guess", name: byId("guess").value })),
    button("give-up", () => send({ type: "give_up" })));
  mine = hello.mine;
  byId("mistake-controls").hidden = mine !== null;
  started = null;
}

function choose(name) {
  answer = null;
  send({ type: "mistake", name });
}

export function start(message) {
  const names = message.mistakes.map((each) => each.name);
  const options = (first) => [element("option", { value: "" }, say(first)),
    ...message.mistakes.map(({ name, title }) => element("option", { value: name }, title[language]))];
  if (started?.mistakes.map((each) => each.name).join() !== names.join()) answer = null;
  started = message;
  const kept = [byId("mistake").value, byId("guess").value];
  byId("mistake").replaceChildren(...options("mistake_none"));
  byId("guess").replaceChildren(...options("mistake_unknown"));
  [byId("mistake").value, byId("guess").value] = kept.map((each) => (names.includes(each) ? each : ""));
  shown = "";
}

// A diagnosis comes twice a second, a frame many times.
export function frame({ mistake }) {
  const now = JSON.stringify(mistake) + JSON.stringify(answer);
  if (now === shown) return;
  shown = now;
  guessing = Number.isInteger(mistake?.guesses);
  if (document.activeElement !== byId("mistake")) byId("mistake").value = mistake?.name ?? "";
  showParts();
  byId("diagnosis").replaceChildren(...diagnosis(mistake));
  writeAnswer();
}

// Some controls are for guessing, some for choosing. The focus never stays on a control that is gone.
function showParts() {
  const focused = document.activeElement;
  for (const part of byId("mistake-controls").children) {
    part.hidden = GUESSING.includes(part.dataset.part ?? part.id) !== guessing;
  }
  if (focused.closest("#mistake-controls > [hidden]")) byId(guessing ? "guess" : "mistake").focus();
}

const known = (name) => started.mistakes.find((each) => each.name === name);
const titled = (name) => known(name)?.title[language] ?? name;
const paragraph = (key, values = {}, kind = "") => element("p", { class: kind }, typeset(say(key, values)));
const sentences = (each) => (each ?? []).map((text) => element("li", {}, typeset(text)));

function diagnosis(mistake) {
  if (mistake === null) return [paragraph(mine === null ? "mistake_help" : "mine_right", { mine }, "hint")];
  const meaning = known(mistake.name)?.sentences[language];
  const parts = [];
  if (guessing) parts.push(paragraph("guesses", { n: mistake.guesses }));
  if (meaning) parts.push(element("p", { id: "meaning" }, element("strong", {}, titled(mistake.name)), ": ", typeset(meaning)));
  if (mistake.diagnosis === null) return [...parts, paragraph("mistake_unseen")];
  const { tensor, wrong, symptom, sentences: told } = mistake.diagnosis;
  parts.push(
    paragraph("first_wrong", { tensor }, "bad first-wrong"),
    paragraph("all_wrong", { tensors: wrong.join(", ") }),
    paragraph("symptom", { symptom: symptom[language] }));
  if (told) parts.push(element("h3", {}, say("diagnosis")), element("ul", { id: "told" }, sentences(told[language])));
  return parts;
}

export function guessed(message) {
  answer = message;
  shown = "";
  writeAnswer();
}

function kindOf({ guess, right, same }) {
  if (guess === null) return "given_up";
  return right ? (same ? "guess_same" : "guess_right") : "guess_wrong";
}

function writeAnswer() {
  byId("mistake-answer").textContent = answer === null ? "" :
    say(kindOf(answer), { name: titled(answer.name), guess: titled(answer.guess) });
  byId("mistake-answer").className = answer?.right ? "good" : "bad";
}
