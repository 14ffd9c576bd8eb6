// The engine: it answers the messages of the page in a worker.

import { thumbnails } from "./examples.js";
import { Frames } from "./frames.js";
import { Check } from "./judging.js";
import { kit, open, Refusal, refusal } from "./kit.js";
import { ChosenMistake, fitting, named, record } from "./mistakes.js";
import { drawnPoints, ownPoints } from "./points.js";
import { Session, Stopped } from "./session.js";
import { changed } from "./settings.js";

const SPEEDS = [1, 10, 30, 300, null];  // steps a second; null is as fast as possible
const SPEED = 30;  // the first steps are seen, and the flower's petals come after some seconds
const SLICE = 12;  // milliseconds of training between two frames or messages
const PATIENCE = 1000;  // milliseconds that training goes on while the page draws no frame
const CREDITS = 2;  // frames on their way to the page
const QUIET = ["drawn", "differences"];  // messages that change nothing in the next frame
const RESTARTS = ["settings", "points", "reset"];  // answered by a start or a refusal, as the points of a file are

// `say` sends a message or a frame to the page.
export class Engine {
  constructor(given, say) {
    open(given);
    Object.assign(this, { say, changed: true, running: false, hidden: false, point: null, points: null, due: 0 });
    this.credits = CREDITS;
    this.speed = SPEED;
    this.chosen = new ChosenMistake();
    say({ type: "hello", ...kit.hello, thumbnails: thumbnails(), speeds: SPEEDS, speed: SPEED });
    say(this.restart(Object.fromEntries(kit.hello.settings.map(({ name, default: value }) => [name, value]))));
  }

  restart(settings, points = this.points) {
    if (settings.data === "csv" && points === null) throw refusal("no_points");
    const session = new Session(settings, points), { examples } = session;
    this.points = points;
    this.session = session;
    this.frames = new Frames(session);
    this.chosen.keep(session);
    return {
      type: "start", settings, layer_sizes: session.sizes, logistic_regression: settings.hidden_layers.length === 0,
      parameters: session.gradients.reduce((n, name) => n + session.inputs[name.slice(1)].data.length, 0),
      class_names: examples.class_names, axes: examples.axes, domain: examples.domain, labels: examples.labels,
      input_planes: this.frames.inputs,
      train: examples.train.rows, held_out: examples.held_out.rows,
      mistakes: fitting(session).map((mistake) => record(mistake, examples.train.m)),
    };
  }

  paused() {
    this.running = false;
    return this.session;
  }

  // What each type of message does, and the answer if there is one.
  answers = {
    drawn: () => { this.credits = Math.min(CREDITS, this.credits + 1); },
    settings: ({ settings }) => this.restart(changed(this.session.settings, settings)),
    run: () => { this.running = true; this.due = performance.now(); },
    pause: () => { this.running = false; },
    step: ({ steps }) => { for (let i = 0; i < steps; i++) this.paused().advance(); },
    back: ({ steps }) => { this.paused().back(steps); this.frames.rewind(); },
    reset: () => {
      if (this.chosen.line === null) this.chosen.choose(null, this.session);  // a line stays in its field, and trains on
      return this.restart(this.paused().settings);
    },
    speed: ({ speed }) => { this.speed = speed; this.due = performance.now(); },
    hidden: ({ hidden }) => { this.hidden = hidden; this.due = performance.now(); },
    edit: ({ layer, unit, input, value }) => { this.session.edit(layer, unit, input, value); this.frames.rewind(); },
    state: (given) => { this.paused().resume(given); this.frames.rewind(); },
    point: ({ point }) => { this.point = point; },
    points: (drawn) => this.restart({ ...this.session.settings, data: "csv" }, drawnPoints(drawn)),
    mistake: ({ name }) => this.chosen.choose(name === null ? null : named(name, this.session), this.session),
    line: ({ text, columns }) => this.chosen.write(text, columns, this.session),
    guessing: () => this.chosen.hide(new Check(this.session), this.session),
    guess: ({ name }) => ({ type: "guessed", ...this.chosen.guess(name, new Check(this.session), this.session) }),
    give_up: () => ({ type: "guessed", ...this.chosen.giveUp(this.session) }),
    differences: () => ({ type: "differences", step: this.session.step, rows: new Check(this.session).differences }),
  };

  // A message, or the content of a CSV file.
  receive(message) {
    const file = message instanceof ArrayBuffer, restarts = file || RESTARTS.includes(message.type);
    try {
      const answer = file ? this.restart({ ...this.session.settings, data: "csv" }, ownPoints(message)) :
        this.answers[message.type](message);
      if (answer) this.say(answer);
      this.changed ||= file || !QUIET.includes(message.type);
    } catch (error) {
      const type = restarts ? "refused" : message.type === "line" ? "unread" : "error";
      if (error instanceof Refusal) this.say({ type, message: error.sentences });
      else this.stop(error);
    }
  }

  // Pause, and say why.
  stop(error) {
    this.running = false;
    this.changed = true;
    const known = error instanceof Stopped;
    this.say({ type: "stopped", reason: known ? error.reason : "bug", message: known ? error.sentences : String(error) });
  }

  // Train for a moment, and send a frame if something has changed and the page can draw it. Returns the milliseconds
  // until there is something to do; null if the page must ask first.
  work() {
    try {
      const end = performance.now() + SLICE;
      while (this.wait() === 0 && performance.now() < end) {
        this.session.advance();
        this.changed = true;
        if (this.speed !== null) this.due = Math.max(this.due + 1000 / this.speed, performance.now() - SLICE);
      }
      if (this.draws()) this.draw();
    } catch (error) {
      this.stop(error);
    }
    return this.draws() ? 0 : this.wait();
  }

  draws() {
    return this.changed && this.credits > 0 && !this.hidden;
  }

  wait() {
    const starved = this.credits === 0 && performance.now() - this.drawn > PATIENCE;
    if (!this.running || this.hidden || starved) return null;
    return this.speed === null ? 0 : Math.max(0, this.due - performance.now());
  }

  draw() {
    const check = new Check(this.session), { running, point } = this;
    this.changed = false;  // a bug would stop the next frame too
    this.credits -= 1;
    this.drawn = performance.now();
    this.say(this.frames.frame(check, { running, point, mistake: this.chosen.seen(check) }));
  }
}
