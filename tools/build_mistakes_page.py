"""Write docs/mistakes.md in both languages: every record with its edits, and the counts of the hold-out mistakes.

python -m tools.build_mistakes_page
"""

import ast
import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import product
from pathlib import Path

from course_torch.language import LANGUAGES, NOTHING, Language, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, edited, text_of
from course_torch.mistakes.solution import FORMS, SOLUTIONS, body_of, change_of, solution
from tests.verification.hold_out import HOLD_OUT
from tests.verification.self_test import COUNTS, SPELLINGS, score

DOCS = Path(__file__).parents[1] / "docs"
PAGES: dict[Language, Path] = {"en": DOCS / "mistakes.md", "zh": DOCS / "mistakes.zh-CN.md"}
CHAPTERS = sorted(path.stem for path in SOLUTIONS.glob("*.py"))
LONGEST = 5
"""The largest number of ways to make a mistake that a diff shows of one formula."""

INTRODUCTION = Text(
    f"""# The known mistakes, and how often the report names them

[README](../README.md) · [中文](mistakes.zh-CN.md)

This page is written by `python -m tools.build_mistakes_page`.

Every known mistake is one record in `course_torch/mistakes`. From the record follow the tensor that the diagnosis
compares with, the mistake that the playground offers, the result that `course-torch check` compares with, and what the
tests make wrong on purpose, in the real code and in right solutions.

## How often the diagnosis is right

These tests and the diagnosis use the same records, so they agree by construction: the tests show that the report works
in the real code, and not that the report explains mistakes that other people make. The table therefore counts
{len(HOLD_OUT)} mistakes that were written apart, without the records (`tests/verification/hold_out.py`). They are made
on networks of 3 to 5 layers: sigmoid outputs in float64 and float32, softmax and identity outputs in float64, where
the mistake applies.

A mistake is found if the report objects, and placed if the report says which tensor is the first wrong one. The
mistake is named if the diagnosis lists its cause, alone or with other causes that make the same tensor. The diagnosis
is unknown if it names no cause, and misleading if it names only wrong causes. A mistake without a record has no cause
that could be named, so unknown is the right answer. {len(SPELLINGS)} right backward passes that are written differently
raise no alarm.
""",
    f"""# 已知的错误，以及报告能说对多少

[README](../README.zh-CN.md) · [English](mistakes.md)

本页由 `python -m tools.build_mistakes_page` 写出。

每个已知的错误都是 `course_torch/mistakes` 里的一条记录。
由这条记录得出的有：诊断用来比较的张量、训练场里可选的错误、`course-torch check` 用来比较的结果，
以及测试在真正的代码里和正确的答案里故意犯下的错误。

## 诊断有多准

这些测试和诊断用的是同样的记录，两者必然一致：测试说明报告在真正的代码里有效，却不能说明报告能解释别人犯的错误。
所以下表统计的是另外编写的 {len(HOLD_OUT)} 个错误，编写时没有看这些记录（`tests/verification/hold_out.py`）。
它们犯在 3 到 5 层的网络里：sigmoid 输出用 float64 和 float32，softmax 输出和恒等输出用 float64，只用错误适用的网络。

报告提出异议，算发现；说对第一个出错的张量，算定位。诊断列出了这个原因，算说出，也可以与得到同样张量的其他原因一起列出。
没有说出任何原因，算不知道；说出的原因全都不对，算误导。没有记录的错误没有可以说出的原因，不知道就是正确的回答。
另有 {len(SPELLINGS)} 种写法不同但正确的反向传播，都没有引起误报。
""",
)
HEAD = Text(
    "mistakes | number | networks | found | placed | named | unknown | misleading",
    "错误 | 个数 | 网络 | 发现 | 定位 | 说出 | 不知道 | 误导",
)
ROWS = (Text("with a record", "有记录"), Text("without a record", "没有记录"))
EDITS = Text(
    """## How to read the edits

The key of a mistake stands first. A line with `-` is the right formula, and a line with `+` is the mistake. Several
lines with `+` are several ways to make the mistake. The names after `#` are the activations or the outputs with which
the mistake is possible. Every mistake in a tensor is recognized alone, with a wrong sign, with m and 1/m, and with a
constant factor. A mistake in a function of the exercises is shown in the first function in which it can be made.

Examples are rows. The formulas use [the course's symbols](structure.md), and these names:

- `above`, `below`, `top`, `other`: layer l + 1, layer l - 1, the last hidden layer, any other layer
- `i`, `n`: the numbers of the examples in a column, the number of units of the layer
- `g_prime`, `derivative_of`, `value_of`: g' of this layer, g' and g of another activation
- `log_A`, `log_rest`: log A and log(1 - A)
""",
    """## 怎样读这些改动

最前面是错误的标识。以 `-` 开头的一行是正确的公式，以 `+` 开头的一行是错误；有几行 `+`，就有几种写错的方式。
写在 `#` 后面的，是可能出现这个错误的激活函数或输出。
张量里的每个错误都会单独试一遍，再配上相反的符号、m 和 1/m、一个常数因子各试一遍。
练习的函数里的错误，只写出第一个可能犯这个错误的函数。

每一行是一个样本。公式使用[课程的符号](structure.zh-CN.md)和这些名字：

- `above`、`below`、`top`、`other`：第 l + 1 层、第 l - 1 层、最后一个隐层、任何别的层
- `i`、`n`：排成一列的样本编号、本层的单元数
- `g_prime`、`derivative_of`、`value_of`：本层的 g'、另一个激活函数的 g' 和 g
- `log_A`、`log_rest`：log A 和 log(1 - A)
""",
)
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
    """The text of the page. `counts` are those of the hold-out mistakes with and without a record."""
    rows = [(name.say(language), *map(str, row)) for name, row in zip(ROWS, counts, strict=True)]
    head = HEAD.say(language).split(" | ")
    table = "".join(f"| {' | '.join(row)} |\n" for row in (head, ["---"] * len(head), *rows))
    parts = [INTRODUCTION.say(language), table, EDITS.say(language)]
    for place, heading in HEADINGS.items():
        parts.append(f"## {heading.say(language)}\n")
        for mistake in MISTAKES.values():
            if place == place_of(mistake):
                parts += [paragraph(mistake, language), *diff(mistake)]
    return "\n".join(parts)


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
            wrong.setdefault(right_line(edit), []).append(line(edit, edited(edit, edit.of.partition(" ")[0])))
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


def measured() -> list[tuple[int, ...]]:
    """The counts of the hold-out mistakes with and without a record."""
    groups = ([fault for fault in HOLD_OUT if bool(fault.causes) is recorded] for recorded in (True, False))
    scores = [[score(fault) for fault in group] for group in groups]
    return [(len(group), *(sum(getattr(score, count) for score in group) for count in COUNTS)) for group in scores]


def main() -> None:
    counts = measured()
    for language in LANGUAGES:
        PAGES[language].write_text(page(counts, language), encoding="utf-8")


if __name__ == "__main__":
    main()
