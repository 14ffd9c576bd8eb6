// The computation graph: forward and backward, a node at a time. The boxes show what is computed so far. With a nudge,
// a line shows the slope that it measures.
customElements.define("course-computation-graph", class extends CourseWidget {
  start() {
    this.last = this.querySelectorAll(".passes li").length;
    this.press("back", () => this.go(this.step - 1));
    this.press("next", () => this.go(this.step + 1));
    this.press("all", () => this.go(this.last));
    this.addEventListener("change", () => this.go(this.step));
    this.go(0);
  }

  // Show the first steps, and mark the node of the last of them.
  go(step) {
    this.step = step;
    const {nodes, steps, measured} = this.data[this.querySelector("[name=graph-nudged]:checked").value];
    const latest = steps[step - 1];
    const waits = (name, part) => steps.some((one, i) => i >= step && one.node === name && one.part === part);
    const show = (element, text, hidden) => {
      element.textContent = text;
      element.style.visibility = hidden ? "hidden" : "visible";
    };
    for (const each of this.querySelectorAll("[data-node]")) {
      const name = each.dataset.node, [value, derivative] = nodes[name];
      show(each.querySelector(".node-value"), value, waits(name, "value"));
      show(each.querySelector(".node-derivative"), derivative, waits(name, "derivative"));
      each.classList.toggle("now", latest?.node === name);
    }
    this.querySelectorAll(".passes li").forEach((line, i) => show(line, steps[i].text, i >= step));
    this.querySelector(".arithmetic").textContent = latest ? latest.text : "";
    this.querySelector(".measured").textContent = measured;
    this.rest("back", step === 0);
    for (const name of ["next", "all"]) this.rest(name, step === this.last);
  }
});
