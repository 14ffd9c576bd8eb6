// What axe-core finds wrong on a page. It judges the contrast of what is alike three times and not hundreds: contrast takes
// most of its time.

const ENOUGH = 3;
const WORD = /[a-z]{2}|\d{2}|[\u4e00-\u9fff]{2}/i; // axe passes no judgement on the contrast of one sign

/** The text that stands in an element itself and not in one of its children. */
const text = (box) => [...box.childNodes].map((each) => each.nodeType === Node.TEXT_NODE ? each.data : "").join(" ");

/** Mark the elements whose text, and all layers below the text, are painted as those of three earlier elements.
 *
 * What stands over or under text by its place alone (drawings, and what leaves the flow of the page) is never alike.
 */
function markAlike() {
  const layers = new Map(), counts = {};
  for (const box of document.querySelectorAll("body, body *")) {
    const style = getComputedStyle(box), below = layers.get(box.parentElement) ?? "";
    const layer = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter].join();
    const isPlaced = box.ownerSVGElement || !["static", "relative"].includes(style.position);
    layers.set(box, isPlaced ? `${layers.size}` : layer === "rgba(0, 0, 0, 0),none,1,none" ? below : `${below} ${layer}`);
    const kind = [layers.get(box), style.color, style.fontSize, style.fontWeight, style.textShadow].join();
    const isSeen = box.getClientRects().length > 0 && box.checkVisibility({ visibilityProperty: true });
    if (counts[kind] >= ENOUGH) box.dataset.alike = "";
    else if (isSeen && WORD.test(text(box))) counts[kind] = (counts[kind] ?? 0) + 1;
  }
}

/** Take away the formulas of KaTeX after the first three, thousands of elements, and code in which no kind of word is new.
 *
 * The kind gives the colour. Returns the elements, each with the comment that stands in its place.
 */
function takeAway() {
  const known = new Set(), isNew = (kind) => !known.has(kind) && known.add(kind);
  const kinds = (box) => [box.parentElement, box, ...box.querySelectorAll("[class]")].map((each) => each.className);
  const codes = [...document.querySelectorAll("pre, .sig > :not(a)")].filter((box) => !kinds(box).filter(isNew).length);
  const taken = [...[...document.querySelectorAll(".katex")].slice(ENOUGH), ...codes];
  return taken.map((box) => {
    const place = document.createComment("");
    box.replaceWith(place);
    return [place, box];
  });
}

/** The violations of these rules, or of all, as "rule: element". Frames are pages with tests of their own. */
window.violationsOf = async (rules) => {
  const taken = takeAway();
  markAlike();
  axe.configure({ rules: [{ id: "color-contrast", selector: ":not([data-alike])" }] });
  // A page from disk forbids to preload its styles. To write out what is right takes longer than to judge it.
  const options = { preload: false, iframes: false, resultTypes: ["violations"] };
  const { violations } = await axe.run(rules.length ? { ...options, runOnly: rules } : options);
  for (const box of document.querySelectorAll("[data-alike]")) box.removeAttribute("data-alike");
  for (const [place, box] of taken) place.replaceWith(box);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
};
