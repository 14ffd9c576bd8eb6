// The tasks that are done, and the best numbers of tasks.

export const isDone = (task) => readProgress("tasks")[task] === true;
export const best = (task) => readProgress("best")[task] ?? null;
export const setDone = (task) => keepProgress("tasks", task, true);

// The smallest number of a task is its best.
export function keepBest(task, number) {
  if (number < (best(task) ?? Infinity)) keepProgress("best", task, number);
}

export function forgetTasks() {
  forgetProgress("tasks/");
  forgetProgress("best/");
}
