// A drawn network to pull: a changed weight changes every value and slope.
const SNAP = 10, PIXELS = 6;  // steps of a weight in 1, and pixels of a step
const FLIGHT = 700, WAIT = 1600;  // milliseconds of a pulse, and between two steps that play

customElements.define("course-network", class extends ComputedNetwork {
  start() {
    const {sizes, chosen} = this.data;
    this.compute();
    this.chosen = chosen;
    this.past = [];
    this.help = this.querySelector(".arithmetic").innerHTML;
    this.playWord = this.querySelector(".play").textContent;
    const units = sizes.flatMap((n, l) => Array.from({length: n}, (_, j) => [l, j]));
    const computing = units.filter(([l]) => l > 0);
    this.steps = computing.map(unit => ({unit}));
    if (this.slopes) this.steps.push(...computing.toSorted(([k], [l]) => l - k).map(unit => ({unit, back: true})));
    this.last = this.steps.length;
    this.step = this.last;
    this.querySelector("svg.net").setAttribute("role", "group");
    for (const each of this.querySelectorAll("[data-mark]")) this.letPull(each);
    for (const each of this.querySelectorAll("[data-unit]")) this.letUnfold(each);
    for (const each of this.querySelectorAll("[data-line]")) each.addEventListener("click", () => this.choose(each.dataset.line));
    if (this.slopes) this.dragPoint(this.querySelector(".ball"), {begin: () => this.keep(), move: x => this.set(this.chosen, this.weightAt(x)), end: () => this.release()});
    this.press("play", () => this.play(this.timer === undefined));
    this.press("next", () => { this.play(false); this.go(this.step % this.last + 1); });
    this.press("back", () => { this.play(false); this.go(this.step - 1); });
    this.press("undo", () => { this.parameters = this.past.pop(); this.moved(); });
    if (this.slopes) this.press("step", () => this.update());
    this.addEventListener("change", () => this.show());
    this.show();
    this.say(this.help);
    const lecture = new URLSearchParams(location.search).has("lecture") && this === document.querySelector("course-network");
    if (lecture) this.lecture();
    if (lecture || this.querySelector(".buttons").dataset.begin === "steps") this.go(0);
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

  complete() {
    this.play(false);
    this.step = this.last;
    this.stepping = false;
  }

  // Every weight and bias moves by -alpha times its own slope.
  update() {
    this.complete();
    this.keep();
    const names = Object.keys(this.parameters), made = this.made(this.parameters, names.map(name => `next ${name}`), this.data.X.map((_, i) => i));
    this.parameters = Object.fromEntries(names.map(name => [name, made[`next ${name}`]]));
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

  letUnfold(unit) {
    const [l] = unit.dataset.unit.split(" ");
    if (l === "0") return;
    this.setRole(unit, "button");
    unit.addEventListener("click", () => this.unfold(unit.dataset.unit));
    unit.addEventListener("keydown", event => {
      if (!["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      this.unfold(unit.dataset.unit);
    });
  }

  setRole(element, role, attributes = {}) {
    for (const [name, value] of Object.entries({role, tabindex: 0, ...attributes})) element.setAttribute(name, value);
  }

  choose(mark) {
    this.chosen = mark;
    this.opened = null;
    this.stepping = this.step < this.last;
    this.show();
    document.dispatchEvent(new CustomEvent("network-chosen", {detail: mark.split(" ")}));
  }

  // What made the value and the slope of a unit. In a large network its boxes appear.
  unfold(unit) {
    this.stepping = this.step < this.last;
    if (!this.data.few) this.chosen = `${unit} b`;
    this.opened = unit;
    this.show();
  }

  // Looks

  show() {
    const {sizes} = this.data;
    this.now = this.made(this.parameters, this.outputs());
    this.now["A[0]"] = tensor(this.rows().map(i => this.data.X[i]));
    for (const each of this.querySelectorAll("[data-value-of]")) {
      const [l, j, i] = each.dataset.valueOf.split(" ").map(Number), row = this.rows().indexOf(i);
      each.style.display = row < 0 ? "none" : "";
      if (row >= 0) this.put(each, short(this.now[`A[${l}]`].data[row * sizes[l] + j], 2), l);
    }
    for (const each of this.querySelectorAll("[data-mark]")) this.showBox(each);
    for (const each of this.querySelectorAll("[data-line]")) this.showLine(each);
    for (const each of this.querySelectorAll("[data-unit]")) this.showUnit(each);
    if (this.slopes) {
      this.corner = this.slopesAtCorner();
      this.showCost();
    }
    this.explain();
    this.rest("undo", this.past.length === 0);
    this.reveal();
  }

  put(element, text, l = 0) {
    if (element.textContent === text) return;
    element.textContent = text;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || element.ripple?.playState === "running") return;
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

  showUnit(unit) {
    const [l, j] = unit.dataset.unit.split(" ").map(Number), n = this.data.sizes[l];
    unit.classList.toggle("end", this.chosen.startsWith(`${l} ${j} `) || (this.chosen.startsWith(`${l + 1} `) && this.chosen.endsWith(` ${j}`)));
    if (l === 0) return;
    const values = this.rows().map((_, r) => short(this.now[`A[${l}]`].data[r * n + j]));
    unit.setAttribute("aria-label", plain(this.symbol("a", l, j)) + (this.step === this.last ? ` = ${values.join(", ")}` : ""));
    const dead = this.slopes && l < this.data.sizes.length - 1 && this.rows().every((_, r) => this.now[`g'[${l}]`].data[r * n + j] === 0);
    unit.classList.toggle("dead", dead);
    unit.classList.toggle("now", this.opened === unit.dataset.unit);
  }

  // J over the chosen parameter, its tangent, and the ball. The curve stays while the ball is within it.
  showCost() {
    const {plane: [left, top, width, height], reach, pieces} = this.data;
    const w = this.value(this.chosen), J = this.now.J.data[0], svg = this.querySelector(".curve");
    if (this.centred !== this.chosen || Math.abs(w - this.centre) > reach) [this.centred, this.centre] = [this.chosen, w];
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
    for (const [name, number] of [["first", this.centre - reach], ["last", this.centre + reach]]) svg.querySelector(`.${name}`).textContent = short(number, 1);
    svg.querySelector(".most").textContent = short(most / 1.1, 1);
    this.querySelector(".answer").textContent = this.text("answer", {y: this.rows().map(i => short(this.data.Y[i][0])).join(", ")});
    svg.querySelector(".slope").textContent = slopes[0] === slopes[1] ? this.text("slope", {slope: short(slopes[0])}) : slopes.map(each => short(each)).join(" | ");
    this.put(this.querySelector(".cost"), `${L} = ${short(J)}`);
  }

  // The arithmetic of the last step, or of what is chosen.
  explain() {
    if (!this.stepping) return this.say(this.opened ? this.arithmeticOf(...this.opened.split(" ").map(Number)) : this.arithmeticOfChosen());
    if (this.step === 0) return this.say(this.help);
    const {unit, back} = this.steps[this.step - 1];
    this.say(`<span class="count">${this.step} / ${this.last}:</span> ${back ? this.slopeOf(...unit) : this.forwardOf(...unit)}`);
  }

  say(html) {
    this.querySelector(".arithmetic").innerHTML = html;
  }

  // Steps

  // Show what the first steps compute: values from left to right, then slopes from right to left.
  go(step) {
    this.step = Math.max(0, step);
    this.opened = null;
    const first = this.querySelector("[name=network-example][value='0']");
    if (first && this.example === null && step < this.last) first.checked = true;
    this.stepping = true;
    this.show();
    if (this.step > 0) this.fly(this.steps[this.step - 1]);
    if (this.step === this.last) this.play(false);
  }

  reveal() {
    const later = new Set(this.steps.slice(this.step).map(({unit, back}) => `${back ? "slope" : "value"} ${unit.join(" ")}`));
    const hide = (element, key) => { element.style.visibility = later.has(key) ? "hidden" : ""; };
    const unit = each => each.split(" ").slice(0, 2).join(" ");
    for (const each of this.querySelectorAll("[data-value-of]")) hide(each, `value ${unit(each.dataset.valueOf)}`);
    if (this.slopes) for (const each of this.querySelectorAll("[data-mark]")) hide(each.querySelector(".slope"), `slope ${unit(each.dataset.mark)}`);
    if (this.slopes) {
      hide(this.querySelector(".cost"), `value ${this.data.sizes.length - 1} 0`);
      this.classList.toggle("waiting", this.step < this.last);
    }
    this.rest("back", this.step === 0);
  }

  // Pulses along the lines that the step uses, each with what it carries: w · a forward, dz, and then dz · w, back.
  fly({unit: [l, j], back}) {
    for (const each of this.querySelectorAll(".pulse")) each.remove();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const n = this.data.sizes[back ? l + 1 : l - 1] ?? 0, centre = (l, j) => {
      const circle = this.querySelector(`[data-unit="${l} ${j}"] circle`);
      return [Number(circle.getAttribute("cx")), Number(circle.getAttribute("cy"))];
    };
    for (let k = 0; k < n; k++) {
      const [from, w] = back ? [centre(l + 1, k), this.value(`${l + 1} ${k} ${j}`)] : [centre(l - 1, k), this.value(`${l} ${j} ${k}`)];
      const carried = back ? this.dz(l + 1, k, 0) : this.a(l - 1, k, 0);
      this.pulse(from, centre(l, j), short(carried), short(carried * w), back ? "slope" : "forward");
    }
  }

  // A dot with a number that changes at the middle of the way, where the weight is.
  pulse([x1, y1], [x2, y2], before, after, kind) {
    const svg = this.querySelector(".net");
    svg.insertAdjacentHTML("beforeend", `<g class="pulse ${kind}"><rect x="-29" y="-13" width="58" height="26" rx="13"/><text y="5" text-anchor="middle">${before}</text></g>`);
    const group = svg.lastElementChild, at = (x, y) => ({transform: `translate(${x}px, ${y}px)`});
    const way = group.animate([at(x1, y1), at((x1 + x2) / 2, (y1 + y2) / 2), at(x2, y2)], {duration: FLIGHT, fill: "forwards"});
    setTimeout(() => { group.lastElementChild.textContent = after; }, FLIGHT / 2);
    way.finished.then(() => group.remove());
  }

  // A step now and then, from the beginning if the end is reached.
  play(on) {
    clearInterval(this.timer);
    this.timer = undefined;
    this.querySelector(".play").textContent = on ? this.text("stop") : this.playWord;
    if (!on) return;
    if (this.step === this.last) this.go(0);
    this.timer = setInterval(() => this.go(this.step + 1), WAIT);
  }

  // For a room: the drawing alone, large. Arrow keys go on and back, and Escape leaves.
  lecture() {
    this.classList.add("lecture");
    document.addEventListener("keydown", event => {
      const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (event.key === "Escape") this.classList.remove("lecture");
      if (by && this.classList.contains("lecture")) this.go(Math.min(this.last, this.step + by));
    });
  }
});
