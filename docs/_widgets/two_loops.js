// The two loops: each step marks a line of the code, shows its arithmetic, and fills in the cells that it writes.
customElements.define("course-two-loops", class extends CourseWidget {
  start() {
    this.range = this.querySelector("input[type=range]");
    this.lines = [...this.querySelectorAll("[data-line]")];
    this.cells = [...this.querySelectorAll("[data-cell]")];
    this.range.addEventListener("input", () => this.go(Number(this.range.value) - 1));
    this.press("back", () => this.go(this.step - 1));
    this.press("next", () => this.go(this.step + 1));
    this.press("example", () => this.go(this.nextExample()));
    this.go(0);
  }

  // The next step that starts an example, or the step after the loops, or the last step.
  nextExample() {
    const starts = (each, k) => k > this.step && (/^i = \d+: z = b/.test(each.text) || !each.text.startsWith("i"));
    const found = this.data.findIndex(starts);
    return found < 0 ? this.data.length - 1 : found;
  }

  // Scroll the table sideways, and leave the page where it is.
  bringIntoView(cell) {
    const box = this.querySelector(".wide"), head = cell.parentElement.firstElementChild;
    const left = cell.offsetLeft - head.offsetWidth, right = cell.offsetLeft + cell.offsetWidth - box.clientWidth;
    box.scrollLeft = Math.min(Math.max(box.scrollLeft, right), left);
  }

  go(step) {
    this.step = step;
    this.range.value = step + 1;
    this.rest("back", step === 0);
    this.rest("next", step === this.data.length - 1);
    const {line, text, cells, sums} = this.data[step], written = {};
    for (const each of this.data.slice(0, step + 1)) Object.assign(written, each.cells);
    for (const each of this.lines) each.classList.toggle("now", Number(each.dataset.line) === line);
    for (const cell of this.cells) {
      const name = cell.dataset.cell;
      cell.classList.toggle("later", !(name in written));
      cell.classList.toggle("now", name in cells);
      if (name in written) cell.textContent = asText(written[name], 4);
    }
    this.bringIntoView(this.querySelector("td.now"));
    this.querySelector(".arithmetic").textContent = text;
    ["J", "dw1", "dw2", "db"].forEach((name, k) => this.write({[name]: [sums[k], 4]}));
    this.range.setAttribute("aria-valuetext", text);
  }
});
