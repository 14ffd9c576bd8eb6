// Make a mistake: choose one or guess a hidden one, and see the first wrong tensor and what the diagnosis says.

import { byId, element, typeset } from "../../elements.js";
import { language, say, tell } from "../language.js";
import { send } from "../channel.js";

const CHOOSING = ["mistake", "guessing"], GUESSING = ["guess", "guess-it", "give-up"];
let started = null, shown = "", answer = null, guessing = false;

export function build() {
  const select = (id, key, attributes = {}) => element("label", { "data-part": id }, element("span", { "data-text": key }),
    element("select", { id, ...attributes }));
  const button = (id, click) => element("button", { type: "button", id, click, "data-text": id.replace("-", "_") });
  byId("mistake-controls").replaceChildren(
    element("label", {}, element("span", {}, element("span", { "data-text": "mistake_search" }), " ",
      element("span", { id: "mistakes-found", role: "status" })),
      element("input", { id: "mistake-search", type: "search", input: () => writeOptions() })),
    select("mistake", "mistake_choose", { change: (event) => choose(event.target.value || null) }),
    button("guessing", () => { answer = null; send({ type: "guessing" }); }),
    select("guess", "mistake_which"),
    button("guess-it", () => send({ type: "guess", name: byId("guess").value })),
    button("give-up", () => send({ type: "give_up" })));
}

function choose(name) {
  answer = null;
  send({ type: "mistake", name });
}

export function start(message) {
  const names = message.mistakes.map((each) => each.name);
  if (started?.mistakes.map((each) => each.name).join() !== names.join()) answer = null;
  started = message;
}

export function write() {
  writeOptions();
  shown = "";
}

// What a mistake is about: its group, its title and its sentence.
const about = ({ group, title, sentences }) =>
  `${say(`about_${group}`)} ${title[language()]} ${sentences[language()]}`.toLowerCase();

// The mistakes that have every word of the search in what they are about, in groups. The mistake that trains always
// stays.
function writeOptions(trained = byId("mistake").value) {
  const words = byId("mistake-search").value.toLowerCase().split(/\s+/);
  const found = started.mistakes.filter((each) => words.every((word) => about(each).includes(word)));
  for (const [id, first, name] of [["mistake", "mistake_none", trained], ["guess", "mistake_unknown", byId("guess").value]]) {
    const chosen = known(name);
    const groups = Object.groupBy(started.mistakes.filter((each) => each === chosen || found.includes(each)), (each) => each.group);
    byId(id).replaceChildren(element("option", { value: "" }, say(first)), ...Object.entries(groups).map(([group, mistakes]) =>
      element("optgroup", { label: say(`about_${group}`) },
        mistakes.map(({ name, title }) => element("option", { value: name }, title[language()])))));
    byId(id).value = chosen?.name ?? "";
  }
  tell(byId("mistakes-found"), words.join("") && say("mistakes_found", { n: found.length, all: started.mistakes.length }));
}

// Most frames say the same of the mistake.
export function frame({ mistake }) {
  const now = JSON.stringify(mistake) + JSON.stringify(answer);
  if (now === shown) return;
  shown = now;
  guessing = Number.isInteger(mistake?.guesses);
  const name = mistake?.name ?? "", select = byId("mistake");
  if (document.activeElement !== select && select.value !== name) writeOptions(name);
  showParts();
  byId("diagnosis").replaceChildren(...diagnosis(mistake?.line ? null : mistake));
  writeAnswer();
}

// Some controls are for guessing, some for choosing. The focus never stays on a control that is gone.
function showParts() {
  const focused = document.activeElement;
  for (const part of byId("mistake-controls").children) {
    part.hidden = (guessing ? CHOOSING : GUESSING).includes(part.dataset.part ?? part.id);
  }
  if (focused.closest("#mistake-controls > [hidden]")) byId(guessing ? "guess" : "mistake").focus();
}

const known = (name) => started.mistakes.find((each) => each.name === name);
const titled = (name) => known(name)?.title[language()] ?? name;
const paragraph = (key, values = {}, kind = "") => element("p", { class: kind }, typeset(say(key, values)));

function diagnosis(mistake) {
  if (mistake === null) return [paragraph("mistake_help", {}, "hint")];
  const meaning = known(mistake.name)?.sentences[language()];
  const parts = [];
  if (guessing) parts.push(paragraph("guesses", { n: mistake.guesses }));
  if (meaning) parts.push(element("p", { id: "meaning" }, element("strong", {}, titled(mistake.name)), ": ", typeset(meaning)));
  if (mistake.diagnosis === null) return [...parts, paragraph("mistake_unseen")];
  const { tensor, wrong, symptom } = mistake.diagnosis;
  parts.push(
    paragraph("first_wrong", { tensor }, "bad first-wrong"),
    paragraph("all_wrong", { tensors: wrong.join(", ") }),
    paragraph("symptom", { symptom: symptom[language()] }));
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
