"""One entry of Z and of dw: the entries that go into it, by one product and by the inner loop (notes 1.6)."""

from itertools import pairwise
from typing import Any

from _widgets.parts import bracketed, choice, controls, matrix
from _widgets.watching import lines_of, run
from course_torch.formulas.logistic_regression import step_with_two_loops
from course_torch.language import COLON, Language, Text
from katex_math import rendered
from lessons.values import printed

FORMULAS = {"Z": r"Z = X\,w + b", "dw": r"dw = \tfrac{1}{m}\, X^{\top} dZ"}
INPUTS = {"Z": ("X", "w", "b"), "dw": ("X", "dZ")}
ENTRY, PRODUCT, LOOP = Text("Entry", "元素"), Text("One product", "一次乘法"), Text("The loop", "循环")
Numbers = dict[str, Any]


def form(name: str) -> str:
    return ".4f" if name in ("Z", "dZ", "dw") else "g"


def label(name: str, k: int) -> str:
    """The notes' name of an entry."""
    return f"z({k + 1})" if name == "Z" else f"dw{k + 1}"


def entries(numbers: Numbers) -> list[tuple[str, int]]:
    """Matrix and row of each entry of Z and dw."""
    return [(name, k) for name in ("Z", "dw") for k in range(len(numbers[name]))]


def pairs(name: str, k: int, numbers: Numbers) -> list[tuple[str, str]]:
    """The two factors of each product that the entry adds up, as cells."""
    if name == "Z":
        return [(f"X {k} {j}", f"w {j} 0") for j in range(len(numbers["w"]))]
    return [(f"X {i} {k}", f"dZ {i} 0") for i in range(len(numbers["X"]))]


def data(numbers: Numbers) -> dict[str, Any]:
    """Entry -> the cells that go into it."""
    bias = {"Z": ["b 0 0"], "dw": []}
    return {
        f"{name} {k}": {
            "used": [*(cell for pair in pairs(name, k, numbers) for cell in pair), *bias[name]],
            "chosen": [f"{name} {k} 0"],
        }
        for name, k in entries(numbers)
    }


def product(name: str, k: int, numbers: Numbers) -> str:
    """The arithmetic of an entry as one sum of products."""

    def factor(cell: str) -> str:
        matrix_name, row, column = cell.split()
        return bracketed(printed(numbers[matrix_name][int(row)][int(column)], form(matrix_name)))

    products = " + ".join(f"{factor(left)} · {factor(right)}" for left, right in pairs(name, k, numbers))
    result = printed(numbers[name][k][0], ".4f")
    if name == "Z":
        return f"{products} + {factor('b 0 0')} = {result}"
    return f"({products}) / {len(numbers['X'])} = {result}"


def loop(name: str, k: int, numbers: Numbers) -> str:
    """The values that the accumulator takes in the two loops, from its start to the entry."""
    labels, weights = ([each for (each,) in numbers[matrix_name]] for matrix_name in ("Y", "w"))
    source = lines_of(step_with_two_loops)
    moments = run(step_with_two_loops, numbers["X"], labels, weights, numbers["b"][0][0], numbers["alpha"])
    found = [0.0] if name == "dw" else []
    for (at, before), (_, after) in pairwise(moments):
        line = source[at].strip()
        if name == "Z" and line.startswith("z ") and before["i"] == k:
            found.append(after["z"])
        if name == "dw" and line.startswith("dw[j] +=") and before["j"] == k:
            found.append(after["dw"][k])
    text = " → ".join(printed(value, ".4f") for value in found)
    if name == "Z":
        return text
    return f"{text} → {printed(found[-1], '.4f')} / {len(labels)} = {printed(numbers['dw'][k][0], '.4f')}"


def equation(name: str, numbers: Numbers) -> str:
    """The formula, the matrices that go in, and the result."""
    inputs = "".join(matrix(each, numbers[each], form(each)) for each in INPUTS[name])
    return (
        f'<section data-result="{name}"><div class="formula" tabindex="0">{rendered(FORMULAS[name], True)}</div>'
        f'<div class="matrices">{inputs}<span aria-hidden="true">→</span>'
        f"{matrix(name, numbers[name], form(name))}</div></section>"
    )


def html(numbers: Numbers, language: Language) -> str:
    colon = COLON.say(language)
    buttons = [(f"{name} {k}", label(name, k)) for name, k in entries(numbers)]
    lines = "".join(
        f'<div data-entry="{name} {k}"><p><b>{label(name, k)}</b></p>'
        f"<p>{PRODUCT.say(language)}{colon}<span>{product(name, k, numbers)}</span></p>"
        f"<p>{LOOP.say(language)}{colon}<span>{loop(name, k, numbers)}</span></p></div>"
        for name, k in entries(numbers)
    )
    return (
        controls(choice("product-entry", ENTRY.say(language), buttons))
        + "".join(equation(name, numbers) for name in FORMULAS)
        + f'<div class="arithmetic" aria-live="polite">{lines}</div>'
    )
