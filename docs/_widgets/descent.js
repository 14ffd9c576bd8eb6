// Gradient descent: the ball stands where the chosen step of the chosen learning rate ends.
customElements.define("course-descent", class extends CourseWidget {
  start() {
    this.range = this.querySelector("[name=descent-step]");
    this.addEventListener("input", () => this.show());
    this.show();
  }

  show() {
    const rate = this.querySelector("[name=descent-rate]:checked").value;
    const step = Number(this.range.value), walk = this.data[rate];
    for (const part of ["map", "curve"]) {
      const line = this.querySelector(`.line.${part}`), ball = this.querySelector(`.${part}-ball`);
      line.setAttribute("points", walk.slice(0, step + 1).map((each) => each[part].join(",")).join(" "));
      ball.setAttribute("cx", walk[step][part][0]);
      ball.setAttribute("cy", walk[step][part][1]);
    }
    const [w, b, J, dw, db] = walk[step].numbers;
    this.write({step: [step, 0], w: [w, 4], b: [b, 4], J: [J, 4], dw: [dw, 4], db: [db, 4]});
    this.range.setAttribute("aria-valuetext", `${step}, J = ${J.toFixed(4)}`);
    const next = walk[step + 1];
    this.querySelector(".arithmetic").textContent =
      next ? [this.update("w", w, rate, dw, next.numbers[0]), this.update("b", b, rate, db, next.numbers[1])].join("\n") : "";
  }

  // The arithmetic of the next update of a parameter.
  update(name, value, rate, slope, result) {
    const factor = asText(slope, 4);
    return `${name}: ${asText(value, 4)} − ${rate} · ${slope < 0 ? `(${factor})` : factor} = ${asText(result, 4)}`;
  }
});
