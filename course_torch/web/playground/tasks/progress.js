// The tasks that are done, and the best numbers of tasks.

const read = () => readProgress("tasks", "best");

export const isDone = (task) => read().tasks[task] === true;
export const best = (task) => read().best[task] ?? null;

export function setDone(task) {
  const progress = read();
  progress.tasks[task] = true;
  writeProgress(progress);
}

// The smallest number of a task is its best.
export function keepBest(task, number) {
  const progress = read();
  if (number >= (progress.best[task] ?? Infinity)) return;
  progress.best[task] = number;
  writeProgress(progress);
}

// The lessons keep their progress under the same key.
export function forgetTasks() {
  const { tasks, best: numbers, ...others } = read();
  writeProgress(others);
}
