"""The two loops over examples and features, line by line, with the sums that grow (notes 1.5)."""

from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

from _widgets.parts import bracketed, controls, readout, scrolling, slider
from _widgets.watching import lines_of, run
from course_torch.formulas.logistic_regression import step_with_two_loops
from course_torch.language import Language, Text
from lessons.values import printed

VARIABLES = ("z", "a", "J", "dz", "dw", "db")
SUMS = ("J", "dw1", "dw2", "db")
Values = dict[str, Any]
Written = tuple[str, dict[str, float]]
"""The arithmetic of a line, and the cells of the table that it writes."""


class Line(NamedTuple):
    """How a line of the loops starts, the column that it writes, and its arithmetic. A 0 marks the value before it."""

    head: str
    column: str
    text: str


LINES = (
    Line("z = b", "z", "i = {i}: z = b = {b}"),
    Line("z +=", "z", "i = {i}, j = {j}: z = {z0} + {w} · {x} = {z}"),
    Line("a =", "a", "i = {i}: a = σ({z}) = {a}"),
    Line("J +=", "J", "i = {i}: J = {J0} − {log} = {J}"),
    Line("dz =", "dz", "i = {i}: dz = {a} − {y} = {dz}"),
    Line("dw[j] +=", "dw", "i = {i}, j = {j}: dw[{j}] = {dw0} + {x} · {factor} = {dw}"),
    Line("db +=", "db", "i = {i}: db = {db0} + {factor} = {db}"),
)


def first_line() -> int:
    """The first line below the docstring."""
    return next(k for k, line in enumerate(lines_of(step_with_two_loops)) if line.startswith("    m, n_x ="))


def four(value: float) -> str:
    return printed(value, ".4f")


def sums(values: Values) -> list[float]:
    return [values["J"], *values["dw"], values["db"]]


def words(numbers: Values, before: Values, after: Values) -> dict[str, str]:
    """What the arithmetic of a line within the loops is made of."""
    i, j = after["i"], after.get("j", 0)
    y, a = numbers["Y"][i][0], four(after.get("a", 0))
    return {
        "i": str(i),
        "j": str(j),
        "b": printed(numbers["b"], "g"),
        "w": bracketed(printed(numbers["w"][j][0], "g")),
        "x": bracketed(printed(numbers["X"][i][j], "g")),
        "y": printed(y, "g"),
        "log": f"log {a}" if y == 1 else f"log(1 − {a})",
        "factor": bracketed(four(after.get("dz", 0))),
        "dw0": four(before["dw"][j]),
        "dw": four(after["dw"][j]),
        **{f"{name}0": four(before.get(name, 0)) for name in ("z", "J", "db")},
        **{name: four(after.get(name, 0)) for name in ("z", "a", "J", "dz", "db")},
    }


def within_loops(line: str, numbers: Values, before: Values, after: Values) -> Written:
    """The arithmetic of a line within the loops, and the cell of the table that it writes, with its value."""
    (kind,) = (each for each in LINES if line.startswith(each.head))
    i, j, value = after["i"], after.get("j", 0), after[kind.column]
    cell, number = (f"{i} dw{j + 1}", value[j]) if kind.column == "dw" else (f"{i} {kind.column}", value)
    return kind.text.format(**words(numbers, before, after)), {cell: number}


def row(label: str, texts: list[str], values: list[float]) -> Written:
    """The arithmetic of a line that writes several cells of a row of the table: those of its last columns."""
    names = SUMS[-len(values) :]
    return "; ".join(texts), {f"{label} {name}": value for name, value in zip(names, values, strict=True)}


def of_line(line: str, numbers: Values, before: Values, after: Values) -> Written:
    """The arithmetic of a line that changes a variable, and the cells of the table that it writes."""
    names, m = ("J", "dw[0]", "dw[1]", "db"), len(numbers["X"])
    if "i" not in after:
        return row("start", [f"{name} = 0" for name in names], sums(after))
    if line.startswith("J, dw, db = average"):
        pairs = zip(names, sums(before), sums(after), strict=True)
        return row("mean", [f"{name} = {four(old)} / {m} = {four(new)}" for name, old, new in pairs], sums(after))
    return within_loops(line, numbers, before, after)


def update(numbers: Values) -> Written:
    """The arithmetic of the last line, and the new w and b."""
    step, alpha = numbers["step"], printed(numbers["alpha"], "g")
    olds = [*(weight for (weight,) in numbers["w"]), numbers["b"]]
    slopes, news = [*step["dw"], step["db"]], [*step["w"], step["b"]]
    texts = [
        f"{name} = {printed(old, 'g')} − {alpha} · {bracketed(four(slope))} = {four(new)}"
        for name, old, slope, new in zip(("w[0]", "w[1]", "b"), olds, slopes, news, strict=True)
    ]
    return row("new", texts, news)


def steps(numbers: Values) -> list[Values]:
    """Each line that changes a variable: its number, its arithmetic, the cells that it writes, the sums after it."""
    labels, weights = ([each for (each,) in numbers[name]] for name in ("Y", "w"))
    moments = run(step_with_two_loops, numbers["X"], labels, weights, numbers["b"], numbers["alpha"])
    source, first, found = lines_of(step_with_two_loops), first_line(), []
    for (at, before), (_, after) in pairwise(moments):
        if any(before.get(name) != after.get(name) for name in VARIABLES):
            text, cells = of_line(source[at].strip(), numbers, before, after)
            found.append({"line": at - first, "text": text, "cells": cells, "sums": sums(after)})
    text, cells = update(numbers)
    return [*found, {**found[-1], "line": len(source) - 1 - first, "text": text, "cells": cells}]


COLUMNS = ("z", "a", "dz", *SUMS)
BACK, NEXT, EXAMPLE = Text("Back", "上一步"), Text("Next line", "下一行"), Text("Next example", "下一个样本")
STEP, CODE = Text("Step", "第几步"), Text("The code of the two loops", "两个循环的代码")
START, MEAN, UPDATED = Text("start", "开始"), Text("mean", "平均"), Text("new w, b", "新的 w、b")
TABLE = Text("The values of each example, and the sums after it", "每个样本的值，以及加上它之后的累加值")
HINT = Text(
    "Python counts from 0: i = 0 is example 1, and dw[0] is dw1.", "Python 从 0 数起：i = 0 是样本 1，dw[0] 就是 dw1。"
)


def data(numbers: dict[str, Any]) -> list[dict[str, Any]]:
    return steps(numbers)


def html(numbers: dict[str, Any], language: Language) -> str:
    lines = lines_of(step_with_two_loops)[first_line() :]
    code = "".join(f'<span data-line="{k}">{escape(line[4:])}</span>' for k, line in enumerate(lines))
    written = {name: value for each in steps(numbers) for name, value in each["cells"].items()}
    rows = {"start": START.say(language), **{str(i): f"i = {i}" for i in range(len(numbers["X"]))}}
    rows |= {"mean": MEAN.say(language), "new": UPDATED.say(language)}

    def cell(row: str, column: str) -> str:
        name = f"{row} {column}"
        return f'<td data-cell="{name}">{four(written[name])}</td>' if name in written else "<td></td>"

    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    body = "".join(
        f'<tr><th scope="row">{label}</th>{"".join(cell(row, name) for name in COLUMNS)}</tr>'
        for row, label in rows.items()
    )
    title = TABLE.say(language)
    values = (
        f'<table class="values"><caption>{title}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    return (
        f'<pre class="lines" role="group" tabindex="0" aria-label="{CODE.say(language)}"><code>{code}</code></pre>'
        + controls(
            f'<p class="arithmetic" aria-live="polite"></p>{readout([(name, name) for name in SUMS])}',
            f"<p>{slider('loops-step', STEP.say(language), 1, len(steps(numbers)), 1)}</p>",
            f'<button type="button" class="back">{BACK.say(language)}</button> ',
            f'<button type="button" class="next">{NEXT.say(language)}</button> ',
            f'<button type="button" class="example">{EXAMPLE.say(language)}</button>',
        )
        + scrolling(title, values, "wide")
        + f"<p>{HINT.say(language)}</p>"
    )
