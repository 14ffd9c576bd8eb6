// What the learner has done, in the browser: {"tasks": {"dead_unit": true}, "best": {"few_units": 3},
// "predictions": {"1.2-1": "3", "1.2-2": "inf"}, "lessons": {"1.2": {"predictions": 2, "questions": 0, "read": true}},
// "questions": {"2.5-dW": true}, "exercises": {"1.2": [3, 4]}}: 3 of the 4 functions of section 1.2 were right. The
// playground and the lessons share one key. A prediction with choices is kept by the number of the choice, and a question
// when its answer was right.

const PROGRESS = "course-torch progress";
// A browser may forbid a page to store anything: then the page knows the progress until it is reloaded.
let keptProgress = "{}";

// The progress, with an object for each of these parts.
function readProgress(...parts) {
  try { keptProgress = localStorage.getItem(PROGRESS) ?? "{}"; } catch { /* nothing is stored */ }
  let found = {};
  try { found = JSON.parse(keptProgress) ?? {}; } catch { /* somebody else wrote it */ }
  return { ...found, ...Object.fromEntries(parts.map((part) => [part, { ...found[part] }])) };
}

function writeProgress(progress) {
  keptProgress = JSON.stringify(progress);
  try { localStorage.setItem(PROGRESS, keptProgress); } catch { /* nothing is stored */ }
}
