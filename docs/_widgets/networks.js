// Networks that train side by side: one set of buttons for all frames, which tell their height.
const TICK = 33, MOST = 100;  // milliseconds between two steps, and the steps of a message

customElements.define("course-networks", class extends CourseWidget {
  start() {
    this.querySelector(".networks").hidden = false;
    this.frames = [...this.querySelectorAll("iframe")];
    this.press("run", () => this.run(this.timer === undefined));
    this.press("step", () => { this.run(false); this.advance(1); });
    this.press("reset", () => { this.run(false); this.steps = 0; this.ask("reset"); });
    this.steps = 0;
    // A frame loads when it comes near the screen. In a hidden box the playground would find no width.
    const near = new IntersectionObserver((entries) => {
      for (const {isIntersecting, target} of entries) if (isIntersecting) target.src ||= target.dataset.src;
    }, {rootMargin: "600px"});
    for (const frame of this.frames) near.observe(frame);
    addEventListener("message", ({source, data}) => {
      const frame = this.frames.find(each => each.contentWindow === source);
      if (!frame) return;
      if (data.height) frame.style.height = `${data.height}px`;
      if (data.ready) this.begin(frame);
    });
    new MutationObserver(() => this.frames.forEach(frame => this.show(frame)))
      .observe(document.documentElement, {attributeFilter: ["data-theme"]});
  }

  // A frame from disk has no origin that could be named.
  tell(frame, message) {
    frame.contentWindow.postMessage(message, "*");
  }

  ask(what, value) {
    for (const frame of this.frames) this.tell(frame, {ask: what, value});
  }

  // All networks make the same steps: a network alone one at a time, networks that race ten.
  run(running) {
    clearInterval(this.timer);
    this.timer = running ? setInterval(() => this.advance(this.frames.length > 1 ? 10 : 1), TICK) : undefined;
    this.querySelector(".run").textContent = this.data[running ? "pause" : "run"];
  }

  advance(steps) {
    this.steps += steps;
    this.ask("step", steps);
  }

  // A frame that loads late catches up with the others.
  begin(frame) {
    this.show(frame);
    for (let left = this.steps; left > 0; left -= MOST) this.tell(frame, {ask: "step", value: Math.min(left, MOST)});
  }

  // A frame has the theme of the lesson.
  show(frame) {
    this.tell(frame, {theme: document.documentElement.dataset.theme ?? "light"});
  }
});
