// The mistake of a session: chosen by name, at random without its name until the learner finds it, or a line of the
// reader's own.

import { Check, difference } from "./judging.js";
import { filled, kit, Refusal, refusal, shapeOf } from "./kit.js";
import { OWN, parsed } from "./line.js";
import { Stopped } from "./session.js";

// The mistakes that the graph of the session can make.
export const fitting = ({ graph }) => kit.mistakes.filter(({ name }) => name in graph.mistakes);

// A mistake for the page: its sentences name the number of examples.
export function record({ name, title, sentences, group }, m) {
  const filled = Object.entries(sentences).map(([language, text]) => [language, text.replaceAll("{m}", m)]);
  return { name, title, sentences: Object.fromEntries(filled), group };
}

export class ChosenMistake {
  constructor() {
    this.mistake = null;
    this.guesses = null;
    this.line = null;
  }

  choose(mistake, session) {
    this.mistake = mistake;
    this.guesses = null;
    this.line = null;
    session.mistake = mistake?.name ?? null;
  }

  // Compute a tensor by the reader's line. Throws a refusal; the mistake of before stays then.
  write(text, columns, session) {
    session.write(parsed(text), columns);
    this.choose({ name: OWN }, session);
    const check = new Check(session), { m } = session.examples.train;
    const same = check.diagnosis && fitting(session).find(({ name }) => check.wrong(check.madeBy(name), check.found).length === 0);
    this.line = { text, columns, cause: same ? record(same, m) : reason(check, columns, m) };
  }

  // Make the mistake in a new session too, if it fits.
  keep(session) {
    const { guesses, line } = this;
    if (line !== null) {
      try {
        return this.write(line.text, line.columns, session);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
    this.choose(fitting(session).find((each) => each === this.mistake) ?? null, session);
    if (this.mistake !== null) this.guesses = guesses;
  }

  // Switch a random mistake on that shows, and that lets the training go on.
  hide(check, session) {
    const left = fitting(session);
    while (left.length > 0) {
      const [mistake] = left.splice(Math.floor(Math.random() * left.length), 1);
      if (shows(check, session, mistake.name)) {
        this.choose(mistake, session);
        this.guesses = 0;
        return;
      }
    }
    throw refusal("none_shows");
  }

  // A mistake that makes the same numbers is right too.
  guess(name, check, session) {
    if (this.guesses === null) throw refusal("none_to_guess");
    const other = named(name, session);
    const same = other !== this.mistake && check.wrong(check.madeBy(other.name), check.found).length === 0;
    const right = same || other === this.mistake;
    this.guesses += 1;
    return { right, same, guess: other.name, ...(right ? this.reveal(session) : {}) };
  }

  giveUp(session) {
    if (this.guesses === null) throw refusal("none_to_guess");
    return { right: false, same: false, guess: null, ...this.reveal(session) };
  }

  reveal(session) {
    this.guesses = null;
    return record(this.mistake, session.examples.train.m);
  }

  // What a frame shows of the mistake.
  seen(check) {
    if (this.mistake === null) return null;
    const name = this.guesses === null && this.line === null ? this.mistake.name : null;
    return { name, line: this.line, guesses: this.guesses, diagnosis: check.diagnosis };
  }
}

// Why a line is wrong that makes no classic mistake: db has another shape, or the sum is divided by a small number.
function reason({ diagnosis, found, right }, columns, m) {
  if (!/^d[Wb]/.test(diagnosis?.tensor)) return null;
  const [one, other] = [found, right].map((tensors) => tensors[diagnosis.tensor]);
  if (shapeOf(one) !== shapeOf(other)) {
    return diagnosis.tensor.startsWith("db") ? { name: "", sentences: filled("line_db", { axis: Number(columns) }) } : null;
  }
  const { factor, residual } = difference(one, other, other.data), number = Math.round(m / factor);
  const isSmall = residual <= kit.constants.SMALL_RESIDUAL && number > 1 && number < 10;
  const divides = isSmall && Math.abs(m / factor - number) < kit.constants.SMALL_RESIDUAL;
  return divides ? { name: "", sentences: filled("line_m", { number, m }) } : null;
}

// The mistake of this name. Throws a refusal if there is none that fits.
export function named(name, session) {
  const found = fitting(session).find((each) => each.name === name);
  if (!found) throw refusal("no_mistake", { name });
  return found;
}

function shows(check, session, name) {
  const made = check.madeBy(name);
  try {
    session.checkShapes(made);
  } catch (error) {
    if (error instanceof Stopped) return false;
    throw error;
  }
  return check.wrong(made).length > 0;
}
