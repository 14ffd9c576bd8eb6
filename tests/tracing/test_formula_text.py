"""The formula of the page is the first line of a docstring, so the first line has one form everywhere."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from course_torch import formulas
from course_torch.formulas import activations, layers
from course_torch.formulas.layers import linear_backward
from course_torch.tracing.formula_text import FORMULAS, PROSE, FormulaText, formula_text, source_id

WORDS = {
    *("exp", "log", "max", "min", "cosh", "var", "if", "else", "in", "tanh", "sigmoid", "relu", "leaky_relu"),
    *(
        "slope",
        "dslope",
        "dg",
        "mean",
        "total",
        "score",
        "table",
        "rows",
        "nudge",
        "alpha",
        "prev",
        "out",
        "grad_input",
    ),
}
"""Words that a formula may contain beside symbols."""


@pytest.mark.parametrize("function", FORMULAS.values(), ids=lambda each: each.__name__)
def test_the_first_line_is_a_formula_and_prose(function: Callable) -> None:
    formula, prose = formula_text(function)
    words = {word.removesuffix("_prev") for word in re.findall(r"[A-Za-z][A-Za-z_]{2,}|(?<=_)[a-z]{2,}", formula)}
    symbols = {word for word in words if re.fullmatch(r"d?[A-Za-zŷ]{1,2}(_[a-z])?", word)}
    assert words - symbols <= WORDS
    assert re.fullmatch(r"[^:]+\.", prose), "sentences without a second colon"


def test_every_public_function_is_a_formula() -> None:
    names = {function.__name__ for function in FORMULAS.values()}
    assert {"linear", "block", "tanh", "cost", "average", "update", "forward", "slope_by_nudge", "softmax"} <= names
    assert not {"<lambda>", "value", "derivative", "time_steps"} & names


def test_formula_and_prose_of_a_function() -> None:
    assert formula_text(linear_backward) == FormulaText(
        "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ", "the derivatives of the cost J by W and b."
    )


@pytest.mark.parametrize(
    ("function", "symbols"),
    [
        (layers.linear, ["Z"]),
        (layers.block_backward, ["dZ", "dW", "db", "dA_prev"]),
        (activations.tanh_derivative, ["g'(Z)"]),
        (activations.leaky_relu_slope_derivative, ["dg/dslope"]),
    ],
)
def test_the_symbols_of_the_results(function: Callable, symbols: list[str]) -> None:
    assert formula_text(function).symbols == symbols


def test_every_formula_has_chinese_prose() -> None:
    assert set(PROSE) == {source_id(code) for code in FORMULAS}
    assert all(re.search(r"[\u4e00-\u9fff]", prose) and prose.endswith("。") for prose in PROSE.values())


def test_english_and_chinese_name_the_same_sections_of_the_notes() -> None:
    for code, function in FORMULAS.items():
        english = re.findall(r"\d\.\d", " ".join(re.findall(r"notes [\d., and]+", formula_text(function).prose)))
        chinese = re.findall(r"\d\.\d", " ".join(re.findall(r"笔记 [\d.]+", PROSE[source_id(code)])))
        assert english == chinese, function.__name__


def test_the_formulas_know_nothing_of_the_trace() -> None:
    for path in Path(formulas.__path__[0]).glob("*.py"):
        assert not re.search(r"tracing|recorder|setprofile|settrace", path.read_text(encoding="utf-8")), path
