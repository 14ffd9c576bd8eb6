"""Write docs/mistakes.md in both languages: every record with its edits, and the counts of the hold-out mistakes.

`python -m tools.build_mistakes_page` fills mistakes.md and mistakes.zh-CN.md, which stand beside this file.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from itertools import product
from pathlib import Path

from course_torch.language import LANGUAGES, NOTHING, Language, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.faults import Fault
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, edited_text, text_of
from course_torch.mistakes.solution import FORMS, SOLUTIONS, body_of, change_of, solution
from tests.verification.networks.self_test.hold_out import HOLD_OUT
from tests.verification.networks.self_test.scores import COUNTS, SPELLINGS, Score, score

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
PAGES: dict[Language, Path] = {"en": DOCS / "mistakes.md", "zh": DOCS / "mistakes.zh-CN.md"}
CHAPTERS = sorted(path.stem for path in SOLUTIONS.glob("*.py"))
LONGEST = 5
"""The largest number of ways to make a mistake that a diff shows of one formula."""

ROWS = (Text("with a record", "有记录"), Text("without a record", "没有记录"))
HEADINGS = {
    "dZ[L]": Text("dZ of the output layer", "输出层的 dZ"),
    "dZ": Text("dZ of a hidden layer", "隐层的 dZ"),
    "dA": Text("dA of the layer below", "前一层的 dA"),
    "dW": Text("dW", "dW"),
    "db": Text("db", "db"),
    "dslope": Text("dslope of leaky ReLU", "leaky ReLU 的 dslope"),
    "Z": Text("Z in the forward pass", "正向传播里的 Z"),
    "A": Text("A in the forward pass", "正向传播里的 A"),
    "L": Text("The losses", "损失"),
    "function": Text("In the functions of the exercises", "练习的函数里"),
    "": Text("Without an edit", "没有改动"),
}
"""Place of the first edit -> heading."""
MADE_NUMBERS = {"number": 209, "m": 50, "exactly": NOTHING, "factor": "c", "calls": NOTHING}
"""What stands in the sentences with numbers that a diagnosis fills in."""


def page(counts: Iterable[tuple[int, ...]], language: Language) -> str:
    """Fill the template of the language. `counts` are those of the hold-out mistakes with and without a record."""
    rows = [(name.say(language), *map(str, row)) for name, row in zip(ROWS, counts, strict=True)]
    parts = []
    for place, heading in HEADINGS.items():
        parts.append(f"## {heading.say(language)}\n")
        for mistake in MISTAKES.values():
            if place == place_of(mistake):
                parts += [paragraph(mistake, language), *diff(mistake)]
    template = (HERE / PAGES[language].name).read_text(encoding="utf-8")
    return template.format(
        hold_out=len(HOLD_OUT),
        spellings=len(SPELLINGS),
        scores="\n".join(f"| {' | '.join(row)} |" for row in rows),
        records="\n".join(parts),
    )


def place_of(mistake: Mistake) -> str:
    """The key of the heading: the place of the first edit of a tensor, or else "function", or "" without an edit."""
    return next((edit.place for edit in mistake.edits if edit.place in REFERENCE), "function" * bool(mistake.edits))


def paragraph(mistake: Mistake, language: Language) -> str:
    """Key, section and sentence, in Chinese the title too. "…" stands for what a diagnosis fills in."""
    sentence = mistake.sentence.say(language)
    if mistake.key in ("another m", "factor"):
        sentence = mistake.sentence.fill(**MADE_NUMBERS).say(language)
    sentence = re.sub(r"(?<!\{)\{\w+\}", "…", sentence).replace("{{", "{").replace("}}", "}").replace("*", "\\*")
    end = Text(".", "。").say(language) * (sentence[-1] not in "?？")
    if language == "zh":
        title = mistake.title.zh.replace("*", "\\*")
        return f"`{mistake.key}` {title}{f'（笔记 {mistake.section}）' * bool(mistake.section)}：{sentence}{end}\n"
    return f"`{mistake.key}`{f' (notes {mistake.section})' * bool(mistake.section)}: {sentence}{end}\n"


def diff(mistake: Mistake) -> Iterator[str]:
    """The edits as a block of lines with - and +."""
    wrong: dict[str, list[str]] = {}
    for edit in mistake.edits:
        if edit.place in REFERENCE:
            wrong.setdefault(right_line(edit), []).append(line(edit, edited_text(edit, edit.of.partition(" ")[0])))
    if wrong:
        yield "```diff"
        for right, ways in wrong.items():
            yield from (f"- {right}", *(f"+ {way}" for way in ways[:LONGEST]), *["+ …"] * (len(ways) > LONGEST))
        yield "```\n"
    elif blocks := list(dict.fromkeys(in_first_function(mistake))):
        yield "```diff"
        yield from (*blocks[: LONGEST + 1], *["+ …"] * (len(blocks) > LONGEST + 1))
        yield "```\n"


def in_first_function(mistake: Mistake) -> Iterator[str]:
    """The name of the first function in which the mistake can be made, and the lines that each edit changes in it."""
    first = ""
    for edit in mistake.edits:
        for chapter, (library, layout) in product(CHAPTERS, FORMS):
            change = change_of(edit, chapter, library, layout)
            if change is not None and first in ("", edit.place):
                if not first:
                    yield f"@@ {edit.place} @@"
                first = edit.place
                body = body_of(solution(chapter, "numpy", layout), edit.place)
                lines = (text.split("\n") for text in (body, body.replace(*change, 1)))
                yield "\n".join(
                    f"{line[0]} {line[1:].strip()}" for line in list(unified_diff(*lines, n=0, lineterm=""))[3:]
                )
                break


def right_line(edit: Edit) -> str:
    """The right formula, with the functions with which the mistake is possible."""
    function = edit.of.partition(" ")[0]
    right = REFERENCE[edit.place].get(edit.of) if edit.of else None
    right = right or text_of(edit.place, edit.old, function)
    return line(edit, right) + (f"  # {edit.of.replace(' ', ', ')}" if edit.of else "")


def line(edit: Edit, formula: str) -> str:
    """The formula as an equation, without needless parentheses."""
    formula = ast.unparse(ast.parse(formula, mode="eval")).replace(" ** ", "**")
    return f"{'dA_prev' if edit.place == 'dA' else edit.place} = {formula}"


def counted(scored: Sequence[tuple[Fault, Score]]) -> list[tuple[int, ...]]:
    """The counts of the hold-out mistakes with and without a record."""
    groups = ([score for fault, score in scored if bool(fault.causes) is recorded] for recorded in (True, False))
    return [(len(group), *(sum(getattr(score, count) for score in group) for count in COUNTS)) for group in groups]


def main() -> None:
    counts = counted([(fault, score(fault)) for fault in HOLD_OUT])
    for language in LANGUAGES:
        PAGES[language].write_text(page(counts, language), encoding="utf-8")


if __name__ == "__main__":
    main()
