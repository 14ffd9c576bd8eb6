// A network to pull: a changed weight changes every value and slope, by the recorded formulas.
const NUDGE = 0.001, TINY = 1e-9, SNAP = 10, PIXELS = 6;  // steps of a weight in 1, and pixels of a step
const FLIGHT = 700, WAIT = 1600;  // milliseconds of a pulse, and between two steps that play
const tensor = rows => ({shape: [rows.length, rows[0].length], data: Float64Array.from(rows.flat())});
const short = (value, decimals = 3) => String(Number(value.toFixed(decimals)) || 0).replace("-", "−");
const bracketed = value => value < 0 ? `(${short(value)})` : short(value);
const product = (...factors) => factors.map(bracketed).join(" · ");
const plain = html => html.replace(/<sub>(\d+)<\/sub>/g, (_, digits) => [...digits].map(each => "₀₁₂₃₄₅₆₇₈₉"[each]).join("")).replace(/<.*?>/g, "");

customElements.define("course-network", class extends CourseWidget {
  start() {
    const {graph, parameters, sizes, chosen} = this.data;
    this.run = executor(unpacked(graph, "passes"));
    this.parameters = Object.fromEntries(Object.entries(parameters).map(([name, rows]) => [name, tensor(rows)]));
    this.read();
    this.slopes = this.data.Y !== null;
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
    if (this.slopes) this.drag(this.querySelector(".ball"), {begin: () => this.keep(), move: x => this.set(this.chosen, this.weightAt(x)), end: () => this.release()});
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

  // Numbers

  text(key, values = {}) {
    const text = this.querySelector(`[data-say="${key}"]`).innerHTML;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // The chosen example, or null for all.
  get example() {
    const value = this.querySelector("[name=network-example]:checked")?.value ?? "mean";
    return value === "mean" ? null : Number(value);
  }

  // Outputs of both passes for the chosen examples, as tensors that the next run does not overwrite.
  made(parameters, names, rows = this.rows()) {
    const {X, Y} = this.data, given = {alpha: scalar(this.data.alpha), m: scalar(rows.length), ...parameters};
    given.X = tensor(rows.map(i => X[i]));
    if (Y) given.Y = tensor(rows.map(i => Y[i]));
    const made = this.run(given, names);
    return Object.fromEntries(Object.entries(made).map(([name, each]) => [name, {...each, data: each.data.slice()}]));
  }

  rows() {
    return this.example === null ? this.data.X.map((_, i) => i) : [this.example];
  }

  outputs() {
    const {sizes} = this.data, layers = sizes.slice(1).map((_, i) => i + 1), hidden = layers.slice(0, -1);
    const names = layers.flatMap(l => [`Z[${l}]`, `A[${l}]`]);
    if (this.slopes) names.push("J", ...layers.flatMap(l => [`dZ[${l}]`, `dA[${l - 1}]`, `dW[${l}]`, `db[${l}]`]), ...hidden.map(l => `g'[${l}]`));
    return names;
  }

  value(mark, parameters = this.parameters, d = "") {
    const [name, at] = this.place(mark);
    return parameters[d + name].data[at];
  }

  // The tensor of a parameter, and its place there.
  place(mark) {
    const [l, j, i] = mark.split(" ");
    return i === "b" ? [`b[${l}]`, Number(j)] : [`W[${l}]`, j * this.data.sizes[l - 1] + Number(i)];
  }

  changed(mark, value) {
    const [name, at] = this.place(mark), {shape, data} = this.parameters[name];
    return {...this.parameters, [name]: {shape, data: data.with(at, value)}};
  }

  cost(value, mark = this.chosen) {
    return this.made(this.changed(mark, value), ["J"]).J.data[0];
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

  read() {
    const given = location.hash.match(/^#net=([-\d.,e]+)$/)?.[1].split(",").map(Number) ?? [];
    const all = Object.values(this.parameters), count = all.reduce((sum, {data}) => sum + data.length, 0);
    if (given.length !== count || !given.every(Number.isFinite)) return;
    for (const {data} of all) data.set(given.splice(0, data.length));
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

  slope() {
    return this.value(this.chosen, this.now, "d");
  }

  // Slope and z of the hidden units a little to the left and to the right of the chosen parameter.
  sides(step) {
    const w = this.value(this.chosen), hidden = this.data.sizes.slice(1, -1).map((_, i) => `Z[${i + 1}]`);
    const [name, at] = this.place(this.chosen);
    return [-step, step].map(by => {
      const made = this.made(this.changed(this.chosen, w + by), [`d${name}`, "J", ...hidden]);
      return {slope: made[`d${name}`].data[at], J: made.J.data[0], Z: hidden.map(each => made[each])};
    });
  }

  // The hidden unit of which z changes its sign within this step of the chosen parameter.
  flips(step) {
    if (!this.data.kink) return null;
    const [left, right] = this.sides(step).map(side => side.Z);
    for (const [l, {shape, data}] of left.entries()) {
      const at = data.findIndex((z, i) => (z > 0) !== (right[l].data[i] > 0));
      if (at >= 0) return this.symbol("z", l + 1, at % shape[1]);
    }
    return null;
  }

  // The slopes to the left and to the right of a corner of J; null where J has one slope.
  slopesAtCorner() {
    if (!this.flips(TINY)) return null;
    const [left, right] = this.sides(TINY).map(side => side.slope);
    return Math.abs(left - right) > 1e-6 ? [left, right] : null;
  }

  // Words

  // z of unit 1 of layer 2 is z₁[2]. A single neuron needs no numbers.
  symbol(letter, l, j, i = "") {
    if (this.data.sizes.every(n => n === 1)) return letter;
    const numbers = `<sub>${Number(j) + 1}${i === "" ? "" : Number(i) + 1}</sub>`;
    return letter + (letter === "x" ? numbers : `${numbers}<sup>[${l}]</sup>`);
  }

  named(mark) {
    const [l, j, i] = mark.split(" ");
    return i === "b" ? this.symbol("b", l, j) : this.symbol("w", l, j, i);
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

  a(l, i, row) {
    return this.now[`A[${l}]`].data[row * this.data.sizes[l] + i];
  }

  dz(l, j, row) {
    return this.now[`dZ[${l}]`].data[row * this.data.sizes[l] + j];
  }

  // A line for each example, with its number if there are several.
  lines(line) {
    const rows = this.rows();
    return rows.map((i, row) => (rows.length > 1 ? this.text("example", {i: i + 1}) : "") + line(row)).join("<br>");
  }

  arithmeticOf(l, j) {
    return [this.forwardOf(l, j), ...(this.slopes ? [this.slopeOf(l, j)] : [])].join("<br>");
  }

  forwardOf(l, j) {
    const {sizes, g} = this.data, n = sizes[l];
    return this.lines(row => {
      const terms = Array.from({length: sizes[l - 1]}, (_, i) => product(this.value(`${l} ${j} ${i}`), this.a(l - 1, i, row)));
      const z = short(this.now[`Z[${l}]`].data[row * n + j]), f = l < sizes.length - 1 ? g : "σ";
      return `${this.symbol("z", l, j)} = ${[...terms, bracketed(this.value(`${l} ${j} b`))].join(" + ")} = ${z}, ${this.symbol("a", l, j)} = ${f}(${z}) = ${short(this.a(l, j, row))}`;
    });
  }

  // dz of a unit: a - y at the output, elsewhere the sum over its paths, times g'(z).
  slopeOf(l, j) {
    const {sizes, Y} = this.data, name = this.symbol("dz", l, j);
    if (l === sizes.length - 1)
      return this.lines(row => `${name} = ${this.symbol("a", l, j)} − y = ${short(this.a(l, j, row))} − ${short(Y[this.rows()[row]][j])} = ${short(this.dz(l, j, row))}`);
    const n = sizes[l + 1];
    return this.lines(row => {
      const paths = Array.from({length: n}, (_, k) => product(this.dz(l + 1, k, row), this.value(`${l + 1} ${k} ${j}`)));
      const da = this.now[`dA[${l}]`].data[row * sizes[l] + j], slope = this.now[`g'[${l}]`].data[row * sizes[l] + j];
      const meet = n > 1 ? this.text("sum", {n}) + " " : "", dead = slope === 0 ? " " + this.text("dead") : "";
      return `${meet}${this.symbol("da", l, j)} = ${paths.join(" + ")} = ${short(da)}, ${name} = ${this.symbol("da", l, j)} · g′(${this.symbol("z", l, j)}) = ${product(da, slope)} = ${short(this.dz(l, j, row))}${dead}`;
    });
  }

  // The slope of the chosen parameter as a product, as a nudge measures it, and what it asks for.
  arithmeticOfChosen() {
    const [l, j, i] = this.chosen.split(" ").map(each => each === "b" ? each : Number(each)), name = this.named(this.chosen);
    if (!this.slopes) return this.forwardOf(l, j);
    const slope = short(this.slope()), rows = this.rows(), bias = i === "b";
    const terms = rows.map((_, row) => bias ? bracketed(this.dz(l, j, row)) : product(this.dz(l, j, row), this.a(l - 1, i, row)));
    const sum = rows.length > 1 ? `(${terms.join(" + ")}) / ${rows.length}` : terms[0];
    const symbols = `${this.symbol("dz", l, j)}${bias ? "" : ` · ${this.symbol(l === 1 ? "x" : "a", l - 1, i)}`}`;
    const made = bias && rows.length === 1 ? symbols : `${rows.length > 1 ? "" : `${symbols} = `}${sum}`;
    const [left, right] = this.sides(NUDGE);
    const nudge = short(this.run({above: scalar(right.J), below: scalar(left.J), nudge: scalar(NUDGE)}, ["nudge"]).nudge.data[0]);
    const first = `<b class="slope">d${name} = ${made} = ${slope}</b>`, z = this.flips(NUDGE);
    if (this.corner) {
      const [to_left, to_right] = this.corner.map(slope => short(slope));
      return `${first} ${this.text("corner", {z: this.flips(TINY), left: to_left, right: to_right, nudge})}`;
    }
    const direction = {"-1": "grow", 0: "flat", 1: "shrink"}[Math.sign(Number(this.slope().toFixed(6)))];
    return `${first} ${this.text(z && nudge !== slope ? "near" : "nudge", {z, nudge, letter: bias ? "b" : "w"})} ${this.text(direction, {name})}`;
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
