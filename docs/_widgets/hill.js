// A ball on a curve: the pointer or a slider puts the ball somewhere, and a button lets it take the steps of gradient descent.
customElements.define("course-hill", class extends CourseWidget {
  start() {
    this.range = this.querySelector("[type=range]");
    this.walks = this.querySelector(".next") !== null;
    this.addEventListener("input", () => this.go(0));
    if (this.walks) {
      this.press("next", () => this.go(this.step + 1));
      this.press("again", () => this.go(0));
    }
    this.slide(this.querySelector(".ball"), this.range, x => this.nearest(x));
    this.go(0);
  }

  // The number of the start that lies nearest to a place in the drawing.
  nearest(x) {
    const away = this.data.walks["0.1"].map(([[w, J]]) => Math.abs(this.at(w, J)[0] - x));
    return away.indexOf(Math.min(...away));
  }

  // Show the ball after this many steps.
  go(step) {
    this.step = step;
    const alpha = this.querySelector("[type=radio]:checked")?.value ?? "0.1", {walks, reach} = this.data;
    const walk = walks[alpha][this.range.value], [w, J, dw] = walk[step];
    const [x, y] = this.at(w, J), [x1, y1] = this.at(w - reach, J - reach * dw), [x2, y2] = this.at(w + reach, J + reach * dw);
    const set = (element, values) => { for (const [name, value] of Object.entries(values)) element.setAttribute(name, value); };
    set(this.querySelector(".ball"), {cx: x, cy: y});
    set(this.querySelector(".tangent"), {x1, y1, x2, y2});
    this.range.setAttribute("aria-valuetext", `w = ${asText(walk[0][0], 1)}`);
    this.write({w: [w, 2], J: [J, 2], dw: [dw, 2]});
    if (this.walks) this.showStep(walk, alpha);
  }

  // The trail of the steps, and the arithmetic of the last step.
  showStep(walk, alpha) {
    const [w, J] = walk[this.step], [before, , dw] = walk[Math.max(0, this.step - 1)], factor = asText(dw, 2);
    this.querySelector(".trail").innerHTML = walk.slice(0, this.step).map(([w, J]) => {
      const [x, y] = this.at(w, J);
      return `<circle class="point before" r="4" cx="${x}" cy="${y}"/>`;
    }).join("");
    this.write({step: [this.step, 0]});
    this.querySelector(".arithmetic").textContent =
      this.step > 0 ? `w := ${asText(before, 2)} − ${alpha} · ${dw < 0 ? `(${factor})` : factor} = ${asText(w, 2)}` : "";
    const [, , , , [low, high], [, top]] = this.data.plane;
    this.querySelector(".outside").hidden = low <= w && w <= high && J <= top;
    this.rest("next", this.step === walk.length - 1);
    this.rest("again", this.step === 0);
  }

  // The place of (w, J) in the drawing.
  at(w, J) {
    const [left, top, width, height, [w0, w1], [J0, J1]] = this.data.plane;
    return [left + (w - w0) / (w1 - w0) * width, top + (J1 - J) / (J1 - J0) * height];
  }
});
