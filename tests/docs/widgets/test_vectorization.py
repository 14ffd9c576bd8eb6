"""The widgets of lessons 1.6, 1.7, 2.1 and 2.2 by keyboard: entries, shapes and arithmetic are those of NumPy."""

import re
import sys
from inspect import unwrap
from itertools import product
from math import exp, tanh

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from course_torch.formulas import logistic_regression
from tests.docs.conftest import Open
from tests.docs.texts import number

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


def test_the_factors_of_a_product_are_marked(open_page: Open) -> None:
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


WIDGET = "course-broadcasting"
SHAPES = ((), (3,), (4,), (1, 1), (1, 3), (4, 1), (2, 3), (4, 3))
TEXTS = "all => all.map(each => each.textContent)"
NUMBERS = "all => all.map(table => [...table.rows].map(row => [...row.cells].map(cell => Number(cell.textContent))))"
OWN = "all => all.map(table => table.querySelectorAll('td:not(.copy)').length)"


def counting(shape: tuple[int, ...], step: int) -> NDArray[np.float64]:
    """step, 2 step, … in this shape."""
    return step * np.arange(1.0, np.prod(shape, dtype=int) + 1).reshape(shape)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_pair_of_shapes_by_keyboard(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.7.html")
    refused = 0
    for k, a in enumerate(SHAPES):
        page.focus("[name=shape-a]")
        page.keyboard.press("Home" if k == 0 else "ArrowDown")
        for n, b in enumerate(SHAPES):
            page.focus("[name=shape-b]")
            page.keyboard.press("Home" if n == 0 else "ArrowDown")
            A, B = counting(a, 10), counting(b, 1)
            outcome = page.inner_text(f"{WIDGET} .outcome")
            sizes = page.eval_on_selector_all(f"{WIDGET} .axes tbody tr:last-child td", TEXTS)
            captions = page.eval_on_selector_all(f"{WIDGET} .matrix caption", TEXTS)
            tables = page.eval_on_selector_all(f"{WIDGET} .matrix", NUMBERS)
            chosen = page.inner_text(f"{WIDGET} .all td.chosen")
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
                assert page.eval_on_selector_all(f"{WIDGET} .matrix", OWN) == [A.size, B.size, total.size]
            assert tables == [np.atleast_2d(each).tolist() for each in expected]
    assert refused == 12  # (4,) with (3,), (1, 3), (2, 3) and (4, 3), (2, 3) with (4, 1) and (4, 3), both ways round


def test_an_axis_shows_what_is_repeated(open_page: Open) -> None:
    page = open_page("en/lessons/1.7.html")
    cells = page.eval_on_selector_all(f"{WIDGET} .axes tbody td", TEXTS)
    assert cells == ["4", "1 → 3", "– → 4", "3", "4", "3"]
    page.select_option("[name=shape-b]", "(2, 3)")
    cells = page.eval_on_selector_all(f"{WIDGET} .axes tbody td", TEXTS)
    assert cells == ["4", "1 → 3", "2", "3", "4 ≠ 2 ✗", "3"]


def test_a_pair_and_all_shapes_are_there_without_a_script(open_page: Open) -> None:
    page = open_page("zh/lessons/1.7.html", java_script_enabled=False)
    assert page.inner_text(f"{WIDGET} .outcome") == "(4, 1) + (3,) → (4, 3)"
    tables = [page.locator(f"{WIDGET} .matrix").nth(k).inner_text() for k in range(3)]
    found = [[int(each) for each in re.findall(r"\d+", text.split(")", 1)[1])] for text in tables]
    total = counting((4, 1), 10) + counting((3,), 1)
    repeated = np.broadcast_arrays(counting((4, 1), 10), counting((3,), 1))
    assert found == [each.flatten().tolist() for each in (*repeated, total)]
    assert page.locator(f"{WIDGET} .all td[data-pair]").count() == 64


NODE_X = (1, 2, -1)
NODE_W1 = ((0.5, 0.2, -0.1), (-0.3, 0.4, 0.2), (0.1, -0.5, 0.3), (0.5, 0.25, 0.5))
NODE_B1 = (-0.5, 0.7, 0.2, -0.5)
W2, B2 = (2, 1, -1, 0.5), -1


def nodes() -> list[tuple[float, float]]:
    """z and a of the five nodes, from the inputs on the page."""
    hidden = [sum(w * x for w, x in zip(row, NODE_X, strict=True)) + b for row, b in zip(NODE_W1, NODE_B1, strict=True)]
    z2 = sum(w * tanh(z) for w, z in zip(W2, hidden, strict=True)) + B2
    return [*((z, tanh(z)) for z in hidden), (z2, 1 / (1 + exp(-z2)))]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nodes_by_keyboard(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/2.1.html")
    page.focus("[name=nodes-node]:checked")
    for z, a in nodes():
        (line,) = (each for each in page.locator("course-nodes p.arithmetic").all() if each.is_visible())
        first, second = line.inner_text().splitlines()
        assert number(first) == pytest.approx(z, abs=5e-5)
        assert number(second) == pytest.approx(a, abs=5e-5)
        total = first.split(" = ")[1].replace("·", "*").replace("−", "-")
        assert eval(total) == pytest.approx(z, abs=3e-4)
        page.keyboard.press("ArrowRight")


def marked(open_page: Open, node: str) -> tuple[list[str], list[str], int]:
    """The entries that go into a node, the entries that it computes, and its edges. The node is chosen by a click."""
    page = open_page("en/lessons/2.1.html")
    page.click(f'course-nodes g[data-node="{node}"] text >> nth=0')
    used, chosen = (
        page.eval_on_selector_all(f"course-nodes td.{kind}", "all => all.map(each => each.getAttribute('data-cell'))")
        for kind in ("used", "chosen")
    )
    return used, chosen, page.locator("course-nodes .edge.used").count()


def test_the_entries_of_a_hidden_node_are_marked(open_page: Open) -> None:
    used, chosen, edges = marked(open_page, "1 3")
    assert used == ["x 0 0", "x 0 1", "x 0 2", "W[1] 2 0", "W[1] 2 1", "W[1] 2 2", "b[1] 0 2"]
    assert chosen == ["Z[1] 0 2", "A[1] 0 2"]
    assert edges == 3


def test_the_entries_of_the_output_are_marked(open_page: Open) -> None:
    used, chosen, edges = marked(open_page, "2 1")
    assert used == [*(f"A[1] 0 {k}" for k in range(4)), *(f"W[2] 0 {k}" for k in range(4)), "b[2] 0 0"]
    assert chosen == ["Z[2] 0 0", "A[2] 0 0"]
    assert edges == 4


def test_an_input_is_no_choice(open_page: Open) -> None:
    _, chosen, _ = marked(open_page, "0 1")
    assert chosen == ["Z[1] 0 0", "A[1] 0 0"]


ROWS = ((1, 2), (3, -1), (-1, 1))
W1 = ((0.5, 0.5), (1, -0.5), (-0.5, 0.25), (0.25, -1))
B1 = (-0.5, 0.5, 0.25, 0.75)
CELLS = "all => all.map(each => each.getAttribute('data-cell'))"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_entry_by_keyboard(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/2.2.html")
    for i, j in product(range(3), range(4)):
        z = sum(x * w for x, w in zip(ROWS[i], W1[j], strict=True)) + B1[j]
        (line,) = (each for each in page.locator("course-stacked p.arithmetic").all() if each.is_visible())
        first, second = line.inner_text().splitlines()
        assert number(first) == pytest.approx(z, abs=1e-9)
        assert eval(first.split(" = ")[1].replace("·", "*").replace("−", "-")) == pytest.approx(z, abs=1e-9)
        assert number(second) == pytest.approx(tanh(z), abs=5e-4)
        shown = page.inner_text('[data-layout="rows"] td.chosen >> nth=0')
        assert number(shown) == pytest.approx(z, abs=1e-9)
        page.focus("[name=stacked-unit]:checked")
        page.keyboard.press("ArrowRight")  # from the last unit back to the first
        if j == 3:
            page.focus("[name=stacked-example]:checked")
            page.keyboard.press("ArrowRight")


def test_the_entries_of_both_layouts(open_page: Open) -> None:
    """A click on Z(2, 3) marks row 2 of ROWS and row 3 of W. In columns the same number is in row 3, column 2."""
    page = open_page("en/lessons/2.2.html")
    page.click('[data-layout="rows"] [data-cell="Z[1] 1 2"]')
    part = '[data-layout="rows"]'
    assert page.eval_on_selector_all(f"{part} td.used", CELLS) == ["X 1 0", "X 1 1", "W[1] 2 0", "W[1] 2 1", "b[1] 0 2"]
    assert page.eval_on_selector_all(f"{part} td.chosen", CELLS) == ["Z[1] 1 2", "A[1] 1 2"]
    value = page.inner_text(f"{part} td.chosen >> nth=0")
    page.focus("[name=stacked-layout]:checked")
    page.keyboard.press("ArrowRight")
    assert not page.is_visible(part)
    part = '[data-layout="columns"]'
    assert page.eval_on_selector_all(f"{part} td.used", CELLS) == ["X 0 1", "X 1 1", "W[1] 2 0", "W[1] 2 1", "b[1] 2 0"]
    assert page.eval_on_selector_all(f"{part} td.chosen", CELLS) == ["Z[1] 2 1", "A[1] 2 1"]
    assert page.inner_text(f"{part} td.chosen >> nth=0") == value
    place = page.inner_text("course-stacked .controls:last-child")
    assert "row 3, column 2" in place


def test_a_click_in_the_layout_of_columns_chooses_example_and_unit(open_page: Open) -> None:
    page = open_page("en/lessons/2.2.html")
    page.check("[name=stacked-layout][value=columns]")
    page.click('[data-layout="columns"] [data-cell="A[1] 3 1"]')
    assert page.input_value("[name=stacked-example]:checked") == "1"
    assert page.input_value("[name=stacked-unit]:checked") == "3"
