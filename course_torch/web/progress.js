// What the learner has done, in the browser. Each fact has its own entry, and its value is JSON:
//   course-torch/tasks/dead_unit    true           course-torch/best/few_units  3
//   course-torch/predictions/1.2-1  "3"            course-torch/questions/2.5-dW  true
//   course-torch/lessons/1.2        {"predictions": 2, "questions": 0}    course-torch/read/1.2  true
//   course-torch/exercises/1.2      [3, 4]: 3 of the 4 functions of section 1.2 were right
// The playground and the lessons share the entries. A prediction with choices is kept by the number of the choice, and
// a question when its answer was right. Several pages may be open: each writes what it adds and nothing else, and
// follows what the others write.

const PROGRESS = "course-torch/";
// A browser may forbid a page to store anything: then the page knows the progress until it is reloaded.
const progressStore = (() => { try { return localStorage; } catch { return {}; } })();

// The facts of one part: {"1.2-1": "3"}. An entry that is no JSON was written by somebody else.
export function readProgress(part) {
  const start = `${PROGRESS}${part}/`, found = {};
  for (const [key, value] of Object.entries(progressStore).filter(([each]) => each.startsWith(start))) {
    try { found[key.slice(start.length)] = JSON.parse(value); } catch { /* it is left alone */ }
  }
  return found;
}

export function keepProgress(part, name, value) {
  try { progressStore[`${PROGRESS}${part}/${name}`] = JSON.stringify(value); } catch { /* the storage is full */ }
}

// Forget one fact, a part ("tasks/") or everything ("").
export function forgetProgress(path) {
  for (const key of Object.keys(progressStore)) if (key.startsWith(PROGRESS + path)) delete progressStore[key];
}

// Show a fact now, and again when another page has changed it.
export function followProgress(part, name, show) {
  const now = () => show(readProgress(part)[name]);
  window.addEventListener("storage", ({ key }) => (key === null || key === `${PROGRESS}${part}/${name}`) && now());
  now();
}
