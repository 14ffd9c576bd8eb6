// The link to the other language leads to the section that is on the screen. Both languages use the same anchors.
const link = document.querySelector(".language-switch");

function sectionOnScreen() {
  const sections = [...document.querySelectorAll("article section[id], article section > span[id]")];
  const above = sections.filter((each) => each.getBoundingClientRect().top < window.innerHeight / 3);
  return above.length ? above[above.length - 1].id : "";
}

function keepPlace() {
  link.href = link.href.split("#")[0] + (window.scrollY > 0 ? "#" + sectionOnScreen() : "");
}

if (link) {
  for (const event of ["click", "focus", "pointerenter"]) link.addEventListener(event, keepPlace);
}
