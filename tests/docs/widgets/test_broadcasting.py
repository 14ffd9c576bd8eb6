"""The widget of lesson 1.7 by keyboard: shape, numbers and refusal of each pair are those of NumPy."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.docs.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.slow]
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
