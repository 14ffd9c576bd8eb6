"""Write docs/mistakes.md in both languages: a line for every record, and the counts of the hold-out mistakes.

`python -m tools.build_mistakes_page` fills mistakes.md and mistakes.zh-CN.md, which stand beside this file.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from course_torch.language import COLON, LANGUAGES, NOTHING, Language, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.faults import Fault
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, edited_text
from tests.verification.networks.self_test.hold_out import HOLD_OUT
from tests.verification.networks.self_test.scores import COUNTS, SPELLINGS, Score, score

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
PAGES: dict[Language, Path] = {"en": DOCS / "mistakes.md", "zh": DOCS / "mistakes.zh-CN.md"}
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
    "": Text("Other causes", "其他原因"),
}
"""Place of the first edit -> heading."""
MADE_NUMBERS = {"number": 209, "m": 50, "exactly": NOTHING, "factor": "c", "calls": NOTHING}
"""What stands in the sentences with numbers that a diagnosis fills in."""


def page(counts: Iterable[tuple[int, ...]], language: Language) -> str:
    """Fill the template of the language. `counts` are those of the hold-out mistakes with and without a record."""
    rows = [(name.say(language), *map(str, row)) for name, row in zip(ROWS, counts, strict=True)]
    parts = []
    for place, heading in HEADINGS.items():
        entries = [entry(mistake, language) for mistake in MISTAKES.values() if place == place_of(mistake)]
        parts += [f"## {heading.say(language)}\n", *dict.fromkeys(entries), ""]
    template = (HERE / PAGES[language].name).read_text(encoding="utf-8")
    return template.format(
        hold_out=len(HOLD_OUT),
        spellings=len(SPELLINGS),
        scores="\n".join(f"| {' | '.join(row)} |" for row in rows),
        records="\n".join(parts).rstrip() + "\n",
    )


def place_of(mistake: Mistake) -> str:
    """The key of the heading: the place of the first edit of a tensor, or else "function", or "" without an edit."""
    return next((edit.place for edit in mistake.edits if edit.place in REFERENCE), "function" * bool(mistake.edits))


def entry(mistake: Mistake, language: Language) -> str:
    """A line: what the mistake looks like in the backward pass, what is wrong, and the section of the notes.

    "…" stands for what a diagnosis fills in.
    """
    sentence = mistake.sentence.say(language)
    if mistake.key in ("another m", "factor"):
        sentence = mistake.sentence.fill(**MADE_NUMBERS).say(language)
    sentence = re.sub(r"(?<!\{)\{\w+\}", "…", sentence).replace("{{", "{").replace("}}", "}").replace("*", "\\*")
    formula = next((wrong_line(edit) for edit in mistake.edits if edit.place in REFERENCE), "")
    shown = f"`{formula}`{COLON.say(language)}" * bool(formula)
    section = Text(f" ({mistake.section})", f"（{mistake.section}）").say(language) * bool(mistake.section)
    return f"- {shown}{sentence}{section}"


def wrong_line(edit: Edit) -> str:
    """The wrong formula as an equation, without needless parentheses."""
    formula = ast.unparse(ast.parse(edited_text(edit, edit.of.partition(" ")[0]), mode="eval")).replace(" ** ", "**")
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
