// What was read of a lesson and written in its exercises, and what the list of the lessons says of it.

// Predictions and questions of a lesson are named "1.2-1" and "1.2-dW".
const lessonOf = (name) => name.split("-")[0];

// `course-torch lesson` tells how many functions of the exercises are right: #exercises=1.2:3/4,2.4:1/5.
function takeExercises() {
  const told = location.hash.match(/^#exercises=(.*)$/)?.[1];
  if (told === undefined) return;
  for (const [, section, made, all] of told.matchAll(/(\d\.\d):(\d+)\/(\d+)/g)) {
    keepProgress("exercises", section, [+made, +all]);
  }
  history.replaceState(null, "", location.pathname + location.search);
}

takeExercises();

// A lesson is read when its last section was on the screen.
const forms = document.querySelectorAll("form.commit");
if (forms.length) {
  const name = lessonOf(forms[0].dataset.name);
  const end = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    end.disconnect();
    keepProgress("read", name, true);
  });
  const questions = document.querySelectorAll("form.answer").length;
  keepProgress("lessons", name, { predictions: forms.length, questions });
  end.observe([...document.querySelectorAll("article section")].pop());
}

// The list of the lessons says what was read, predicted and answered.
const list = document.querySelector(".reader-progress");

function listProgress() {
  const parts = ["predictions", "questions", "lessons", "read", "exercises", "tasks", "best"].map(readProgress);
  const [predictions, questions, lessons, read, exercises] = parts;
  list.hidden = parts.every((part) => Object.keys(part).length === 0);
  const madeIn = (name, kept) => Object.keys(kept).filter((key) => lessonOf(key) === name).length;
  for (const link of document.querySelectorAll("article :is(.toctree-wrapper, .path) a")) {
    const name = link.getAttribute("href").match(/([^/]+)\.html/)?.[1], lesson = lessons[name];
    const made = madeIn(name, predictions), answered = madeIn(name, questions);
    const said = read[name] ? [`✓ ${list.dataset.read}`] : [];
    const say = (text, counts) => said.push(text.replace(/\{(\w+)\}/g, (_, key) => counts[key]));
    if (made && lesson) say(list.dataset.predicted, { made, all: lesson.predictions });
    if (answered && lesson) say(list.dataset.answered, { made: answered, all: lesson.questions });
    const [right, functions] = exercises[name] ?? [0, 0];
    if (functions) say(list.dataset.exercises, { made: right, all: functions });
    link.parentElement.querySelector(".done")?.remove();
    link.parentElement.insertAdjacentHTML("beforeend", `<span class="done">${said.join(" · ")}</span>`);
  }
}

if (list) {
  window.addEventListener("hashchange", () => { takeExercises(); listProgress(); });
  window.addEventListener("pageshow", listProgress);  // also on the way back from a lesson
  // A lesson in another tab.
  window.addEventListener("storage", listProgress);
  list.querySelector("button").addEventListener("click", () => {
    if (!confirm(list.dataset.sure)) return;
    forgetProgress("");
    listProgress();
  });
}
