"""The widgets of lesson 1.6 by keyboard: entries by product and by loop, and lines of Python counted by a tracer."""

import re
import sys
from inspect import unwrap

import numpy as np
import pytest
import torch

from course_torch.formulas import logistic_regression
from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

pytestmark = [pytest.mark.browser, pytest.mark.slow]
X = np.array([[1.0, 2.0], [2.0, -1.0], [-1.0, 1.0]])
Y = np.array([[1.0], [0.0], [1.0]])
W, B = np.array([[0.8], [-0.1]]), 0.2


def entries() -> dict[str, tuple[float, list[float]]]:
    """Entry -> its value, and the partial sums of the loop, by cumulated sums."""
    Z = X @ W + B
    dZ = 1 / (1 + np.exp(-Z)) - Y
    found = {}
    for i, x in enumerate(X):
        found[f"Z {i}"] = (Z[i, 0], np.cumsum([B, *(x * W[:, 0])]).tolist())
    for j in (0, 1):
        sums = np.cumsum([0, *(X[:, j] * dZ[:, 0])]).tolist()
        found[f"dw {j}"] = (sums[-1] / 3, [*sums, sums[-1] / 3])
    return found


def printed_numbers(text: str) -> list[float]:
    return [float(each.replace("−", "-")) for each in re.findall(r"−?\d+\.\d{4}", text)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_entry_by_product_and_by_loop(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.6.html")
    page.focus("course-product input:checked")
    for name, (value, sums) in entries().items():
        assert page.input_value("course-product input:checked") == name
        shown = page.locator("course-product [data-entry]:visible")
        assert shown.count() == 1
        product, loop = shown.locator("span").all_inner_texts()
        python = product.split(" = ")[0].replace("·", "*").replace("−", "-")
        assert eval(python) == pytest.approx(value, abs=2e-4)
        assert number(product) == pytest.approx(value, abs=5.1e-5)
        expected = [*sums[:-1], sums[-2], sums[-1]] if name.startswith("dw") else sums
        assert printed_numbers(loop) == pytest.approx(expected, abs=5.1e-5)
        chosen = page.locator("course-product td.chosen:visible")
        assert number(chosen.inner_text()) == pytest.approx(value, abs=5.1e-5)
        page.keyboard.press("ArrowRight")


def test_the_factors_of_an_entry_are_marked(open_page: Open) -> None:
    page = open_page("en/lessons/1.6.html")
    marked = "all => all.map(each => each.getAttribute('data-cell'))"
    assert page.eval_on_selector_all("course-product section:not([hidden]) td.used", marked) == [
        *("X 0 0", "X 0 1", "w 0 0", "w 1 0", "b 0 0")
    ]
    page.check("course-product [value='dw 1']")
    assert page.eval_on_selector_all("course-product section:not([hidden]) td.used", marked) == [
        *("X 0 1", "X 1 1", "X 2 1", "dZ 0 0", "dZ 1 0", "dZ 2 0")
    ]


def counted(name: str, *arguments: object) -> int:
    """The lines that run in a call. The functions have no loop that is written in a single line."""
    function, lines = unwrap(getattr(logistic_regression, name)), []

    def trace(frame: object, event: str, _argument: object) -> object:
        if frame.f_code is not function.__code__:
            return None
        if event == "line" and lines[-1:] != [frame.f_lineno]:
            lines.append(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return len(lines)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lines_of_python_are_those_that_run(open_page: Open, language: str) -> None:
    """From 1000 examples of 12288 features down to 100 examples of 10 features."""
    page = open_page(f"{language}/lessons/1.6.html")
    width = page.get_attribute("course-loop-lines [data-bar=two]", "width")
    page.focus("[name=lines-m]")
    page.keyboard.press("ArrowLeft")
    page.focus("[name=lines-n]")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    values = {
        name: page.inner_text(f"course-loop-lines [data-value={name}]") for name in ("m", "n", "two", "one", "none")
    }
    assert (values["m"], values["n"]) == ("100", "10")
    tensors = torch.ones(100, 10), torch.ones(100, 1), torch.zeros(10, 1), torch.zeros(1, 1), 0.1
    lists = [[1.0] * 10] * 100, [1.0] * 100, [0.0] * 10, 0.0, 0.1
    for name, function, arguments in (
        ("two", "step_with_two_loops", lists),
        ("one", "step_with_one_loop", tensors),
        ("none", "step_without_loops", tensors),
    ):
        assert int(values[name].replace(",", "")) == counted(function, *arguments), name
    assert page.get_attribute("course-loop-lines [data-bar=two]", "width") != width
