"""Write docs/mistakes.md in both languages: the mistakes of the self-test with its counts, and the catalogue.

python tools/build_mistakes_page.py
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from course_torch.language import LANGUAGES, Language, Text, same
from course_torch.mistakes.context import ForwardCause
from course_torch.mistakes.record import Mistake
from course_torch.verification.breakable import Mistake
from course_torch.verification.catalogue import CATALOGUE, VAGUE
from course_torch.verification.catalogue.forward import FORWARD
from course_torch.verification.mistakes import MISTAKES, VARIANTS
from course_torch.verification.scoring import COUNTS, score

DOCS = Path(__file__).parents[1] / "docs"
PAGES: dict[Language, Path] = {"en": DOCS / "mistakes.md", "zh": DOCS / "mistakes.zh-CN.md"}
INTRODUCTION = Text(
    f"""# Mistakes in a backward pass, and how the report explains them

[README](../README.md) · [中文](mistakes.zh-CN.md)

This page is written by `python tools/build_mistakes_page.py`.

`course-torch compare --self-test` makes each mistake of the first table in the real code, on networks of 3 to 5 layers:
sigmoid outputs in float64 and float32, softmax and identity outputs in float64, where the mistake applies. The report
must find each mistake, place it at the first wrong tensor, and name its cause. A cause counts as named if the
diagnosis lists it, alone or with other causes that make the same tensor. A diagnosis is unknown if it names no cause,
and misleading if it names only wrong causes. {len(VARIANTS)} right backward passes that are written differently raise
no alarm.
""",
    f"""# 反向传播里的错误，以及报告怎样解释它们

[README](../README.zh-CN.md) · [English](mistakes.md)

本页由 `python tools/build_mistakes_page.py` 写出。

`course-torch compare --self-test` 在真正的代码里逐一犯下第一张表中的错误，用的是 3 到 5 层的网络：
sigmoid 输出用 float64 和 float32，softmax 输出和恒等输出用 float64，只用错误适用的网络。
报告必须发现每个错误，定位到第一个错的张量，并说出原因。诊断列出了这个原因，就算说出；
也可以与得到同样张量的其他原因一起列出。没有说出任何原因，算不知道；说出的原因全都不对，算误导。
另有 {len(VARIANTS)} 种写法不同但正确的反向传播，都没有引起误报。表中错误的名字就是命令打印的名字。
""",
)
SELF_TEST = Text("## The mistakes of the self-test\n", "## 自检犯下的错误\n")
CAUSES = Text(
    "## The causes that the diagnosis knows\n\n"
    "Every cause is tried alone, with a wrong sign, with m and 1/m, and with a constant factor. Any other factor\n"
    "is named by its number.\n",
    "## 诊断认识的原因\n\n"
    "每个原因都会单独试一遍，再配上相反的符号、m 和 1/m、一个常数因子各试一遍。别的因子用它的数值说明。\n",
)
MISTAKE, FIRST = Text("mistake", "错误"), Text("first wrong", "第一个错的张量")
COLUMNS = {
    "runs": Text("networks", "网络"),
    "found": Text("found", "发现"),
    "placed": Text("placed", "定位"),
    "named": Text("named", "说出"),
    "unknown": Text("unknown", "不知道"),
    "misleading": Text("misleading", "误导"),
}
ALL = Text("**all**", "**合计**")
CAUSE, WRONG, NOTES = Text("cause", "原因"), Text("what is wrong", "错在哪里"), Text("notes", "笔记")
ANYWHERE = Text("### In any tensor\n", "### 任何张量\n")
FORWARD_PASS = Text(
    "### In the forward pass\n\n"
    "Before any gradient is judged, the report computes Z, A, the losses and J a second time, without the formulas of\n"
    "the project. It names the first tensor that differs, the formula that computes it, and its cause or its factor.\n",
    "### 正向传播\n\n"
    "判定梯度之前，报告不用本项目的公式，另外再算一遍 Z、A、各样本的损失和 J。\n"
    "它会指出第一个不同的张量、算出这个张量的公式，以及错误的原因或相差的倍数。\n",
)
NO_CAUSE = Text("### If no known mistake explains the tensor\n", "### 没有已知的错误能解释这个张量时\n")
PLACES = {
    "dZ[L]": same("dZ[L] = A - Y"),
    "dZ": Text("dZ = dA * g'(Z) in hidden layers", "隐层的 dZ = dA * g'(Z)"),
    "dA": same("dA_prev = dZ W"),
    "dW": same("dW = (1/m) dZᵀ A_prev"),
    "db": same("db = (1/m) Σ dZ"),
    "dslope": same("dslope = (1/m) Σ dA * min(0, Z)"),
}


def page(counts: Mapping[str, tuple[int, ...]], language: Language) -> str:
    """The text of the page. `counts` are those of each mistake, in the order of COUNTS."""
    total = tuple(sum(column) for column in zip(*counts.values(), strict=True))
    rows = [mistake_row(mistake, counts[mistake.name]) for mistake in MISTAKES]
    head = [each.say(language) for each in (MISTAKE, FIRST, *(COLUMNS[count] for count in COUNTS))]
    parts = [
        INTRODUCTION.say(language),
        SELF_TEST.say(language),
        table(head, [*rows, [ALL.say(language), "", *map(str, total)]]),
        CAUSES.say(language),
    ]
    for place, formula in PLACES.items():
        causes = [cause for cause in CATALOGUE if place in cause.places]
        parts += [f"### {formula.say(language)}\n", causes_table(causes, language)]
    anywhere = [cause for cause in CATALOGUE if not cause.places and cause not in VAGUE]
    parts += [ANYWHERE.say(language), causes_table(anywhere, language)]
    parts += [FORWARD_PASS.say(language), causes_table(FORWARD, language)]
    parts += [NO_CAUSE.say(language), causes_table(VAGUE, language)]
    return "\n".join(parts)


def mistake_row(mistake: Mistake, counts: tuple[int, ...]) -> list[str]:
    return [escaped(mistake.name), f"`{mistake.first}`", *map(str, counts)]


def causes_table(causes: Iterable[Cause | ForwardCause], language: Language) -> str:
    rows = [[escaped(cause.key), escaped(cause.sentence.say(language)), cause.section] for cause in causes]
    return table([each.say(language) for each in (CAUSE, WRONG, NOTES)], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def escaped(text: str) -> str:
    """The text with the characters that Markdown would read as marks."""
    return text.replace("|", "\\|").replace("*", "\\*")


def main() -> None:
    scores = [score(mistake) for mistake in MISTAKES]
    counts = {each.name: tuple(getattr(each, count) for count in COUNTS) for each in scores}
    for language in LANGUAGES:
        PAGES[language].write_text(page(counts, language), encoding="utf-8")


if __name__ == "__main__":
    main()
