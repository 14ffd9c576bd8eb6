// A network that rolls downhill: all weights follow their slopes, and the border between two classes moves with them.
const SECONDS = 10, SLOW = 20, FASTER = 9;  // steps after t seconds: SLOW t + FASTER t². The first steps are the large ones
const COARSE = 8, CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];
const LONGEST = 0.05, MOST_STEPS = 4;  // seconds of a frame that count, and its steps

customElements.define("course-rolling", class extends PulledNetwork {
  start() {
    super.start();
    const {side, edge} = this.data, steps = Array.from({length: side + 1}, (_, k) => edge * (2 * k / side - 1));
    this.grid = tensor(steps.flatMap(x2 => steps.map(x1 => [x1, x2])));
    this.words = {learn: this.querySelector(".roll").textContent, pause: this.text("pause")};
    this.first = this.parameters;
    this.turn = 0;
    this.press("roll", () => this.rolls ? this.pause() : this.roll());
    this.press("again", () => { this.complete(); this.keep(); this.parameters = this.first; this.moved(); });
    new IntersectionObserver(([{isIntersecting}]) => { this.seen = isIntersecting; this.ask(); }).observe(this.querySelector(".pulled"));
    this.show();
    this.say(this.help);
  }

  // The page always shows J of all points.
  rows() {
    return this.data.X.map((_, i) => i);
  }

  // A step looks at all points, or at each point in turn.
  descend() {
    if (this.querySelector("[name=network-example]:checked").value === "one") super.descend([this.turn++ % this.data.X.length]);
    else super.descend();
  }

  // Rolling

  keep() {
    this.complete();
    super.keep();
  }

  release() {
    const pulled = this.past.at(-1) !== this.parameters;
    super.release();
    if (pulled && !still()) this.roll();
  }

  roll() {
    this.keep();
    this.rolls = {time: 0, steps: 0, from: this.now.J.data[0]};
    this.classList.add("rolls");
    this.querySelector(".roll").textContent = this.words.pause;
    this.say(this.text("rolls", {alpha: this.data.alpha}));
    if (still()) {
      this.advance(SECONDS, Infinity);
      this.show();
      this.pause();
    } else this.ask();
  }

  // A picture of the browser, while the network is in sight.
  ask() {
    cancelAnimationFrame(this.asked);
    if (this.rolls && this.seen) this.asked = requestAnimationFrame(before => this.frame(before, before));
  }

  frame(now, before) {
    this.advance(Math.min(LONGEST, (now - before) / 1000), MOST_STEPS);
    this.show();
    if (this.rolls.time < SECONDS) this.asked = requestAnimationFrame(next => this.frame(next, now));
    else this.pause();
  }

  advance(seconds, most) {
    this.rolls.time += seconds;
    const due = SLOW * this.rolls.time + FASTER * this.rolls.time ** 2;
    for (let i = 0; i < most && this.rolls.steps < due; i++, this.rolls.steps++) this.descend();
  }

  complete() {
    if (this.rolls) this.pause();
  }

  // What the roll has changed: undo, address and announcement, once.
  pause() {
    cancelAnimationFrame(this.asked);
    const {steps, from} = this.rolls;
    this.say(this.text("rolled", {steps, before: short(from), after: short(this.now.J.data[0])}));
    super.release();
    this.rolls = null;
    this.classList.remove("rolls");
    this.querySelector(".roll").textContent = this.words.learn;
  }

  // Looks

  show() {
    super.show();
    const made = this.run({...this.parameters, X: this.grid}, ["Z[1]", "Z[2]"]), {levels} = this.data;
    for (let j = 0; j < this.data.sizes[1]; j++) this.colour(`1 ${j}`, made["Z[1]"], j, levels.unit, COARSE);
    this.colour("2 0", made["Z[2]"], 0, levels.output);
  }

  // The z of a hidden unit is a plane: a coarse grid is exact.
  colour(unit, {shape: [, n], data}, j, levels, stride = 1) {
    const cells = this.data.side / stride, z = new Float64Array((cells + 1) ** 2);
    for (let row = 0, at = 0; row <= cells; row++)
      for (let column = 0; column <= cells; column++) z[at++] = data[stride * (row * (this.data.side + 1) + column) * n + j];
    levels.forEach((level, k) => {
      const {area, line} = above(z, cells, level, stride);
      for (const each of this.querySelectorAll(`[data-band="${unit} ${k}"]`)) each.setAttribute("d", area);
      if (level === 0) for (const each of this.querySelectorAll(`[data-border="${unit}"]`)) each.setAttribute("d", line);
    });
  }

  // While it rolls, the curve follows the ball.
  centreAt(w) {
    const far = 0.6 * this.data.reach;
    if (this.rolls && this.centred === this.chosen) this.centre = Math.min(w + far, Math.max(w - far, this.centre));
    else super.centreAt(w);
  }

  // While it rolls, no number fades in.
  put(element, ...others) {
    if (this.rolls) element.textContent = others[0];
    else super.put(element, ...others);
  }

  explain() {
    if (this.rolls) return;
    const slope = this.slope(), name = this.named(this.chosen), shown = short(slope);
    const direction = slope === 0 ? "flat" : shown === "0" ? "nearly" : slope < 0 ? "grow" : "shrink";
    this.say(`<b class="slope">d${name} = ${shown}.</b> ${this.text(direction, {name})}`);
  }
});

// Where the numbers at the corners of cells are above a level, and the line around it, as paths of an SVG drawing.
// Numbers between the corners are interpolated.
function above(z, cells, level, size) {
  let area = "", line = "";
  for (let i = 0; i < cells; i++) {
    let whole = 0;  // cells side by side that are above the level
    for (let j = 0; j <= cells; j++) {
      const at = i * (cells + 1) + j, heights = [z[at], z[at + 1], z[at + cells + 2], z[at + cells + 1]];
      const count = j === cells ? 0 : (heights[0] > level) + (heights[1] > level) + (heights[2] > level) + (heights[3] > level);
      if (count === 4) {
        whole += 1;
        continue;
      }
      if (whole) area += `M${j * size} ${(cells - i) * size}h${-whole * size}v${-size}h${whole * size}z`;
      whole = 0;
      if (count === 0) continue;
      const shape = [], crossings = [];
      CORNERS.forEach(([right, up], k) => {
        const height = heights[k] - level, next = heights[(k + 1) % 4] - level, [to_right, to_up] = CORNERS[(k + 1) % 4];
        const point = share => `${((j + right + share * (to_right - right)) * size).toFixed(2)} ${((cells - i - up - share * (to_up - up)) * size).toFixed(2)}`;
        if (height > 0) shape.push(point(0));
        if (height > 0 === next > 0) return;
        crossings.push(point(height / (height - next)));
        shape.push(crossings.at(-1));
      });
      area += `M${shape.join("L")}z`;
      line += `M${crossings.join("L")}`;
    }
  }
  return {area, line};
}
