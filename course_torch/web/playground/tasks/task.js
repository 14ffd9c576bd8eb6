// The panel of the tasks: choose a task, its text and hint, the state of its goal, its question, and what was done before.

import { byId, element, lesson, lessons, typeset } from "../../elements.js";
import { forgetProgress, keepProgress, readProgress } from "../../progress.js";
import { language, say } from "../language.js";
import { counts, known, saturatedShare, TASKS } from "./tasks.js";

const NAMES = Object.keys(TASKS);
const isDone = (task) => readProgress("tasks")[task] === true;
const best = (task) => readProgress("best")[task] ?? null;
let name = null, runs = [], run = null, reached = false, answer = null, guess = null, started = null, last = null;

// The smallest number of a task is its best.
function keepBest(number) {
  if (number < (best(name) ?? Infinity)) keepProgress("best", name, number);
}

export const chosenTask = () => name;

// Begin a task, or none. Its run begins with the next start.
export function choose(task) {
  name = task !== null && known(task) ? task : null;
  runs = [];
  run = answer = guess = last = null;
  reached = false;
  if (name !== null) byId("tasks").open = true;
  if (started !== null) write();
}

// A task begins as a link to it does.
function open(task) {
  history.replaceState(null, "", `${location.pathname}${location.search}#${new URLSearchParams(task ? { task } : {})}`);
  dispatchEvent(new HashChangeEvent("hashchange", { newURL: location.href }));
}

// A page in another language starts with the same message.
export function start(message) {
  started = message;
  last = null;
  run = name !== null && counts(name, message.settings) ? { settings: message.settings, first: null, frame: null, worst: 0 } : null;
}

const title = (task) => `${isDone(task) ? "✓ " : ""}${TASKS[task].section} ${say(`task_${task}`)}`;

function writeOptions() {
  byId("task").replaceChildren(element("option", { value: "" }, say("task_choose")), ...NAMES.map((task) =>
    element("option", { value: task }, title(task))));
  byId("task").value = name ?? "";
  byId("tasks-done").textContent = say("tasks_done", { n: NAMES.filter(isDone).length, all: NAMES.length });
}

// A screen reader would say the same text again.
function put(id, text) {
  if (byId(id).textContent !== text) byId(id).replaceChildren(...typeset(text));
}

export function write() {
  writeOptions();
  byId("task-body").hidden = name === null;
  if (name === null) return;
  put("task-text", say(`task_${name}_text`));
  put("task-hint", say(`task_${name}_hint`));
  byId("task-lesson").replaceChildren(...lessonOf(TASKS[name].section));
  if (TASKS[name].right) for (const id of ["asks", 1, 2, 3]) put(`task-${id}`, say(`task_${name}_${id}`));
  writeState();
}

// The lessons lie where the page says, or a command opens them.
function lessonOf(section) {
  const zh = language() === "zh" ? " --language zh" : "";
  return [say("task_lesson"), lessons !== undefined ? lesson(section) :
    element("code", {}, `course-torch lesson ${section}${zh}`)];
}

export function frame(now) {
  last = now;
  if (name === null) return;
  if (run !== null) {
    if (run.first === null) runs.push(run);
    run.first ??= now;
    run.frame = now;
    run.worst = Math.max(run.worst, saturatedShare(now));
  }
  writeState();
}

// The state of the goal and of the question. What was reached stays reached.
function writeState() {
  const { fixed, right, predicts, judge } = TASKS[name];
  if (run?.frame) {
    const judged = judge(run, runs, guess);
    reached ||= judged.reached && (!predicts || answer !== null);
    if (judged.level) keepBest(judged.level);
    put("task-goal", say(`task_${name}_goal`, { ...judged.values, best: best(name) ?? "—" }));
  } else {
    const settings = fixed.map((each) => say(`setting_${each}`)).join(say("comma"));
    put("task-goal", last === null ? "" : say("task_other", { settings }));
  }
  const done = reached && (!right || answer === right);
  if (done && !isDone(name)) {
    keepProgress("tasks", name, true);
    writeOptions();
  }
  byId("task-question").hidden = !right || !(reached || predicts);
  for (const i of [1, 2, 3]) byId(`task-${i}`).ariaPressed = answer === i;
  put("task-answer", answer === null || done ? "" : say(reached ? `task_${name}_${answer}_no` : "task_noted"));
  put("task-done", done ? `✓ ${say(`task_${name}_done`)}` : "");
}

export function guessed({ right }) {
  guess = { right, count: (last?.mistake?.guesses ?? 0) + 1 };
}

// The playground in another tab.
addEventListener("storage", () => started !== null && writeOptions());
byId("task").addEventListener("change", ({ target }) => open(target.value));
byId("task-again").addEventListener("click", () => open(name));
byId("task-forget").addEventListener("click", () => {
  forgetProgress("tasks/");
  forgetProgress("best/");
  if (name === null) writeOptions();
  else open(name);
});
for (const i of [1, 2, 3]) {
  byId(`task-${i}`).addEventListener("click", () => {
    answer = i;
    writeState();
  });
}
