// A few steps of the trace in a frame, which has the theme of the lesson and the height of its step. A link to a step shows it.

customElements.define("trace-frame", class extends HTMLElement {
  connectedCallback() {
    const frame = this.querySelector("iframe");
    const show = () => frame.contentWindow.postMessage({theme: document.documentElement.dataset.theme ?? "light"}, "*");
    addEventListener("message", ({source, data}) => {
      if (source !== frame.contentWindow) return;
      frame.style.height = `${data.height}px`;
      show();
    });
    document.addEventListener("click", ({target}) => {
      // At once: a smooth scroll ends halfway when the frame gets the height of its new step.
      if (target.closest("a")?.target === frame.name) frame.scrollIntoView({block: "start"});
    });
    new MutationObserver(show).observe(document.documentElement, {attributeFilter: ["data-theme"]});
  }
});
