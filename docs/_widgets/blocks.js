// The blocks of a network: step k shows what is computed so far, marks the block at work and the cache that it uses.
customElements.define("course-blocks", class extends CourseWidget {
  start() {
    this.steps = [...this.querySelectorAll(".step")];
    this.press("back", () => this.go(this.step - 1));
    this.press("next", () => this.go(this.step + 1));
    for (const each of this.querySelectorAll(".says")) each.hidden = true;
    this.go(1);
  }

  go(step) {
    this.step = step;
    this.steps.forEach((each, i) => { each.hidden = i + 1 !== step; });
    for (const each of this.querySelectorAll("[data-step]")) {
      each.classList.toggle("later", Number(each.dataset.step) > step);
      each.classList.toggle("used", [each.dataset.step, each.dataset.used].includes(String(step)));
    }
    for (const each of this.querySelectorAll("[data-block]")) {
      each.classList.toggle("now", Number(each.dataset.block) === step);
    }
    this.centre(this.querySelector(".block.now"), this.querySelector(".scroll"));
    this.rest("back", step === 1);
    this.rest("next", step === this.steps.length);
    this.querySelector(".said").textContent = this.steps[step - 1].querySelector(".says").textContent;
  }

  // Scroll a box sideways until an element is in its middle, as far as the box scrolls.
  centre(element, box) {
    const middle = (each) => each.getBoundingClientRect().left + each.getBoundingClientRect().width / 2;
    box.scrollLeft += middle(element) - middle(box);
  }
});
