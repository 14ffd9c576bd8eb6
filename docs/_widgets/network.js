// A drawn network whose passes are walked step by step: values from left to right, then slopes from right to left.
const FLIGHT = 600, HOLD = 700, JOIN = 300, SUM = 900;  // milliseconds of a pulse: its way, its rest beside the unit, and its end; and of a sum
const WAIT = 2600, SOON = 1000;  // milliseconds between two steps that play, and that a paragraph brings
const HELD = 1000;  // milliseconds after a key or a press in the drawing: a scroll is then the focus's, not the reader's
const HIGH = 22, WIDE = 52, ROOM = 150;  // a pulse, and the distance of two layers that leaves room for a pulse between them

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
    this.first = this.parameters;
    this.press("play", () => this.timer === undefined ? this.play(this.last, WAIT) : this.stop());
    this.press("next", () => { this.stop(); this.go(this.step % this.last + 1); });
    this.press("back", () => { this.stop(); this.go(this.step - 1); });
    this.show();
    this.say(this.help);
    const lecture = new URLSearchParams(location.search).has("lecture") && this === document.querySelector("course-network");
    if (lecture) this.lecture();
    if (lecture || this.querySelector(".buttons").dataset.begin === "steps") this.go(0);
    this.follow();
  }

  // A paragraph beside the drawing brings its step when it is read, and the weights of which it speaks. Undo takes the
  // reader's own weights back. What the reader does in the drawing stays until the reader reads on.
  follow() {
    for (const kind of ["keydown", "pointerdown", "focusin"]) this.addEventListener(kind, () => { this.used = performance.now(); }, true);
    const read = new IntersectionObserver(entries => {
      for (const {isIntersecting, target} of entries) if (isIntersecting) this.bring(target.querySelector("[data-brings]").dataset.brings);
    }, {rootMargin: "-50% 0px -35% 0px"});
    for (const each of this.closest(".stays")?.querySelectorAll("[data-brings]") ?? []) read.observe(each.parentNode);
  }

  bring(state) {
    if (state === this.brought || performance.now() - this.used < HELD || this.classList.contains("lecture")) return;
    this.brought = state;
    const [step, ...mark] = state.split(" ");
    this.stop();
    if (this.parameters !== this.first && this.querySelector(".net").contains(document.activeElement)) return;
    if (this.parameters !== this.first) this.keep();
    this.parameters = this.first;
    if (mark.length) this.chosen = mark.join(" ");
    const mean = this.querySelector("[name=network-example][value=mean]"), whole = mean && Number(step) === this.last;
    if (whole) mean.checked = true;
    if (still() || whole || Number(step) <= this.step) this.go(Number(step));
    else this.play(Number(step), SOON);
  }

  complete() {
    this.stop();
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

  // Pulses along the lines that the step uses, each with what it carries: w · a forward, dz, and then dz · w, back. They rest
  // beside the unit until all are there, and become their sum.
  fly({unit: [l, j], back}) {
    for (const each of this.querySelectorAll(".pulse")) each.remove();
    if (still()) return;
    const {sizes} = this.data, n = sizes[back ? l + 1 : l - 1] ?? 0, kind = back ? "slope" : "forward";
    const centre = (l, j) => {
      const circle = this.querySelector(`[data-unit="${l} ${j}"] circle`);
      return [Number(circle.getAttribute("cx")), Number(circle.getAttribute("cy"))];
    };
    const [x, y] = centre(l, j), radius = Number(this.querySelector(".node").getAttribute("r")), room = centre(1, 0)[0] - centre(0, 0)[0];
    const inner = sizes[l] > 1 && j < sizes[l] / 2 ? 1 : -1;  // to the middle of the drawing; a single unit has room above
    const beside = k => room > ROOM && sizes[l] > 1
      ? [x - radius - WIDE / 2 - 2, y + HIGH * (k - (n - 1) / 2)]
      : [x - (sizes[l] > 1 ? 11 : 0), y + inner * (radius + HIGH * (k + 0.6))];
    const middle = beside((n - 1) / 2), bias = this.querySelector(`[data-mark="${l} ${j} b"] .box`).getBBox();
    const end = back ? [bias.x + bias.width / 2, bias.y + bias.height / 2] : [x, y];  // dz stands below the bias
    const sums = back && n > 1, all = FLIGHT + HOLD + JOIN;
    for (const each of this.querySelectorAll(back ? `[data-mark^="${l} ${j} "] .slope` : `[data-value-of^="${l} ${j} "]`))
      each.ripple = each.animate([{opacity: 0}, {opacity: 0, offset: 0.8}, {opacity: 1}], {duration: n && all + (sums ? SUM : 0)});
    for (let k = 0; k < n; k++) {
      const [from, w] = back ? [centre(l + 1, k), this.value(`${l + 1} ${k} ${j}`)] : [centre(l - 1, k), this.value(`${l} ${j} ${k}`)];
      const carried = back ? this.dz(l + 1, k, 0) : this.a(l - 1, k, 0);
      const pulse = this.pulse([[from, 0], [beside(k), FLIGHT / all], [beside(k), 1 - JOIN / all], [sums ? middle : end, 1]], all, short(carried), kind);
      setTimeout(() => { pulse.textContent = short(carried * w); }, FLIGHT / 2);  // at the middle of the way is the weight
    }
    const step = this.step, sum = sums && short(this.now[`dA[${l}]`].data[j]);
    if (sums) setTimeout(() => { if (this.step === step) this.pulse([[middle, 0], [middle, 0.6], [end, 1]], SUM, sum, kind); }, all);
  }

  // A dot with a number, which goes from place to place. Returns its text.
  pulse(places, duration, text, kind) {
    this.querySelector(".net").insertAdjacentHTML("beforeend", `<g class="pulse ${kind}"><rect x="${-WIDE / 2}" y="${1 - HIGH / 2}" width="${WIDE}" height="${HIGH - 2}" rx="${HIGH / 2}"/><text y="5" text-anchor="middle">${text}</text></g>`);
    const group = this.querySelector(".net").lastElementChild;
    group.animate(places.map(([[x, y], offset]) => ({transform: `translate(${x}px, ${y}px)`, offset})), {duration, fill: "forwards"}).finished.then(() => group.remove());
    return group.lastElementChild;
  }

  // A step now and then up to the last of them, from the beginning if the end is reached.
  play(until, wait) {
    this.stop();
    this.querySelector(".play").textContent = this.text("stop");
    if (this.step === this.last) this.go(0);
    this.timer = setInterval(() => {
      this.go(this.step + 1);
      if (this.step >= until) this.stop();
    }, wait);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.querySelector(".play").textContent = this.playWord;
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
