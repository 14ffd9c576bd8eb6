// The source of the step: the line that calls it, and the function itself.

import { element } from "../elements.js";
import { own, say, sources, state, steps } from "./record.js";

const PYTHON = /("""[^]*?"""|"[^"\n]*"|'[^'\n]*')|(#[^\n]*)|\b(def|return|if|else|elif|for|in|is|not|None|True|False|and|or|assert|while|with|lambda|raise|import|from|class|yield)\b/g;

// The lines of a source as lists of coloured parts. A docstring may run over several lines.
function coloured(text) {
  const lines = [[]];
  const add = (part, kind) => part.split("\n").forEach((piece, i) => {
    if (i > 0) lines.push([]);
    if (piece) lines.at(-1).push(kind ? element("span", { class: kind }, piece) : piece);
  });
  let at = 0;
  for (const found of text.matchAll(PYTHON)) {
    add(text.slice(at, found.index), null);
    add(found[0], found[1] ? "string" : found[2] ? "comment" : "keyword");
    at = found.index + found[0].length;
  }
  add(text.slice(at), null);
  return lines;
}

// `from` to `end` are lines of the file; `now` is the lit line; `calls` is line -> step that the line calls.
function listing(source, from, end, now, calls) {
  const all = coloured(source.text);
  const shown = all.slice(from - source.first_line, end + 1 - source.first_line);
  return element("pre", { tabindex: 0, role: "group", "aria-label": source.file }, element("code", {}, shown.map((parts, i) => {
    const number = from + i, inner = calls.get(number) ?? [];
    return element("span", { class: number === now ? "line now" : "line" }, element("span", { class: "number" }, String(number)), parts,
      inner.map((step) => [" ", element("button", { type: "button", class: "link", "data-step": step,
        "aria-label": say("calls", { number: step }) }, `→ ${step}`)]));
  })));
}

const lastLine = (source) => source.first_line + source.text.split("\n").length - 1;

// The learner's line that computes the first wrong tensor, with the lines around it.
export function ownLines(step) {
  const { line, step: number } = own?.first_wrong ?? {};
  if (!line || number !== step.number) return [];
  const source = { ...line, file: own.file };
  const from = Math.max(line.first_line, line.line - 3), end = Math.min(lastLine(line), line.line + 3);
  return [element("h3", {}, say("own_line", { file: own.file, place: line.place[state.language] })),
    listing(source, from, end, line.line, new Map())];
}

export function sourceOf(step) {
  const source = sources[step.source], caller = sources[step.called_from.source], line = step.called_from.line;
  const calls = new Map();
  for (const inner of steps.filter((each) => each.parent === step.number)) {
    calls.set(inner.called_from.line, [...(calls.get(inner.called_from.line) ?? []), inner.number]);
  }
  return element("details", { open: state.sourceOpen, toggle: ({ target }) => { state.sourceOpen = target.open; } },
    element("summary", {}, say("source")),
    element("h3", {}, `${say("called")}: ${say("line", { file: caller.file, line })}`),
    listing(caller, Math.max(caller.first_line, line - 2), Math.min(lastLine(caller), line + 2), line, new Map()),
    element("h3", {}, `${say("source")}: ${say("line", { file: source.file, line: source.first_line })}`),
    listing(source, source.first_line, lastLine(source), null, calls));
}
