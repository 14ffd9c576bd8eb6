"""Several examples through a layer: what makes an entry of Z, with examples as rows and as columns (notes 2.2).

A page without A[1] shows the sums alone: examples as rows, and nothing behind Z.
"""

from collections.abc import Sequence
from typing import Any

from _widgets.parts import bracketed, choice, controls, matrix
from course_torch.language import Language, Text
from katex_math import rendered
from lessons.language import COLUMNS, LAYOUT, ROWS
from lessons.values import printed

NAMES = ("X", "W[1]", "b[1]", "Z[1]", "A[1]")
FORMS = ("g", "g", "g", ".2f", ".3f")
FORMULAS = {"rows": r"Z^{[1]} = X\,W^{[1]\top} + b^{[1]}", "columns": r"Z^{[1]} = W^{[1]} X + b^{[1]}"}
EXAMPLE, UNIT = Text("Example", "样本"), Text("Hidden unit", "隐层单元")
PLACE = Text("In Z[1] and A[1]: row {row}, column {column}", "在 Z[1] 和 A[1] 中：第 {row} 行，第 {column} 列")
SHOWN = '<b data-value="{name}">1</b>'
Matrix = list[list[float]]


def transposed(rows: Sequence[Sequence[float]]) -> Matrix:
    return [list(column) for column in zip(*rows, strict=True)]


def layer(numbers: dict[str, Any], layout: str) -> list[Matrix]:
    """X, W, b, Z and A of layer 1 in a layout, as far as there are numbers. W is the same in both."""
    X, W, *others = (numbers[name] for name in ("X", "W1", "b1", "Z1", "A1") if name in numbers)
    return [X, W, *others] if layout == "rows" else [transposed(X), W, *map(transposed, others)]


def uses(i: int, j: int, features: int, layout: str) -> dict[str, list[str]]:
    """The entries that go into unit j for example i, and the entries that come out. All indices start at 0."""

    def place(name: str, row: int, column: int) -> str:
        return f"{name} {row} {column}" if layout == "rows" else f"{name} {column} {row}"

    return {
        "used": [
            *(place("X", i, k) for k in range(features)),
            *(f"W[1] {j} {k}" for k in range(features)),
            place("b[1]", 0, j),
        ],
        "chosen": [place("Z[1]", i, j), place("A[1]", i, j)],
    }


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    """Layout -> the entries of each example and unit."""
    m, units, features = len(numbers["X"]), len(numbers["W1"]), len(numbers["X"][0])
    return {
        layout: [[uses(i, j, features, layout) for j in range(units)] for i in range(m)]
        for layout in ("rows", "columns")
    }


def arithmetic(numbers: dict[str, Any], i: int, j: int) -> str:
    """z, and a if there is one, of unit j for example i, with numbers."""
    pairs = zip(numbers["X"][i], numbers["W1"][j], strict=True)
    products = [f"{bracketed(printed(x, 'g'))} · {bracketed(printed(w, 'g'))}" for x, w in pairs]
    total = " + ".join([*products, bracketed(printed(numbers["b1"][0][j], "g"))])
    z, place = printed(numbers["Z1"][i][j], ".2f"), f"<sub>{j + 1}</sub><sup>[1]({i + 1})</sup>"
    a = f"<br>a{place} = tanh({z}) = {printed(numbers['A1'][i][j], '.3f')}" if "A1" in numbers else ""
    return f'<p class="step arithmetic" data-place="{i} {j}">z{place} = {total} = {z}{a}</p>'


def stack(numbers: dict[str, Any], layout: str, title: str) -> str:
    """The matrices of layer 1 in a layout, under their formula."""
    shown = zip(NAMES, layer(numbers, layout), FORMS, strict=False)
    matrices = "".join(matrix(name, rows, form) for name, rows, form in shown)
    head = f"<p><strong>{title}</strong></p>" if "A1" in numbers else ""
    return (
        f'<section class="step" data-layout="{layout}" aria-label="{title}">{head}'
        f'<div class="formula" tabindex="0">{rendered(FORMULAS[layout], True)}</div>'
        f'<div class="matrices">{matrices}</div></section>'
    )


def html(numbers: dict[str, Any], language: Language) -> str:
    m, units = len(numbers["X"]), len(numbers["W1"])
    rows, columns = ROWS.say(language), COLUMNS.say(language)
    place = PLACE.say(language).format(row=SHOWN.format(name="row"), column=SHOWN.format(name="column"))
    both = "A1" in numbers
    return (
        controls(
            choice("stacked-layout", LAYOUT.say(language), [("rows", rows), ("columns", columns)]) if both else "",
            choice("stacked-example", EXAMPLE.say(language), [(str(i), f"({i + 1})") for i in range(m)]),
            choice("stacked-unit", UNIT.say(language), [(str(j), str(j + 1)) for j in range(units)]),
        )
        + stack(numbers, "rows", rows)
        + (stack(numbers, "columns", columns) if both else "")
        + '<div aria-live="polite">'
        + "".join(arithmetic(numbers, i, j) for i in range(m) for j in range(units))
        + (controls(f"<p>{place}</p>") if both else "")
        + "</div>"
    )
