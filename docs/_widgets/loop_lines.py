"""How many lines of Python run in one step, with two loops, one loop and no loop (notes 1.6)."""

from collections.abc import Callable
from functools import cache
from math import log10
from typing import Any

import torch

from _widgets.parts import controls, readout, scrolling, slider, table, words
from _widgets.watching import lines_run
from course_torch.formulas.logistic_regression import step_with_one_loop, step_with_two_loops, step_without_loops
from course_torch.language import Language, Text

M = (1, 10, 100, 1000, 10_000, 100_000)
N = (1, 10, 100, 1000, 12_288)
LEFT, UNIT, TOP, ROW = 100, 32, 10, 40
"""The left end of the bars, the length of a factor of ten, the top of the first bar, and the distance of the bars."""
MARKS = {0: "1", 2: "100", 4: "10⁴", 6: "10⁶", 8: "10⁸", 10: "10¹⁰"}
SHOWN = ((10, 10), (1000, 100), (1000, 12_288), (100_000, 12_288))
NAMES = {"two": Text("two loops", "两个循环"), "one": Text("one loop", "一个循环"), "none": Text("no loop", "没有循环")}
TABLE = Text("Lines of Python that run in one step", "一步中运行的 Python 代码行数")
DRAWING = Text(
    "The number of lines as bars. Each mark is a hundred times the mark before it.",
    "用条形表示行数。每一格是前一格的一百倍。",
)
EXAMPLES, FEATURES = Text("examples m", "样本数 m"), Text("features n", "特征数 n")
SIZE = Text("examples × features", "样本数 × 特征数")


def run_lines(name: str, m: int, n: int) -> int:
    """The lines of a step that run for m examples of n features, counted while it runs."""
    if name == "two":
        return lines_run(step_with_two_loops, [[1.0] * n] * m, [1.0] * m, [0.0] * n, 0.0, 0.5)
    step: Callable[..., Any] = step_with_one_loop if name == "one" else step_without_loops
    return lines_run(step, torch.ones(m, n), torch.ones(m, 1), torch.zeros(n, 1), torch.zeros(1, 1), 0.5)


@cache
def factors(name: str) -> tuple[int, int, int, int]:
    """c, c_m, c_n, c_mn of lines = c + c_m m + c_n n + c_mn m n, from four small runs."""
    f11, f21, f12, f22 = (run_lines(name, m, n) for m, n in ((1, 1), (2, 1), (1, 2), (2, 2)))
    c_mn = f22 - f21 - f12 + f11
    c_m, c_n = f21 - f11 - c_mn, f12 - f11 - c_mn
    return f11 - c_m - c_n - c_mn, c_m, c_n, c_mn


def lines(name: str, m: int, n: int) -> int:
    c, c_m, c_n, c_mn = factors(name)
    return c + c_m * m + c_n * n + c_mn * m * n


def formula(name: str) -> str:
    """The number of lines as a formula in m and n."""
    terms = zip(factors(name), ("", " m", " n", " m n"), strict=True)
    return " + ".join(f"{factor}{unit}" for factor, unit in terms if factor)


def data(_numbers: dict[str, Any]) -> dict[str, Any]:
    """The sizes to choose from, and for each form the lines as text and as the length of a bar."""
    counts = {name: [[lines(name, m, n) for n in N] for m in M] for name in NAMES}
    return {
        "m": M,
        "n": N,
        "text": {name: [[f"{count:,}" for count in row] for row in rows] for name, rows in counts.items()},
        "length": {name: [[log10(count) * UNIT for count in row] for row in rows] for name, rows in counts.items()},
    }


def drawing(language: Language) -> str:
    """A bar for each form at 1000 pictures of 12288 features, and the marks of the scale."""
    bottom = TOP + ROW * len(NAMES)
    marks = [
        f'<path class="axis" d="M{LEFT + UNIT * k} {TOP}V{bottom}"/>'
        + words(LEFT + UNIT * k, bottom + 18, mark, "middle")
        for k, mark in MARKS.items()
    ]
    bars = [
        words(LEFT - 8, TOP + ROW * k + 25, text.say(language), "end")
        + f'<rect class="bar" data-bar="{name}" x="{LEFT}" y="{TOP + ROW * k + 8}" height="24" '
        f'width="{log10(lines(name, 1000, 12_288)) * UNIT:.1f}"/>'
        for k, (name, text) in enumerate(NAMES.items())
    ]
    return (
        f'<svg viewBox="0 0 450 {bottom + 26}" role="img" aria-label="{DRAWING.say(language)}">'
        f"{''.join(marks + bars)}</svg>"
    )


def html(_numbers: dict[str, Any], language: Language) -> str:
    names = [text.say(language) for text in NAMES.values()]
    rows = [
        ("m × n", *map(formula, NAMES)),
        *((f"{m:,} × {n:,}", *(f"{lines(name, m, n):,}" for name in NAMES)) for m, n in SHOWN),
    ]
    title = TABLE.say(language)
    return (
        drawing(language)
        + controls(
            f"<p>{slider('lines-m', EXAMPLES.say(language), 0, len(M) - 1, M.index(1000))}</p>",
            f"<p>{slider('lines-n', FEATURES.say(language), 0, len(N) - 1, N.index(12_288))}</p>",
            readout([("m", "m"), ("n", "n")]),
            readout([(name, text.say(language)) for name, text in NAMES.items()]),
        )
        + scrolling(title, table(title, (SIZE.say(language), *names), rows), "wide")
    )
