"""The widget of lesson 2.2 by keyboard: each entry's arithmetic and its place, with examples as rows and as columns."""

from itertools import product
from math import tanh

import pytest

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

pytestmark = [pytest.mark.browser, pytest.mark.slow]
X = ((1, 2), (3, -1), (-1, 1))
W1 = ((0.5, 0.5), (1, -0.5), (-0.5, 0.25), (0.25, -1))
B1 = (-0.5, 0.5, 0.25, 0.75)
CELLS = "all => all.map(each => each.getAttribute('data-cell'))"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_entry_by_keyboard(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/2.2.html")
    for i, j in product(range(3), range(4)):
        z = sum(x * w for x, w in zip(X[i], W1[j], strict=True)) + B1[j]
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
    """A click on Z(2, 3) marks row 2 of X and row 3 of W. In columns the same number is in row 3, column 2."""
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
