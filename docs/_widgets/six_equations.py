"""The six equations of a shallow network with numbers, and the arithmetic of the chosen entry (notes 2.5)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from _widgets.parts import bracketed, controls, matrix
from course_torch.language import Language, Text
from katex_math import rendered
from lessons.values import printed

Place = tuple[str, int, int]
"""Matrix, row and column of an entry."""


class Equation(NamedTuple):
    """One of the six equations.

    result   the matrix that it computes
    inputs   the matrices that go in
    tex      the formula
    uses     m, i, j -> the entries that entry (i, j) of the result is made of
    join     the printed entries -> the arithmetic
    """

    result: str
    inputs: tuple[str, ...]
    tex: str
    uses: Callable[[int, int, int], list[Place]]
    join: Callable[[list[str]], str]


def mean_of_products(factors: list[str]) -> str:
    """(p q + r s) / m for the factors p, q, r, s."""
    pairs = [f"{bracketed(p)} · {bracketed(q)}" for p, q in zip(factors[::2], factors[1::2], strict=True)]
    return f"({' + '.join(pairs)}) / {len(pairs)}"


def mean(terms: list[str]) -> str:
    first, *rest = terms
    return f"({' + '.join([first, *map(bracketed, rest)])}) / {len(terms)}"


EQUATIONS = (
    Equation(
        "dZ2",
        ("A2", "Y"),
        r"dZ^{[2]} = A^{[2]} - Y",
        lambda m, i, j: [("A2", i, j), ("Y", i, j)],
        lambda n: f"{n[0]} − {n[1]}",
    ),
    Equation(
        "dW2",
        ("dZ2", "A1"),
        r"dW^{[2]} = \tfrac{1}{m}\, dZ^{[2]\top} A^{[1]}",
        lambda m, j, k: [place for i in range(m) for place in (("dZ2", i, j), ("A1", i, k))],
        mean_of_products,
    ),
    Equation(
        "db2",
        ("dZ2",),
        r"db^{[2]} = \tfrac{1}{m} \sum_i dZ^{[2](i)}",
        lambda m, _, j: [("dZ2", i, j) for i in range(m)],
        mean,
    ),
    Equation(
        "dZ1",
        ("dZ2", "W2", "A1"),
        r"dZ^{[1]} = dZ^{[2]} W^{[2]} * (1 - A^{[1]} * A^{[1]})",
        lambda m, i, k: [("dZ2", i, 0), ("W2", 0, k), ("A1", i, k)],
        lambda n: f"{n[0]} · {bracketed(n[1])} · (1 − {bracketed(n[2])}²)",
    ),
    Equation(
        "dW1",
        ("dZ1", "X"),
        r"dW^{[1]} = \tfrac{1}{m}\, dZ^{[1]\top} X",
        lambda m, j, k: [place for i in range(m) for place in (("dZ1", i, j), ("X", i, k))],
        mean_of_products,
    ),
    Equation(
        "db1",
        ("dZ1",),
        r"db^{[1]} = \tfrac{1}{m} \sum_i dZ^{[1](i)}",
        lambda m, _, j: [("dZ1", i, j) for i in range(m)],
        mean,
    ),
)
NEXT, BACK = Text("Next equation", "下一个方程"), Text("Back", "上一个")
HINT = Text(
    "Choose an entry of the result with the arrow keys: its factors are marked, and the arithmetic stands below.",
    "用方向键选择结果中的一个元素：用到的元素会被标出，算式写在下面。",
)


def entries(equation: Equation, numbers: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """For each entry of the result: the entries that go in, and the arithmetic as text."""
    result = numbers[equation.result]

    def entry(i: int, j: int) -> dict[str, Any]:
        places = equation.uses(numbers["m"], i, j)
        factors = [printed(numbers[name][row][column], ".4f") for name, row, column in places]
        return {
            "uses": [" ".join(map(str, place)) for place in places],
            "text": f"{equation.result}({i + 1}, {j + 1}) = {equation.join(factors)} = {printed(result[i][j], '.4f')}",
        }

    return [[entry(i, j) for j in range(len(result[0]))] for i in range(len(result))]


def data(numbers: dict[str, Any]) -> list[Any]:
    return [entries(equation, numbers) for equation in EQUATIONS]


def step(number: int, equation: Equation, numbers: dict[str, Any]) -> str:
    """One equation: its formula, the matrices that go in, and the result."""
    inputs = "".join(matrix(name, numbers[name]) for name in equation.inputs)
    result = matrix(equation.result, numbers[equation.result])
    return (
        f'<section class="step" aria-label="{equation.result}"><p class="count">{number} / {len(EQUATIONS)}</p>'
        f'<div class="formula" tabindex="0">{rendered(equation.tex, True)}</div>'
        f'<div class="matrices">{inputs}<span aria-hidden="true">→</span><div class="result">{result}</div></div>'
        "</section>"
    )


def html(numbers: dict[str, Any], language: Language) -> str:
    return "".join(step(number, equation, numbers) for number, equation in enumerate(EQUATIONS, start=1)) + controls(
        f'<p>{HINT.say(language)}</p><p class="arithmetic" aria-live="polite"></p>',
        f'<button type="button" class="back">{BACK.say(language)}</button> ',
        f'<button type="button" class="next">{NEXT.say(language)}</button>',
    )
