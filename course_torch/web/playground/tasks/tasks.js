// The tasks: what each begins with, which settings must stay, and what of its goal is reached.
//
// `judge` gets a run, which is a session from its start: its settings, its first frame, its latest frame, and the largest
// share of saturated units; all runs of the task; and the latest guess at a hidden mistake. A task with `right` asks a
// question, and `right` is the number of its answer. The learner of a task with `predicts` answers before the goal.

import { short } from "../../elements.js";
import { description, usual } from "../settings/settings.js";

const percent = (share) => (100 * share).toFixed(1);
const listed = (items) => items.join(", ") || "—";
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
const mark = (holds) => (holds ? "✓" : "—");

const ENOUGH = 0.95, FEW_UNITS = 4, LOW = 0.4, LEARNED = 0.6, MOST_GUESSES = 3;
const FALLING_STEPS = 50, EXPLODED = 10, TRAINED_STEPS = 100;

export const saturatedShare = ({ layers, W }) =>
  Math.max(...layers.map(({ saturated }, i) => saturated.length / W[i].length));

const units = ({ settings }) => sum(settings.hidden_layers);
const exploded = ({ first, frame }) => frame.cost[0] === null || frame.cost[0] > EXPLODED * first.cost[0];
const fell = ({ first, frame }) => frame.step >= FALLING_STEPS && frame.cost[0] !== null && frame.cost[0] < first.cost[0];
// The learning rates of some runs, in order.
const ratesOf = (runs) => [...new Set(runs.map(({ settings }) => settings.learning_rate))].sort((one, other) => one - other);

// The parameters that are not 0 everywhere.
const moved = ({ W, b }) => W.flatMap((_, i) => [["W", W[i].flat()], ["b", b[i]]]
  .filter(([, numbers]) => numbers.some((each) => each !== 0)).map(([name]) => `${name}[${i + 1}]`));

export const TASKS = {
  circle_features: {
    section: "1.2",
    begins: { data: "circles", hidden_layers: [] },
    fixed: ["data", "hidden_layers"],
    judge: ({ frame }) => ({ reached: frame.accuracy[0] >= ENOUGH, values: { right: percent(frame.accuracy[0]) } }),
  },
  learning_rate: {
    section: "1.3",
    begins: { data: "slanted_plane", hidden_layers: [], learning_rate: 0.03 },
    fixed: ["data", "features", "hidden_layers"],
    judge: ({ settings, first, frame }, runs) => {
      const { choices } = description("learning_rate"), falls = ratesOf(runs.filter(fell)), explodes = ratesOf(runs.filter(exploded));
      return {
        reached: explodes.includes(choices[choices.indexOf(falls.at(-1)) + 1]) && falls.length > 0,
        values: { alpha: settings.learning_rate, first: short(first.cost[0]), now: short(frame.cost[0]),
          falls: listed(falls), explodes: listed(explodes) },
      };
    },
  },
  dead_unit: {
    section: "2.3",
    begins: { hidden_activation: "relu", initialization: "he" },
    fixed: ["hidden_activation"],
    right: 2,
    judge: ({ frame }) => {
      const n = sum(frame.layers.map(({ dead }) => dead.length));
      return { reached: n > 0, values: { n } };
    },
  },
  saturated: {
    section: "2.4",
    begins: { data: "blobs", hidden_layers: [6], initialization: "he", learning_rate: 0.1 },
    fixed: ["data", "noise", "hidden_layers", "hidden_activation", "learning_rate"],
    judge: ({ settings, frame }, runs) => {
      const made = runs.filter(({ worst }) => worst > 0.5);
      const cures = made.some(({ settings: other }) => String(other.features) === String(settings.features) &&
        other.initialization !== settings.initialization);
      return {
        reached: cures && frame.step >= TRAINED_STEPS && saturatedShare(frame) === 0 && frame.cost[0] < LEARNED,
        values: { n: frame.layers[0].saturated.length, all: frame.W[0].length, now: short(frame.cost[0]), step: frame.step, made: mark(made.length > 0) },
      };
    },
  },
  not_squared: {
    section: "2.4",
    begins: { data: "moons", hidden_layers: [3, 3], initialization: "lecun" },
    fixed: ["data", "hidden_layers", "hidden_activation"],
    right: 2,
    judge: ({ frame: { mistake, step, cost } }) => {
      const on = mistake?.name === "A not squared";
      return { reached: on && step >= TRAINED_STEPS && cost[0] < LOW, values: { on: mark(on), step, now: short(cost[0]) } };
    },
  },
  zeros: {
    section: "2.5",
    begins: { data: "gaussian_quantiles", initialization: "zeros" },
    fixed: ["data", "hidden_layers", "hidden_activation", "initialization"],
    predicts: true,
    right: 3,
    judge: ({ frame }) => ({ reached: frame.step > 0, values: { step: frame.step, moved: listed(moved(frame)) } }),
  },
  hidden_mistake: {
    section: "3.2",
    begins: { data: "moons", hidden_layers: [3], initialization: "lecun" },
    fixed: ["hidden_layers", "hidden_activation", "output"],
    judge: ({ frame }, runs, guess) => ({
      reached: guess !== null && guess.right && guess.count <= MOST_GUESSES,
      values: { n: frame.mistake?.guesses ?? guess?.count ?? 0 },
    }),
  },
  few_units: {
    section: "3.3",
    begins: { data: "circles", hidden_layers: [8] },
    fixed: ["data", "noise", "features"],
    judge: ({ settings, frame }) => {
      const enough = frame.accuracy[0] >= ENOUGH, n = units({ settings });
      return { reached: enough && n <= FEW_UNITS, level: enough ? n : null, values: { n, right: percent(frame.accuracy[0]) } };
    },
  },
};

export const known = (name) => Object.hasOwn(TASKS, name);
export const begins = (name) => (known(name) ? TASKS[name].begins : {});

// Whether a session with these settings is of the task.
export function counts(name, settings) {
  const own = { ...usual(), ...begins(name) };
  return TASKS[name].fixed.every((each) => String(settings[each]) === String(own[each]));
}
