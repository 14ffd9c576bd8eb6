// A network whose numbers are computed by the recorded formulas, and the arithmetic of each number in words.
const NUDGE = 0.001, TINY = 1e-9;  // steps of a parameter to both sides: the nudge's, and the one that finds a corner
const tensor = rows => ({shape: [rows.length, rows[0].length], data: Float64Array.from(rows.flat())});
const short = (value, decimals = 3) => String(Number(value.toFixed(decimals)) || 0).replace("-", "−");
const bracketed = value => short(value).replace(/^−.*/, "($&)");
const product = (...factors) => factors.map(bracketed).join(" · ");
const plain = html => html.replace(/<sub>(\d+)<\/sub>/g, (_, digits) => [...digits].map(each => "₀₁₂₃₄₅₆₇₈₉"[each]).join("")).replace(/<.*?>/g, "");

class ComputedNetwork extends CourseWidget {
  // Read the parameters, which the address may carry.
  compute() {
    const {graph, parameters} = this.data;
    this.run = executor(unpacked(graph, "passes"));
    this.parameters = Object.fromEntries(Object.entries(parameters).map(([name, rows]) => [name, tensor(rows)]));
    this.read();
    this.slopes = this.data.Y !== null;
  }

  read() {
    const given = location.hash.match(/^#net=([-\d.,e]+)$/)?.[1].split(",").map(Number) ?? [];
    const all = Object.values(this.parameters), count = all.reduce((sum, {data}) => sum + data.length, 0);
    if (given.length !== count || !given.every(Number.isFinite)) return;
    for (const {data} of all) data.set(given.splice(0, data.length));
  }

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

  // Both passes with the parameters of now. On a corner of J the chosen parameter has two slopes.
  pass() {
    this.now = this.made(this.parameters, this.outputs());
    this.now["A[0]"] = tensor(this.rows().map(i => this.data.X[i]));
    if (this.slopes) this.corner = this.slopesAtCorner();
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

  // Slopes

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

  // Arithmetic

  // z of unit 1 of layer 2 is z₁[2]. A single neuron numbers its inputs alone.
  symbol(letter, l, j, i = "") {
    const [inputs, ...units] = this.data.sizes, input = letter === "x" ? j : i;
    if (units.length === 1 && units[0] === 1) return letter + (inputs > 1 && input !== "" ? `<sub>${Number(input) + 1}</sub>` : "");
    const numbers = `<sub>${Number(j) + 1}${i === "" ? "" : Number(i) + 1}</sub>`;
    return letter + (letter === "x" ? numbers : `${numbers}<sup>[${l}]</sup>`);
  }

  named(mark) {
    const [l, j, i] = mark.split(" ");
    return i === "b" ? this.symbol("b", l, j) : this.symbol("w", l, j, i);
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
    const exact = this.slope(), slope = short(exact), rows = this.rows(), bias = i === "b";
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
    const direction = exact === 0 ? "flat" : slope === "0" ? "nearly" : exact < 0 ? "grow" : "shrink";
    return `${first} ${this.text(z && nudge !== slope ? "near" : "nudge", {z, nudge, letter: bias ? "b" : "w"})} ${this.text(direction, {name})}`;
  }
}
