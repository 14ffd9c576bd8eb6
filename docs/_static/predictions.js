// A prediction hides its answer, and the blocks that show the answer, until the reader has committed.

// Show a prediction as it is: open if the reader said something that the form can hold, else as a question.
function showPrediction(form, said) {
  const box = form.parentElement, fields = form.querySelector("fieldset"), line = box.querySelector(".said");
  const blocks = box.nextElementSibling?.matches(".answers") ? [box.nextElementSibling] : [];
  const answer = box.querySelector("details"), typed = !form.querySelector("[type=radio]");
  if (said === undefined) form.reset();
  else form.elements.said.value = said;
  const committed = said !== undefined && form.elements.said.value === said;
  for (const hidden of [answer, ...blocks, line.firstElementChild]) hidden.hidden = !committed;
  answer.open = committed;
  fields.disabled = committed;
  fields.hidden = committed && typed;
  form.querySelector("[type=submit]").hidden = committed;
  for (const right of form.querySelectorAll(".right")) right.hidden = !committed;
  const chosen = form.querySelector(":checked ~ span");
  line.querySelector("b").replaceChildren(...(chosen ? chosen.cloneNode(true).childNodes : [said ?? ""]));
}

for (const form of forms) {
  const { name } = form.dataset, line = form.parentElement.querySelector(".said");
  form.parentElement.classList.add("asks");
  for (const field of form.elements) field.hidden = false;
  followProgress("predictions", name, (said) => showPrediction(form, said));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = form.elements.said.value.trim();
    if (!said) return;
    keepProgress("predictions", name, said);
    showPrediction(form, said);
    window.dispatchEvent(new Event("resize"));  // the theme lets a key reach the boxes that scroll
    line.focus();
  });
  line.querySelector(".again").addEventListener("click", () => {
    forgetProgress(`predictions/${name}`);
    showPrediction(form, undefined);
    form.querySelector("input").focus();
  });
}
