"""The widget of lesson 1.1 by keyboard: the place of an entry in x is that of NumPy, in both orders and both ways."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.docs.conftest import Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HEIGHT, WIDTH = 4, 5
languages = pytest.mark.parametrize("language", ["en", "zh"])


def picture(page: "Page") -> NDArray[np.int64]:
    """The picture (height, width, channels) from the three channels on the page."""
    cells = page.eval_on_selector_all(
        "course-picture-row .matrices [data-cell]", "all => all.map(each => Number(each.textContent))"
    )
    return np.array(cells).reshape(3, HEIGHT, WIDTH).transpose(1, 2, 0)


def row(page: "Page") -> list[float]:
    """x on the page."""
    return page.eval_on_selector_all(
        "course-picture-row .vector td", "all => all.map(each => Number(each.textContent))"
    )


def check(page: "Page", i: int, j: int, c: int, place: int, value: int) -> None:
    """Compare the chosen entry, its arithmetic and its marks with the expected place and value."""
    text = page.inner_text("course-picture-row .arithmetic")
    found = re.fullmatch(r"(.+) = (\d+), k = (.+) = (\d+), x\[(\d+)\] = (.+) = (.+)", text)
    assert found is not None
    assert found[1] == f"{'RGB'[c]}[{i}, {j}]"
    assert int(found[2]) == value
    assert eval(found[3].replace("·", "*")) == int(found[4]) == int(found[5]) == place
    assert eval(found[6]) == float(found[7]) == value / 255
    chosen = page.eval_on_selector_all("course-picture-row td.chosen", "all => all.map(each => each.dataset.cell)")
    assert chosen == [f"{'RGB'[c]} {i} {j}", f"x {place}"]
    assert page.input_value("[name=picture-place]") == str(place)
    assert page.is_checked(f"[name=picture-channel][value='{c}']")


@languages
def test_a_pixel_leads_to_its_place(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.1.html")
    values = picture(page)
    x = values.reshape(-1)
    assert row(page) == pytest.approx(x / 255)
    check(page, 1, 2, 0, 21, values[1, 2, 0])
    page.focus("course-picture-row .matrices td.chosen")
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown"):  # the last key would leave the picture
        page.keyboard.press(key)
    page.focus("[name=picture-channel]:checked")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    check(page, 3, 3, 2, np.ravel_multi_index((3, 3, 2), values.shape), values[3, 3, 2])


@languages
def test_a_place_leads_to_its_pixel(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.1.html")
    values = picture(page)
    page.focus("[name=picture-place]")
    page.keyboard.press("Home")
    for _ in range(34):
        page.keyboard.press("ArrowRight")
    i, j, c = (int(each) for each in np.unravel_index(34, values.shape))
    check(page, i, j, c, 34, values[i, j, c])


@languages
def test_the_order_of_the_slide_moves_the_entries(open_page: Open, language: str) -> None:
    """The chosen entry stays, and its place changes. Then the marks stand at the pixel and at the entry."""
    page = open_page(f"{language}/lessons/1.1.html")
    values = picture(page)
    page.focus("[name=picture-order]:checked")
    page.keyboard.press("ArrowDown")
    planes = values.transpose(2, 0, 1)
    assert row(page) == pytest.approx(planes.reshape(-1) / 255)
    check(page, 1, 2, 0, 7, values[1, 2, 0])
    page.click('[data-cell="x 57"]')
    c, i, j = (int(each) for each in np.unravel_index(57, planes.shape))
    check(page, i, j, c, 57, values[i, j, c])
    for mark, target in ((".of-pixel.edge", f'[data-pixel="{i} {j}"]'), (".of-entry.edge", '[data-entry="57"]')):
        places = [page.get_attribute(each, "x") for each in (mark, target)]
        assert float(places[0] or "nan") == float(places[1] or "nan")
