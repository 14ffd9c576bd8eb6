// A picture and its row x: one entry is chosen, by its pixel and channel or by its place in x.
customElements.define("course-picture-row", class extends CourseWidget {
  start() {
    this.height = this.data.picture.length;
    this.width = this.data.picture[0].length;
    this.range = this.querySelector("[name=picture-place]");
    this.range.addEventListener("input", () => this.choose(...this.at(Number(this.range.value))));
    for (const each of this.querySelectorAll("[name=picture-channel]"))
      each.addEventListener("change", () => this.choose(this.i, this.j, Number(each.value)));
    for (const each of this.querySelectorAll("[name=picture-order]"))
      each.addEventListener("change", () => { this.fill(); this.choose(this.i, this.j, this.c); });
    this.addEventListener("click", (event) => this.click(event.target));
    this.addEventListener("keydown", (event) => this.move(event));
    this.fill();
    this.choose(1, 2, 0);
  }

  get order() { return this.querySelector("[name=picture-order]:checked").value; }

  // Row, column and channel of the entry at place k of x.
  at(k) {
    const entry = this.data.orders[this.order][k], pixel = Math.floor(entry / 3);
    return [Math.floor(pixel / this.width), pixel % this.width, entry % 3];
  }

  // The place of an entry in x.
  place(i, j, c) { return this.data.orders[this.order].indexOf((i * this.width + j) * 3 + c); }

  // Put the numbers of x in the chosen order.
  fill() {
    this.data.orders[this.order].forEach((_, k) => {
      const [i, j, c] = this.at(k), value = this.data.picture[i][j][c];
      this.querySelector(`[data-cell="x ${k}"]`).textContent = asText(value / 255, 1);
      this.querySelector(`[data-entry="${k}"]`).setAttribute("fill", `rgb(${value}, ${value}, ${value})`);
    });
  }

  choose(i, j, c, focus = false) {
    Object.assign(this, {i, j, c});
    const k = this.place(i, j, c), value = this.data.picture[i][j][c];
    for (const each of this.querySelectorAll("td.chosen")) { each.classList.remove("chosen"); each.removeAttribute("tabindex"); }
    const cell = this.querySelector(`[data-cell="${"RGB"[c]} ${i} ${j}"]`), entry = this.querySelector(`[data-cell="x ${k}"]`);
    for (const each of [cell, entry]) each.classList.add("chosen");
    cell.tabIndex = 0;
    if (focus) cell.focus();
    const box = this.querySelector(".vector");
    box.scrollLeft = entry.offsetLeft - (box.clientWidth - entry.offsetWidth) / 2;
    this.range.value = k;
    this.querySelector(`[name=picture-channel][value="${c}"]`).checked = true;
    this.mark(k);
    const pixels = this.width * this.height;
    const sum = this.order === "pixels" ? `(${i} · ${this.width} + ${j}) · 3 + ${c}` : `${c} · ${pixels} + ${i} · ${this.width} + ${j}`;
    this.querySelector(".arithmetic").textContent =
      `${"RGB"[c]}[${i}, ${j}] = ${value}, k = ${sum} = ${k}, x[${k}] = ${value} / 255 = ${asText(value / 255, 1)}`;
    this.range.setAttribute("aria-valuetext", `k = ${k}, ${"RGB"[c]}[${i}, ${j}]`);
  }

  // Move the marks and the line between them.
  mark(k) {
    const {side, left, top, stripLeft, stripTop, bar} = this.data;
    const x = left + this.j * side, y = top + this.i * side, strip = stripLeft + k * bar;
    for (const each of this.querySelectorAll(".of-pixel")) { each.setAttribute("x", x); each.setAttribute("y", y); }
    for (const each of this.querySelectorAll(".of-entry")) each.setAttribute("x", strip);
    for (const each of this.querySelectorAll(".link"))
      each.setAttribute("d", `M${x + side / 2} ${y + side}L${strip + bar / 2} ${stripTop}`);
  }

  click(target) {
    const pixel = target.closest("[data-pixel]"), cell = target.closest("[data-cell]");
    if (pixel) this.choose(...pixel.dataset.pixel.split(" ").map(Number), this.c);
    if (!cell) return;
    const [name, ...numbers] = cell.dataset.cell.split(" "), indices = numbers.map(Number);
    if (name === "x") this.choose(...this.at(indices[0]));
    else this.choose(...indices, "RGB".indexOf(name), true);
  }

  move(event) {
    const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    if (!step || !event.target.closest("td")) return;
    event.preventDefault();
    const i = this.i + step[0], j = this.j + step[1];
    if (i >= 0 && i < this.height && j >= 0 && j < this.width) this.choose(i, j, this.c, true);
  }
});
