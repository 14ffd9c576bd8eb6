// What all widgets share. A widget's HTML is complete; `start` reveals the controls, which need this script.
class CourseWidget extends HTMLElement {
  connectedCallback() {
    this.data = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    for (const each of this.querySelectorAll(".controls")) each.hidden = false;
    this.start();
  }

  // Let a button act when it is pressed, unless it rests.
  press(name, act) {
    const button = this.querySelector(`.${name}`);
    button.addEventListener("click", () => { if (button.getAttribute("aria-disabled") !== "true") act(); });
  }

  // A button that rests does nothing. A disabled button would lose the focus.
  rest(name, resting) {
    this.querySelector(`.${name}`).setAttribute("aria-disabled", resting);
  }

  // Let a part of a drawing be pulled. The functions get the pointer's place in the drawing.
  drag(part, {begin, move, end}) {
    const at = ({clientX, clientY}) => new DOMPoint(clientX, clientY).matrixTransform(part.closest("svg").getScreenCTM().inverse());
    const call = (act, event) => act?.(at(event).x, at(event).y);
    part.classList.add("pull");
    // A finger pulls the part and does not scroll the page. Safari ignores touch-action within an SVG drawing. Chromium obeys
    // it, and ignores this refusal while the page still glides.
    part.addEventListener("touchstart", event => event.preventDefault(), {passive: false});
    part.addEventListener("pointerdown", event => {
      if (event.button !== 0 || !event.isPrimary) return;
      event.preventDefault();  // selects no text
      part.focus();
      part.setPointerCapture(event.pointerId);
      call(begin, event);
      const moved = event => call(move, event);
      part.addEventListener("pointermove", moved);
      part.addEventListener("lostpointercapture", last => { part.removeEventListener("pointermove", moved); call(end, last); }, {once: true});
    });
  }

  // Let a point of a curve be pulled: its place chooses the value of a slider, which stays for the keyboard.
  slide(point, range, valueAt) {
    const move = x => {
      range.value = valueAt(x);
      range.dispatchEvent(new Event("input", {bubbles: true}));
    };
    this.dragPoint(point, {move, end: () => this.tell(range.getAttribute("aria-valuetext"))});
  }

  // Let a point be pulled to the side. It keeps its distance from the finger, which rarely meets its middle.
  dragPoint(point, {begin, move, end}) {
    let beside;
    this.drag(point, {begin: x => { beside = x - point.cx.baseVal.value; begin?.(); }, move: x => move(x - beside), end});
  }

  // Tell what a pointer has left behind.
  tell(text) {
    if (!this.querySelector(".told")) this.insertAdjacentHTML("beforeend", '<p class="told" role="status"></p>');
    this.querySelector(".told").textContent = text;
  }

  // Put numbers into the elements with these data-value names: name -> [number, digits].
  write(numbers) {
    for (const [name, [value, digits]] of Object.entries(numbers)) {
      this.querySelector(`[data-value=${name}]`).textContent = asText(value, digits);
    }
  }

  // Mark the entries of matrices that go into a result, and the chosen entries of the result.
  mark({used, chosen}, part = this) {
    for (const cell of part.querySelectorAll("td")) {
      cell.classList.toggle("used", used.includes(cell.dataset.cell));
      cell.classList.toggle("chosen", chosen.includes(cell.dataset.cell));
    }
  }
}

// A number with a typographic minus. What rounds to zero has no sign.
function asText(value, digits) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}
