// The flow: values forward and slopes back, a step at a time; a chosen unit or weight shows its own lines.
customElements.define("course-flow", class extends CourseWidget {
  start() {
    this.help = [...this.querySelector(".arithmetic").childNodes];
    this.lines = [...this.querySelectorAll(".passes li")];
    this.words = {false: this.querySelector(".play").textContent, true: this.querySelector(".stop-word").textContent};
    this.press("play", () => this.play(this.timer === undefined));
    for (const [name, to] of [["back", () => this.step - 1], ["next", () => this.step + 1], ["all", () => this.lines.length]]) {
      this.press(name, () => { this.play(false); this.go(to()); });
    }
    const choosable = this.querySelector("[data-edge]") !== null;
    for (const each of choosable ? this.querySelectorAll("[data-mark]") : []) {
      each.setAttribute("tabindex", 0);
      each.setAttribute("role", "button");
      each.setAttribute("aria-label", this.label(each.dataset.mark));
      each.addEventListener("click", () => this.choose(each.dataset.mark));
      each.addEventListener("keydown", event => {
        if (!["Enter", " "].includes(event.key)) return;
        event.preventDefault();
        this.choose(each.dataset.mark);
      });
    }
    this.go(0);
  }

  // A unit by its value, a weight by its products.
  label(mark) {
    const own = this.querySelector(`[data-edge="${mark}"]`) ?? this.querySelector(`[data-part="value ${mark}"]`);
    return own.textContent;
  }

  // Show the first steps, and mark what the last of them uses.
  go(step) {
    this.step = step;
    const {steps} = this.data, later = new Set(steps.slice(step).map(each => each.computes));
    for (const each of this.querySelectorAll("[data-part]")) {
      each.style.visibility = later.has(each.dataset.part) ? "hidden" : "visible";
    }
    this.lines.forEach((line, i) => { line.hidden = i >= step; });
    this.mark(step > 0 ? steps[step - 1].marks : []);
    this.say(step > 0 ? this.lines[step - 1].cloneNode(true).childNodes : this.help);
    this.rest("back", step === 0);
    for (const name of ["next", "all"]) this.rest(name, step === this.lines.length);
  }

  mark(marks) {
    for (const each of this.querySelectorAll("[data-mark]")) each.classList.toggle("now", marks.includes(each.dataset.mark));
  }

  say(words) {
    this.querySelector(".arithmetic").replaceChildren(...words);
  }

  // All lines of a unit, or the products of a weight.
  choose(mark) {
    this.play(false);
    this.go(this.lines.length);
    const product = this.querySelector(`[data-edge="${mark}"]`);
    const own = this.lines.filter((_, i) => this.data.steps[i].marks[0] === mark);
    this.mark([mark, ...this.data.steps.filter(each => each.marks[0] === mark).flatMap(each => each.marks)]);
    this.say((product ? [product] : own).flatMap(line => [...line.cloneNode(true).childNodes, document.createElement("br")]));
  }

  // A step each second and a half, from the beginning if the end is reached.
  play(on) {
    clearInterval(this.timer);
    this.timer = undefined;
    this.querySelector(".play").textContent = this.words[on];
    if (!on) return;
    if (this.step === this.lines.length) this.go(0);
    this.timer = setInterval(() => {
      this.go(this.step + 1);
      if (this.step === this.lines.length) this.play(false);
    }, 1500);
  }
});
