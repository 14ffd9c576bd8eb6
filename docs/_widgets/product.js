// An entry of Z or dw: the matrices that it comes from, the cells that go in, and its arithmetic.
customElements.define("course-product", class extends CourseWidget {
  start() {
    this.addEventListener("change", () => this.show());
    this.show();
  }

  show() {
    const entry = this.querySelector("input:checked").value, result = entry.split(" ")[0];
    for (const each of this.querySelectorAll("[data-entry]")) each.hidden = each.dataset.entry !== entry;
    for (const each of this.querySelectorAll("[data-result]")) each.hidden = each.dataset.result !== result;
    this.mark(this.data[entry]);
  }
});
