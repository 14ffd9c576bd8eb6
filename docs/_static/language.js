// A link to the other language leads to the section that is on the screen. Both languages use the same anchors.
function sectionOnScreen() {
  const sections = [...document.querySelectorAll("article section[id]")];
  return sections.filter((each) => each.getBoundingClientRect().top < window.innerHeight / 3).pop();
}

function keepPlace(event) {
  const link = event.currentTarget, section = sectionOnScreen();
  link.href = link.href.split("#")[0] + (window.scrollY > 0 && section ? "#" + section.id : "");
}

// The page has the link twice: on a phone it is in the menu.
for (const link of document.querySelectorAll(".language-switch")) {
  for (const event of ["click", "focus", "pointerenter"]) link.addEventListener(event, keepPlace);
}
