// A drawn network: the chosen node's arithmetic, its edges, and its entries of the matrices.
customElements.define("course-nodes", class extends CourseWidget {
  start() {
    this.classList.add("one-by-one");
    this.addEventListener("change", () => this.show());
    for (const node of this.querySelectorAll("g[data-node]")) {
      node.addEventListener("click", () => this.choose(node.dataset.node));
    }
    this.show();
  }

  choose(node) {
    const button = this.querySelector(`input[value="${node}"]`);
    if (!button) return; // an input of the network is no choice
    button.checked = true;
    this.show();
  }

  show() {
    const node = this.querySelector("input:checked").value;
    this.mark(this.data[node]);
    for (const edge of this.querySelectorAll(".edge")) edge.classList.toggle("used", edge.dataset.to === node);
    for (const each of this.querySelectorAll(".node")) each.classList.toggle("chosen", each.dataset.node === node);
    for (const line of this.querySelectorAll("p[data-node]")) line.hidden = line.dataset.node !== node;
  }
});
