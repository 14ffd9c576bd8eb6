// Unpacks a graph that `playground/packed.py` made: a character is a number, from "#" for 0.

const numbers = (text) => Array.from(text, (each) => each.codePointAt(0) - "#".codePointAt(0));

export function unpacked({ forms, graphs }, name) {
  const packed = graphs[name], distances = numbers(packed.reads), ends = numbers(packed.outputs);
  let at = 0;
  const nodes = numbers(packed.forms).map((form, number) => {
    const [operation, count, others] = forms[form];
    return [operation, distances.slice(at, (at += count)).map((distance) => number - distance), others];
  });
  const named = (each) => Object.fromEntries(packed.names.map((key, i) => [key, each[i]]).filter(([, node]) => node >= 0));
  const mistakes = Object.fromEntries(Object.entries(packed.mistakes).map(([key, text]) => [key, named(followed(text))]));
  return { nodes, outputs: named(ends), mistakes };
}

// The nodes of a mistake from the steps between them; -1 for an output that it leaves.
function followed(text) {
  let last = 0;
  return numbers(text).map((step) => {
    if (step === 0) return -1;
    last += step % 2 === 1 ? (step - 1) / 2 : -step / 2;
    return last;
  });
}
