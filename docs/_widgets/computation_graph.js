// The computation graph: forward and backward, a node at a time. The boxes show what is computed so far.
customElements.define("course-computation-graph", class extends CourseWidget {
  start() {
    this.last = this.querySelectorAll(".passes li").length;
    this.querySelector(".back").addEventListener("click", () => this.go(this.step - 1));
    this.querySelector(".next").addEventListener("click", () => this.go(this.step + 1));
    this.querySelector(".all").addEventListener("click", () => this.go(this.last));
    this.addEventListener("change", () => this.go(this.step));
    this.go(0);
  }

  // Show the first steps, and mark the node of the last of them.
  go(step) {
    this.step = step;
    const {nodes, steps} = this.data[this.querySelector("[name=graph-nudged]:checked").value];
    const done = steps.slice(0, step), latest = done.at(-1);
    const waits = (name, part) => steps.some((one, i) => i >= step && one.node === name && one.part === part);
    for (const each of this.querySelectorAll("[data-node]")) {
      const name = each.dataset.node, [value, derivative] = nodes[name];
      each.querySelector(".node-value").textContent = waits(name, "value") ? "" : value;
      each.querySelector(".node-derivative").textContent = waits(name, "derivative") ? "" : derivative;
      each.classList.toggle("now", latest?.node === name);
    }
    this.querySelectorAll(".passes li").forEach((line, i) => {
      line.textContent = steps[i].text;
      line.style.visibility = i < step ? "visible" : "hidden";
    });
    this.querySelector(".arithmetic").textContent = latest ? latest.text : "";
    this.querySelector(".back").disabled = step === 0;
    for (const name of ["next", "all"]) this.querySelector(`.${name}`).disabled = step === this.last;
  }
});
