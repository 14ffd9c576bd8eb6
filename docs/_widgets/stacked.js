// Several examples through a layer: the entries that make an entry of Z, in the chosen layout.
customElements.define("course-stacked", class extends CourseWidget {
  start() {
    this.classList.add("one-by-one");
    this.addEventListener("change", () => this.show());
    document.addEventListener("network-chosen", ({detail: [l, j]}) => { if (l === "1") this.chooseUnit(j); });
    for (const cell of this.querySelectorAll("[data-cell^='Z[1]'], [data-cell^='A[1]']")) {
      cell.classList.add("choice");
      cell.addEventListener("click", () => this.choose(cell));
    }
    this.show();
  }

  // A click on an entry of Z or A chooses its example and its unit.
  choose(cell) {
    const [i, j] = this.inRows(...cell.dataset.cell.split(" ").slice(1));
    this.querySelector(`[name=stacked-example][value="${i}"]`).checked = true;
    this.chooseUnit(j);
  }

  chooseUnit(j) {
    this.querySelector(`[name=stacked-unit][value="${j}"]`).checked = true;
    this.show();
  }

  // Row and column of an entry in the chosen layout <-> example and unit.
  inRows(row, column) {
    return this.chosen("layout") === "rows" ? [row, column] : [column, row];
  }

  chosen(name) {
    return this.querySelector(`[name=stacked-${name}]:checked`)?.value ?? "rows";  // a page may have one layout
  }

  show() {
    const layout = this.chosen("layout"), i = this.chosen("example"), j = this.chosen("unit");
    for (const each of this.querySelectorAll("[data-layout]")) each.hidden = each.dataset.layout !== layout;
    for (const each of this.querySelectorAll("[data-place]")) each.hidden = each.dataset.place !== `${i} ${j}`;
    this.mark(this.data[layout][i][j], this.querySelector(`[data-layout=${layout}]`));
    const [row, column] = this.inRows(Number(i), Number(j));
    if (this.querySelector("[data-value=row]")) this.write({row: [row + 1, 0], column: [column + 1, 0]});
  }
});
