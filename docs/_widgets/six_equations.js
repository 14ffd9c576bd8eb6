// The six equations: one at a time, and the arithmetic of the entry of the result that has the focus.
customElements.define("course-six-equations", class extends CourseWidget {
  start() {
    this.steps = [...this.querySelectorAll(".step")];
    this.press("back", () => this.go(this.step - 1));
    this.press("next", () => this.go(this.step + 1));
    for (const cell of this.querySelectorAll(".result td")) {
      cell.tabIndex = -1;
      cell.addEventListener("click", () => this.choose(...place(cell)));
    }
    this.addEventListener("keydown", (event) => this.move(event));
    // A line of the network of the page marks its entry of dW.
    document.addEventListener("network-chosen", ({detail: [l, j, i]}) => {
      this.go(this.steps.findIndex(each => each.ariaLabel === `d${i === "b" ? "b" : "W"}${l}`));
      if (i === "b") this.choose(0, Number(j), false);
      else this.choose(Number(j), Number(i), false);
    });
    this.classList.add("one-by-one");
    this.go(0);
  }

  go(step) {
    this.step = step;
    this.steps.forEach((each, i) => { each.hidden = i !== step; });
    this.rest("back", step === 0);
    this.rest("next", step === this.steps.length - 1);
    this.choose(0, 0, false);
  }

  cell(row, column) {
    return this.steps[this.step].querySelector(`.result td[data-cell$=" ${row} ${column}"]`);
  }

  choose(row, column, focus = true) {
    const entry = this.data[this.step][row][column];
    for (const each of this.querySelectorAll("td")) {
      each.classList.toggle("used", entry.uses.includes(each.dataset.cell));
      each.classList.remove("chosen");
      if (each.tabIndex === 0) each.tabIndex = -1;
    }
    const chosen = this.cell(row, column);
    chosen.classList.add("chosen");
    chosen.tabIndex = 0;
    if (focus) chosen.focus();
    this.querySelector(".arithmetic").textContent = entry.text;
  }

  move(event) {
    const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    const cell = event.target.closest(".result td");
    if (!step || !cell) return;
    event.preventDefault();
    const [row, column] = place(cell), to = [row + step[0], column + step[1]];
    if (this.cell(...to)) this.choose(...to);
  }
});

// Row and column of a cell.
function place(cell) {
  return cell.dataset.cell.split(" ").slice(1).map(Number);
}
