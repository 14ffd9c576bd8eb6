// A drawn network to pull: a changed weight changes everything that the page shows of it.
const SNAP = 10, PIXELS = 6;  // steps of a weight in 1, and pixels of a step
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class PulledNetwork extends ComputedNetwork {
  start() {
    this.compute();
    this.chosen = this.data.chosen;
    this.past = [];
    this.help = this.querySelector(".arithmetic").innerHTML;
    this.querySelector("svg.net").setAttribute("role", "group");
    for (const each of this.querySelectorAll("[data-mark]")) this.letPull(each);
    for (const each of this.querySelectorAll("[data-line]")) each.addEventListener("click", () => this.choose(each.dataset.line));
    if (this.slopes) {
      this.dragPoint(this.querySelector(".ball"), {begin: () => this.keep(), move: x => this.set(this.chosen, this.weightAt(x)), end: () => this.release()});
      this.press("step", () => this.update());
    }
    this.press("undo", () => { this.complete(); this.parameters = this.past.pop(); this.moved(); });
    this.addEventListener("change", () => this.show());
  }

  // Changes

  keep() {
    this.past.push(this.parameters);
  }

  // A pull that moved nothing leaves nothing to undo.
  release() {
    if (this.past.at(-1) !== this.parameters) return this.moved();
    this.past.pop();
    this.rest("undo", this.past.length === 0);
  }

  // Whole tenths, so that an exact 0 is reached. A change shows what it changes.
  set(mark, value) {
    this.complete();
    this.parameters = this.changed(mark, Math.min(9.9, Math.max(-9.9, Math.round(value * SNAP) / SNAP)));
    this.show();
  }

  // A change ends what plays.
  complete() {}

  // Every weight and bias moves by -alpha times its own slope.
  descend(rows = this.data.X.map((_, i) => i)) {
    const names = Object.keys(this.parameters), made = this.made(this.parameters, names.map(name => `next ${name}`), rows);
    this.parameters = Object.fromEntries(names.map(name => [name, made[`next ${name}`]]));
  }

  update() {
    this.complete();
    this.keep();
    this.descend();
    this.moved();
  }

  // After a change: the address carries the weights.
  moved() {
    this.show();
    const numbers = Object.values(this.parameters).flatMap(({data}) => [...data]).map(each => Number(each.toFixed(6)));
    history.replaceState(null, "", `#net=${numbers}`);
    this.tell(this.querySelector(".arithmetic").textContent);
  }

  // Hands

  letPull(box) {
    const {mark} = box.dataset;
    let from;
    this.setRole(box, "slider", {"aria-label": plain(this.named(mark)), "aria-valuemin": -9.9, "aria-valuemax": 9.9, "aria-orientation": "vertical"});
    this.drag(box, {
      begin: (_, y) => { this.keep(); from = [y, this.value(mark)]; this.choose(mark); },
      move: (_, y) => this.set(mark, from[1] + Math.round((from[0] - y) / PIXELS) / SNAP),
      end: (_, y) => {
        const edge = box.querySelector(".box"), top = Number(edge.getAttribute("y")), low = top + Number(edge.getAttribute("height"));
        if (this.past.at(-1) === this.parameters && (y < top || y > low)) this.set(mark, from[1] + (y < top ? 1 : -1) / SNAP);
        this.release();
      },
    });
    box.addEventListener("focus", () => this.choose(mark));
    box.addEventListener("keydown", event => {
      const by = {ArrowUp: 0.1, ArrowRight: 0.1, ArrowDown: -0.1, ArrowLeft: -0.1, PageUp: 1, PageDown: -1}[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.keep();
      this.set(mark, this.value(mark) + by);
      this.moved();
    });
  }

  setRole(element, role, attributes = {}) {
    for (const [name, value] of Object.entries({role, tabindex: 0, ...attributes})) element.setAttribute(name, value);
  }

  choose(mark) {
    this.chosen = mark;
    this.show();
    document.dispatchEvent(new CustomEvent("network-chosen", {detail: mark.split(" ")}));
  }

  // Looks

  show() {
    this.pass();
    for (const each of this.querySelectorAll("[data-mark]")) this.showBox(each);
    for (const each of this.querySelectorAll("[data-line]")) this.showLine(each);
    if (this.slopes) this.showCost();
    this.explain();
    this.rest("undo", this.past.length === 0);
  }

  put(element, text, l = 0) {
    if (element.textContent === text) return;
    element.textContent = text;
    if (still() || element.ripple?.playState === "running") return;
    element.ripple = element.animate({opacity: [0.2, 1]}, {duration: 400, delay: l * 70});
  }

  showBox(box) {
    const {mark} = box.dataset, [l, j, i] = mark.split(" "), value = short(this.value(mark)), bias = i === "b";
    this.put(box.querySelector(".own"), bias ? `b ${value}` : value);
    let text = value;
    if (this.slopes) {
      const slope = short(this.value(mark, this.now, "d")), d = this.rows().length === 1 ? "dz " : "db ";
      this.put(box.querySelector(".slope"), (bias && this.data.few ? d : "") + slope);
      if (this.step === this.last) text += `, ${this.text("slope", {slope})}`;
    }
    box.classList.toggle("chosen", mark === this.chosen);
    box.classList.toggle("far", !this.data.few && !this.chosen.startsWith(`${l} ${j} `));
    box.setAttribute("aria-valuenow", this.value(mark));
    box.setAttribute("aria-valuetext", text);
  }

  showLine(line) {
    const w = this.value(line.dataset.line), edge = line.querySelector(".edge");
    edge.classList.toggle("minus", w < 0);
    edge.setAttribute("stroke-width", 0.8 + 1.4 * Math.min(Math.abs(w), 2));
    line.classList.toggle("now", line.dataset.line === this.chosen);
  }

  // The curve stays while the ball is within it.
  centreAt(w) {
    if (this.centred !== this.chosen || Math.abs(w - this.centre) > this.data.reach) [this.centred, this.centre] = [this.chosen, w];
  }

  // J over the chosen parameter, its tangent, and the ball.
  showCost() {
    const {plane: [left, top, width, height], reach, pieces} = this.data;
    const w = this.value(this.chosen), J = this.now.J.data[0], svg = this.querySelector(".curve");
    this.centreAt(w);
    const values = Array.from({length: pieces + 1}, (_, k) => this.centre + reach * (2 * k / pieces - 1));
    const points = values.map(value => [value, this.cost(value)]), most = 1.1 * Math.max(...points.map(([, J]) => J));
    const at = (value, J) => [left + (value - this.centre + reach) / (2 * reach) * width, top + (1 - J / most) * height];
    this.weightAt = x => this.centre + reach * (2 * (x - left) / width - 1);
    svg.querySelector(".line.forward").setAttribute("points", points.map(point => at(...point).map(each => each.toFixed(1))).join(" "));
    const slopes = this.corner ?? [this.slope(), this.slope()];
    [".below", ".above"].forEach((side, k) => {
      const whole = slopes[0] === slopes[1], ends = [whole || k === 0 ? -reach / 2 : 0, whole || k === 1 ? reach / 2 : 0];
      const [[x1, y1], [x2, y2]] = ends.map(step => at(w + step, J + slopes[k] * step));
      for (const [name, value] of Object.entries({x1, y1, x2, y2})) svg.querySelector(side).setAttribute(name, value);
    });
    const [x, y] = at(w, J), weight = svg.querySelector(".own");
    for (const [name, value] of [["cx", x], ["cy", y]]) svg.querySelector(".ball").setAttribute(name, value);
    weight.setAttribute("x", x);
    weight.textContent = short(w);
    const L = this.example === null || this.data.X.length === 1 ? "J" : "L", {text} = svg.querySelector(".title").dataset;  // of an example: its loss
    svg.querySelector(".title").textContent = text.replace("J", L).replace("{name}", plain(this.named(this.chosen)));
    svg.querySelector(".name").textContent = L;
    for (const [name, side] of [["first", -1], ["last", 1]]) {
      const end = svg.querySelector(`.${name}`), number = this.centre + side * reach;
      end.textContent = Math.abs(number - w) < reach / 3 ? "" : short(number, 1);  // the weight stands there
    }
    svg.querySelector(".most").textContent = short(most / 1.1, 1);
    svg.querySelector(".slope").textContent = slopes[0] === slopes[1] ? this.text("slope", {slope: short(slopes[0])}) : slopes.map(each => short(each)).join(" | ");
    this.put(this.querySelector(".cost"), `${L} = ${short(J)}`);
  }

  say(html) {
    this.querySelector(".arithmetic").innerHTML = html;
  }
}
