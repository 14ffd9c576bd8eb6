// Loss against ŷ: the pointer or a slider moves the point along the curve of the chosen label.
customElements.define("course-loss", class extends CourseWidget {
  start() {
    this.range = this.querySelector("input[type=range]");
    this.point = this.querySelector(".point");
    this.addEventListener("input", () => this.show());
    const {a, left, width} = this.data;
    this.slide(this.point, this.range, x => Math.round((x - left) / width * (a.length + 1)));
    this.show();
  }

  show() {
    const i = Number(this.range.value) - 1, y = Number(this.querySelector("[name=loss-y]:checked").value);
    const {a, z, left, bottom, width, unit} = this.data, loss = this.data["y" + y][i];
    this.point.setAttribute("cx", left + a[i] * width);
    this.point.setAttribute("cy", bottom - loss * unit);
    this.write({a: [a[i], 2], z: [z[i], 4], L: [loss, 4], dz: [a[i] - y, 2]});
    this.range.setAttribute("aria-valuetext", `ŷ = ${a[i].toFixed(2)}, L = ${loss.toFixed(4)}`);
  }
});
