// Trainings under chosen hyperparameters: the cost, the accuracy and the parameters of the recorded training.
customElements.define("course-choices", class extends CourseWidget {
  start() {
    this.addEventListener("change", () => this.show());
    this.show();
  }

  chosen(name) {
    return this.querySelector(`[name=choice-${name}]:checked`).value;
  }

  show() {
    const reason = this.querySelector(".reason"), idle = this.chosen("hidden") === "";
    reason.closest("fieldset").disabled = idle;
    reason.hidden = !idle;
    const iterations = this.chosen("iterations");
    const run = this.data[`${this.chosen("hidden")} ${this.chosen("activation")} ${this.chosen("alpha")}`];
    const {J, seen, new: other, first} = run.after[iterations], [x, y] = run.points[iterations];
    this.querySelector("polyline").setAttribute("points", run.curve);
    this.querySelector(".point").setAttribute("cx", x);
    this.querySelector(".point").setAttribute("cy", y);
    this.write({parameters: [run.parameters, 0], J: [J, 4], seen: [100 * seen, 2], new: [100 * other, 2]});
    [...this.querySelector(".learned").tBodies[0].rows].forEach((row, i) => {
      row.hidden = i >= run.shapes.length;
      if (row.hidden) return;
      const numbers = run.shapes[i].match(/\d+/g).reduce((product, each) => product * each, 1);
      const texts = [run.shapes[i], numbers, asText(run.start[i], 4), asText(first[i], 4)];
      texts.forEach((text, column) => { row.cells[column + 1].textContent = text; });
    });
  }
});
