"""The widgets of lessons 1.6, 1.7 and 2.2 by keyboard: entries, shapes and arithmetic are those of NumPy."""

import re
import sys
from inspect import unwrap
from itertools import product
from math import tanh

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from course_torch.formulas import logistic_regression
from tests.docs.widgets.conftest import OpenWidget, number, value_of

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


def test_each_entry_by_product_and_by_loop_with_its_factors_marked(open_widget: OpenWidget, language: str) -> None:
    widget, used = open_widget("1.6", "product", language), "section:not([hidden]) td.used"
    assert widget.cells(used) == ["X 0 0", "X 0 1", "w 0 0", "w 1 0", "b 0 0"]
    for name, (value, sums) in entries().items():
        assert widget.find("input:checked").input_value() == name
        (shown,) = widget.all("[data-entry]:visible")
        by_product, by_loop = shown.locator("span").all_inner_texts()
        assert value_of(by_product.split(" = ")[0]) == pytest.approx(value, abs=2e-4)
        assert number(by_product) == pytest.approx(value, abs=5.1e-5)
        expected = [*sums[:-1], sums[-2], sums[-1]] if name.startswith("dw") else sums
        printed = [number(text) for text in re.findall(r"−?\d+\.\d{4}", by_loop)]
        assert printed == pytest.approx(expected, abs=5.1e-5)
        assert number(widget.text("td.chosen:visible")) == pytest.approx(value, abs=5.1e-5)
        widget.press("input:checked", "ArrowRight")
    widget.find("[value='dw 1']").check()
    assert widget.cells(used) == ["X 0 1", "X 1 1", "X 2 1", "dZ 0 0", "dZ 1 0", "dZ 2 0"]


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


def test_lines_of_python_are_those_that_run(open_widget: OpenWidget, language: str) -> None:
    """From 1000 examples of 12288 features down to 100 examples of 10 features, counted by a tracer."""
    widget = open_widget("1.6", "loop-lines", language)
    width = widget.places("[data-bar=two]", "width")
    widget.press("[name=lines-m]", "ArrowLeft")
    widget.press("[name=lines-n]", *["ArrowLeft"] * 3)
    assert (widget.text("[data-value=m]"), widget.text("[data-value=n]")) == ("100", "10")
    tensors = torch.ones(100, 10), torch.ones(100, 1), torch.zeros(10, 1), torch.zeros(1, 1), 0.1
    lists = [[1.0] * 10] * 100, [1.0] * 100, [0.0] * 10, 0.0, 0.1
    for name, function, arguments in (
        ("two", "step_with_two_loops", lists),
        ("one", "step_with_one_loop", tensors),
        ("none", "step_without_loops", tensors),
    ):
        assert int(widget.text(f"[data-value={name}]").replace(",", "")) == counted(function, *arguments), name
    assert widget.places("[data-bar=two]", "width") != width


SHAPES = ((), (3,), (4,), (1, 1), (1, 3), (4, 1), (2, 3), (4, 3))
TEXTS = "all => all.map(each => each.textContent)"
NUMBERS = "all => all.map(table => [...table.rows].map(row => [...row.cells].map(cell => Number(cell.textContent))))"
OWN = "all => all.map(table => table.querySelectorAll('td:not(.copy)').length)"


def counting(shape: tuple[int, ...], step: int) -> NDArray[np.float64]:
    """step, 2 step, … in this shape."""
    return step * np.arange(1.0, np.prod(shape, dtype=int) + 1).reshape(shape)


def test_each_pair_of_shapes(open_widget: OpenWidget) -> None:
    """Shape, numbers and refusal are those of NumPy, and an axis shows what is repeated."""
    widget, refused = open_widget("1.7", "broadcasting"), 0
    cells = widget.root.locator(".axes tbody td")
    assert cells.all_text_contents() == ["4", "1 → 3", "– → 4", "3", "4", "3"]
    widget.find("[name=shape-b]").select_option("(2, 3)")
    assert cells.all_text_contents() == ["4", "1 → 3", "2", "3", "4 ≠ 2 ✗", "3"]
    for (k, a), (n, b) in product(enumerate(SHAPES), enumerate(SHAPES)):
        if n == 0:
            widget.press("[name=shape-a]", "Home" if k == 0 else "ArrowDown")
        widget.press("[name=shape-b]", "Home" if n == 0 else "ArrowDown")
        A, B = counting(a, 10), counting(b, 1)
        outcome, chosen = widget.text(".outcome"), widget.text(".all td.chosen")
        sizes = widget.root.locator(".axes tbody tr:last-child td").evaluate_all(TEXTS)
        captions = widget.root.locator(".matrix caption").evaluate_all(TEXTS)
        try:
            total = A + B
        except ValueError:
            refused += 1
            last = f"({a[-1]}) must match the size of tensor b ({b[-1]})"
            assert outcome.startswith("RuntimeError: "), outcome
            assert last in outcome or f"({a[0]}) must match" in outcome
            assert sum("✗" in size for size in sizes) == 1
            assert captions == [f"A {a}", f"B {b}"]
            assert chosen == "✗"
            expected = [A, B]
        else:
            assert outcome == f"{a} + {b} → {total.shape}"
            assert [int(size) for size in sizes if size != "–"] == list(total.shape)
            assert captions == [f"A {a}", f"B {b}", f"A + B {total.shape}"]
            assert chosen == str(total.shape)
            expected = [*np.broadcast_arrays(A, B), total]
            assert widget.root.locator(".matrix").evaluate_all(OWN) == [A.size, B.size, total.size]
        assert widget.root.locator(".matrix").evaluate_all(NUMBERS) == [np.atleast_2d(M).tolist() for M in expected]
    assert refused == 12  # (4,) with (3,), (1, 3), (2, 3) and (4, 3), (2, 3) with (4, 1) and (4, 3), both ways round


def test_a_pair_and_all_shapes_are_there_without_a_script(open_widget: OpenWidget) -> None:
    widget = open_widget("1.7", "broadcasting", "zh", java_script_enabled=False)
    assert widget.text(".outcome") == "(4, 1) + (3,) → (4, 3)"
    tables = [table.inner_text() for table in widget.all(".matrix")[:3]]
    found = [[int(digits) for digits in re.findall(r"\d+", text.split(")", 1)[1])] for text in tables]
    A, B = counting((4, 1), 10), counting((3,), 1)
    assert found == [M.flatten().tolist() for M in (*np.broadcast_arrays(A, B), A + B)]
    assert len(widget.all(".all td[data-pair]")) == 64


ROWS = ((1, 2), (3, -1), (-1, 1))
W1 = ((0.5, 0.5), (1, -0.5), (-0.5, 0.25), (0.25, -1))
B1 = (-0.5, 0.5, 0.25, 0.75)


def test_every_entry_of_stacked_examples(open_widget: OpenWidget, language: str) -> None:
    widget = open_widget("2.2", "stacked", language)
    for i, j in product(range(3), range(4)):
        z = sum(x * w for x, w in zip(ROWS[i], W1[j], strict=True)) + B1[j]
        first, second = widget.arithmetic()
        assert number(first) == pytest.approx(z, abs=1e-9)
        assert value_of(first.split(" = ")[1]) == pytest.approx(z, abs=1e-9)
        assert number(second) == pytest.approx(tanh(z), abs=5e-4)
        assert number(widget.text('[data-layout="rows"] td.chosen')) == pytest.approx(z, abs=1e-9)
        widget.press("[name=stacked-unit]:checked", "ArrowRight")  # from the last unit back to the first
        if j == 3:
            widget.press("[name=stacked-example]:checked", "ArrowRight")


def test_the_entries_of_both_layouts(open_widget: OpenWidget) -> None:
    """A click on Z(2, 3) marks row 2 of X and row 3 of W. In columns the same number is in row 3, column 2."""
    widget = open_widget("2.2", "stacked")
    rows, columns = '[data-layout="rows"]', '[data-layout="columns"]'
    widget.find(f'{rows} [data-cell="Z[1] 1 2"]').click()
    assert widget.cells(f"{rows} td.used") == ["X 1 0", "X 1 1", "W[1] 2 0", "W[1] 2 1", "b[1] 0 2"]
    assert widget.cells(f"{rows} td.chosen") == ["Z[1] 1 2", "A[1] 1 2"]
    value = widget.text(f"{rows} td.chosen")
    widget.press("[name=stacked-layout]:checked", "ArrowRight")
    assert not widget.find(rows).is_visible()
    assert widget.cells(f"{columns} td.used") == ["X 0 1", "X 1 1", "W[1] 2 0", "W[1] 2 1", "b[1] 2 0"]
    assert widget.cells(f"{columns} td.chosen") == ["Z[1] 2 1", "A[1] 2 1"]
    assert widget.text(f"{columns} td.chosen") == value
    assert "row 3, column 2" in widget.text(".controls:last-child")
    widget.find(f'{columns} [data-cell="A[1] 3 1"]').click()
    assert widget.find("[name=stacked-example]:checked").input_value() == "1"
    assert widget.find("[name=stacked-unit]:checked").input_value() == "3"
