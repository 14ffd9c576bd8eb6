// Two shapes from lists: their axes, the outcome, the tensors with their copies, and the place among all pairs.
customElements.define("course-broadcasting", class extends CourseWidget {
  start() {
    this.addEventListener("change", () => this.show());
    this.show();
  }

  show() {
    const [a, b] = ["a", "b"].map((name) => this.querySelector(`[name=shape-${name}]`).value);
    const {axes, text, shown} = this.data[`${a} ${b}`];
    this.querySelector(".outcome").textContent = text;
    this.querySelectorAll(".axes tbody tr").forEach((row, k) => {
      row.querySelectorAll("td").forEach((cell, axis) => { cell.textContent = axes[axis][k]; });
    });
    this.querySelector(".matrices").replaceChildren(...shown.map((each) => this.grid(...each)));
    for (const cell of this.querySelectorAll("[data-pair]")) {
      cell.classList.toggle("chosen", cell.dataset.pair === `${a} ${b}`);
    }
  }

  // A tensor as a table. Entries outside its own rows and columns are copies.
  grid(name, shape, [height, width], rows) {
    const table = document.createElement("table"), caption = table.createCaption();
    table.className = "matrix";
    caption.append(`${name} `, Object.assign(document.createElement("span"), {textContent: shape}));
    rows.forEach((row, i) => {
      const line = table.insertRow();
      row.forEach((value, j) => {
        const cell = line.insertCell();
        cell.textContent = value;
        cell.classList.toggle("copy", i >= height || j >= width);
      });
    });
    return table;
  }
});
