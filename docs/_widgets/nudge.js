// The slope of a function by a nudge: two points of the curve, and the line through both.
customElements.define("course-nudge", class extends CourseWidget {
  start() {
    this.addEventListener("input", () => this.show());
    const [left, , width, , right] = this.data.frame, {points} = this.data;
    this.slide(this.querySelector(".point"), this.querySelector("[name=nudge-point]"), x => {
      const away = points.map(a => Math.abs(left + a / right * width - x));
      return away.indexOf(Math.min(...away));
    });
    this.show();
  }

  // The place of (a, value) in the drawing.
  at(a, value) {
    const [left, top, width, height, right] = this.data.frame, [low, high] = this.range;
    return [left + a / right * width, top + (high - value) / (high - low) * height];
  }

  show() {
    const name = this.querySelector("[name=nudge-function]:checked").value;
    const point = this.querySelector("[name=nudge-point]"), size = this.querySelector("[name=nudge-size]");
    const a = this.data.points[point.value], nudge = this.data.nudges[size.value], text = this.data.names[size.value];
    const [value, raised, slope, both] = this.data.slopes[name][point.value][size.value];
    this.range = this.data.ranges[name];
    this.draw(name, [[a, value], [a + nudge, raised]], slope);
    this.write({
      a: [a, 1], f: [value, 9], raised: [raised, 9], slope: [slope, 6], both: [both, 6],
      derivative: [this.data.derivatives[name][point.value], 6],
    });
    this.querySelector(".nudge").textContent = text;
    point.setAttribute("aria-valuetext", `a = ${a}`);
    size.setAttribute("aria-valuetext", text);
  }

  draw(name, points, slope) {
    const [low, high] = this.range, [a, value] = points[0], right = this.data.frame[4];
    const ends = [0, right].map((end) => this.at(end, value + slope * (end - a)).join(","));
    this.querySelector(".line.y1").setAttribute("points", this.data.curves[name]);
    this.querySelector(".line.y0").setAttribute("points", ends.join(" "));
    this.querySelectorAll("circle").forEach((each, i) => {
      const [x, y] = this.at(...points[i]);
      each.setAttribute("cx", x);
      each.setAttribute("cy", y);
    });
    for (const each of this.querySelectorAll("[data-height]"))
      each.textContent = String(high - each.dataset.height / 2 * (high - low)).replace("-", "−");
  }
});
