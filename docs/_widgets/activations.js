// Activation functions: the pointer or a slider moves the point z along the chosen function; with derivatives also the tangent.
customElements.define("course-activations", class extends CourseWidget {
  start() {
    this.range = this.querySelector("[name=activations-z]");
    this.slope = this.querySelector("[name=activations-slope]");
    this.point = this.querySelector(".point");
    this.tangent = this.querySelector(".tangent");
    this.addEventListener("input", () => this.show());
    const {z, left, unit} = this.data;
    this.slide(this.point, this.range, x => Math.round((x - left) / (10 * unit) * (z.length - 1)));
    this.show();
  }

  show() {
    const button = this.querySelector("[name=activations-name]:checked");
    const name = button.value, leaky = name === "leaky_relu";
    this.querySelector("svg .name").textContent = button.parentElement.textContent.trim();
    const slope = this.data.slopes[this.slope.value], i = Number(this.range.value);
    const chosen = leaky ? `leaky_relu-${slope}` : name;
    this.slope.parentElement.hidden = !leaky;
    this.draw(chosen, `leaky_relu-${slope}`);
    const {z, curves, left, origin, unit} = this.data, {a, dg} = curves[chosen];
    const at = (z, a) => [left + (z + 5) * unit, origin - a * unit];
    const [x, y] = at(z[i], a[i]);
    this.point.setAttribute("cx", x);
    this.point.setAttribute("cy", y);
    this.write({z: [z[i], 1], a: [a[i], 4], slope: [slope, 2]});
    this.range.setAttribute("aria-valuetext", `z = ${z[i].toFixed(1)}, g(z) = ${a[i].toFixed(4)}`);
    this.slope.setAttribute("aria-valuetext", slope);
    if (dg) this.showSlope(z, a, dg, i, at, name.endsWith("relu"));
  }

  // Show the chosen function with its derivative, or, without derivatives, among the others with one of the leaky ReLUs.
  draw(chosen, leaky) {
    for (const line of this.querySelectorAll("[data-a]")) {
      const own = line.dataset.a === chosen, among = !line.dataset.a.startsWith("leaky") || line.dataset.a === leaky;
      line.setAttribute("class", own ? "line y1" : "line other");
      line.setAttribute("display", own || (among && !this.tangent) ? "inline" : "none");
    }
    for (const line of this.querySelectorAll("[data-dg]")) {
      line.setAttribute("display", line.dataset.dg === chosen ? "inline" : "none");
    }
  }

  // The slope as a number and as the tangent, one unit to each side. A kink has no tangent, but a slope on each side.
  showSlope(z, a, dg, i, at, kinked) {
    const [[x1, y1], [x2, y2]] = [-1, 1].map((step) => at(z[i] + step, a[i] + step * dg[i]));
    for (const [name, value] of Object.entries({x1, y1, x2, y2})) this.tangent.setAttribute(name, value);
    this.write({dg: [dg[i], 4]});
    const kink = kinked && z[i] === 0;
    this.querySelector(".kink").hidden = !kink;
    this.tangent.setAttribute("display", kink ? "none" : "inline");
    if (kink) this.write({left: [dg[i - 1], 2], right: [dg[i + 1], 2], taken: [dg[i], 2]});
    this.range.setAttribute("aria-valuetext", `z = ${z[i].toFixed(1)}, g'(z) = ${dg[i].toFixed(4)}`);
  }
});
