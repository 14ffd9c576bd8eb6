// The shapes of the chosen network, the products of one of its layers, and a wrong shape to find.
customElements.define("course-dimensions", class extends CourseWidget {
  start() {
    this.fields = Object.fromEntries([...this.querySelectorAll("select")].map((each) => [each.name, each]));
    this.puzzles = [...this.querySelectorAll(".step")];
    this.said = this.querySelector(".said");
    for (const each of this.querySelectorAll(".step details")) each.hidden = true;
    this.addEventListener("change", (event) => { if (event.target !== this.fields.guess) this.show(); });
    this.press("check", () => this.check());
    this.press("back", () => this.go(this.puzzle - 1));
    this.press("next", () => this.go(this.puzzle + 1));
    this.show();
    this.go(0);
  }

  value(name) {
    return Number(this.fields[name].value);
  }

  // The shapes of the tensors of a layer.
  layer(l) {
    return this.data.layers[`${this.value("n" + (l - 1))} ${this.value("n" + l)} ${this.value("m")}`];
  }

  show() {
    const L = this.value("L"), table = this.querySelector(".shapes"), shapes = {};
    for (let l = 1; l <= L; l += 1) {
      const {A_prev, dA_prev, ...own} = this.layer(l);
      for (const [name, shape] of Object.entries(own)) shapes[`${name} ${l}`] = shape;
      shapes[`A ${l - 1}`] = A_prev;
      shapes[`dA ${l - 1}`] = dA_prev;
    }
    for (const cell of table.querySelectorAll("[data-shape]")) cell.textContent = asShape(shapes[cell.dataset.shape]);
    [...table.tBodies[0].rows].forEach((row, l) => { row.hidden = l > L; });
    for (let l = 0; this.fields["n" + l]; l += 1) this.fields["n" + l].parentElement.hidden = l > L;
    for (const option of this.fields.layer.options) option.hidden = option.disabled = Number(option.value) > L;
    if (this.value("layer") > L) this.fields.layer.value = L;
    this.products(this.value("layer"));
  }

  products(l) {
    const shapes = this.layer(l);
    for (const each of this.querySelectorAll("[data-product]")) {
      const [name, transposed] = each.dataset.product.split(".");
      each.textContent = asShape(transposed ? [...shapes[name]].reverse() : shapes[name]);
    }
    for (const each of this.querySelectorAll("[data-layer]")) each.textContent = l + Number(each.dataset.layer);
  }

  go(puzzle) {
    this.puzzle = puzzle;
    this.puzzles.forEach((each, i) => { each.hidden = i !== puzzle; });
    this.rest("back", puzzle === 0);
    this.rest("next", puzzle === this.puzzles.length - 1);
    const cells = [...this.puzzles[puzzle].querySelectorAll("[data-shape]")].filter((each) => each.textContent !== "—");
    this.fields.guess.replaceChildren(...cells.map((each) => new Option(asName(each.dataset.shape), each.dataset.shape)));
    this.say("");
  }

  check() {
    const name = this.fields.guess.value, step = this.puzzles[this.puzzle];
    const cell = step.querySelector(`[data-shape="${name}"]`), right = name === this.data.wrong[this.puzzle];
    this.say(right ? step.querySelector("details p").innerHTML
      : this.said.dataset.right.replace("NAME", asName(name)).replace("SHAPE", cell.textContent));
    cell.classList.toggle("chosen", right);
  }

  say(html) {
    this.said.innerHTML = html;
  }
});

// A shape as Python writes it. A tensor that is not computed has none.
function asShape(sizes) {
  return sizes ? `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})` : "—";
}

// "dW 2" as dW[2].
function asName(name) {
  const [kind, layer] = name.split(" ");
  return layer ? `${kind}[${layer}]` : kind;
}
