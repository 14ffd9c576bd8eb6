// Lines of Python in one step: two sliders choose the numbers of examples and features.
customElements.define("course-loop-lines", class extends CourseWidget {
  start() {
    this.addEventListener("input", () => this.show());
    this.show();
  }

  show() {
    const [m, n] = ["m", "n"].map((name) => this.querySelector(`[name=lines-${name}]`));
    const {text, length} = this.data, [i, j] = [Number(m.value), Number(n.value)];
    this.write({m: [this.data.m[i], 0], n: [this.data.n[j], 0]});
    m.setAttribute("aria-valuetext", `m = ${this.data.m[i]}`);
    n.setAttribute("aria-valuetext", `n = ${this.data.n[j]}`);
    for (const name of ["two", "one", "none"]) {
      this.querySelector(`[data-value=${name}]`).textContent = text[name][i][j];
      this.querySelector(`[data-bar=${name}]`).setAttribute("width", length[name][i][j].toFixed(1));
    }
  }
});
