// The settings that a page may choose, as the kit describes them.

import { filled, inWords, kit, Refusal, refusal } from "./kit.js";

const whole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
const KINDS = {
  choice: ({ choices }, value) => [choices.includes(value), filled("one_of", { names: choices.map(inWords).join(", ") })],
  integer: ({ least, most }, value) => [whole(value, least, most), filled("seed", { least: String(least), most: String(most) })],
  flag: (_, value) => [typeof value === "boolean", filled("flag")],
  subset: ({ choices }, value) => [
    Array.isArray(value) && value.length > 0 && value.every((each, i) => choices.includes(each) && value.indexOf(each) === i),
    filled("some_of", { choices: choices.join(", ") })],
  widths: ({ most, widest }, value) => [
    Array.isArray(value) && value.length <= most && value.every((each) => whole(each, 1, widest)),
    filled("widths", { n: most, most: widest })],
};

// The settings with some changes. A set whose labels are heights has the output identity, and the set after it begins
// with the usual output. Throws a refusal for an unknown name and a forbidden value.
export function changed(settings, changes) {
  const { settings: described, surfaces } = kit.hello;
  for (const [name, value] of Object.entries(changes)) {
    const description = described.find((each) => each.name === name);
    if (!description) throw refusal("unknown", { name });
    const [right, expected] = KINDS[description.kind](description, value);
    if (!right) throw new Refusal(filled("found", { name, found: inWords(value), expected }));
  }
  const describe = (name) => described.find((each) => each.name === name);
  const usual = surfaces.includes(settings.data) && "data" in changes ? { output: describe("output").default } : {};
  const made = { ...settings, ...usual, ...changes }, { choices } = describe("features");
  made.features = choices.filter((each) => made.features.includes(each));
  return surfaces.includes(made.data) ? { ...made, output: "identity" } : made;
}
