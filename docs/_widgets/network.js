// A drawn network whose passes are walked step by step: values from left to right, then slopes from right to left.
const FLIGHT = 700, WAIT = 1600;  // milliseconds of a pulse, and between two steps that play

customElements.define("course-network", class extends PulledNetwork {
  start() {
    super.start();
    const units = this.data.sizes.flatMap((n, l) => Array.from({length: n}, (_, j) => [l, j]));
    const computing = units.filter(([l]) => l > 0);
    this.playWord = this.querySelector(".play").textContent;
    this.steps = computing.map(unit => ({unit}));
    if (this.slopes) this.steps.push(...computing.toSorted(([k], [l]) => l - k).map(unit => ({unit, back: true})));
    this.last = this.steps.length;
    this.step = this.last;
    for (const each of this.querySelectorAll("[data-unit]")) this.letUnfold(each);
    this.press("play", () => this.play(this.timer === undefined));
    this.press("next", () => { this.play(false); this.go(this.step % this.last + 1); });
    this.press("back", () => { this.play(false); this.go(this.step - 1); });
    this.show();
    this.say(this.help);
    const lecture = new URLSearchParams(location.search).has("lecture") && this === document.querySelector("course-network");
    if (lecture) this.lecture();
    if (lecture || this.querySelector(".buttons").dataset.begin === "steps") this.go(0);
  }

  complete() {
    this.play(false);
    this.step = this.last;
    this.stepping = false;
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

  choose(mark) {
    this.opened = null;
    this.stepping = this.step < this.last;
    super.choose(mark);
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
    super.show();
    for (const each of this.querySelectorAll("[data-value-of]")) {
      const [l, j, i] = each.dataset.valueOf.split(" ").map(Number), row = this.rows().indexOf(i);
      each.style.display = row < 0 ? "none" : "";
      if (row >= 0) this.put(each, short(this.now[`A[${l}]`].data[row * this.data.sizes[l] + j], 2), l);
    }
    for (const each of this.querySelectorAll("[data-unit]")) this.showUnit(each);
    if (this.slopes) this.querySelector(".answer").textContent = this.text("answer", {y: this.rows().map(i => short(this.data.Y[i][0])).join(", ")});
    this.reveal();
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

  // The arithmetic of the last step, or of what is chosen.
  explain() {
    if (!this.stepping) return this.say(this.opened ? this.arithmeticOf(...this.opened.split(" ").map(Number)) : this.arithmeticOfChosen());
    if (this.step === 0) return this.say(this.help);
    const {unit, back} = this.steps[this.step - 1];
    this.say(`<span class="count">${this.step} / ${this.last}:</span> ${back ? this.slopeOf(...unit) : this.forwardOf(...unit)}`);
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
    if (still()) return;
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
