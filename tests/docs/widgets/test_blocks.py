"""The widget of lesson 3.2 by keyboard: each number is that of a fresh computation, each block uses its own cache."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Matrix = NDArray[np.float64]
WIDGET = "course-blocks"


def by_hand() -> dict[str, Matrix]:
    """All tensors of the lesson in plain NumPy, from the inputs on its page."""
    W = {1: [[1, -1], [0, 1], [1, 1]], 2: [[1, 0.5, 0], [-1, 0, 0.5]], 3: [[0.5, -2]]}
    b = {1: [[0, 0, 1]], 2: [[1, -1]], 3: [[1]]}
    t: dict[str, Matrix] = {"A[0]": np.array([[1.0, 2.0], [2.0, -1.0]]), "Y": np.array([[1.0], [0.0]])}
    for l in (1, 2, 3):
        t[f"W[{l}]"], t[f"b[{l}]"] = np.array(W[l], float), np.array(b[l], float)
        t[f"Z[{l}]"] = t[f"A[{l - 1}]"] @ t[f"W[{l}]"].T + t[f"b[{l}]"]
        t[f"A[{l}]"] = np.maximum(t[f"Z[{l}]"], 0) if l < 3 else 1 / (1 + np.exp(-t[f"Z[{l}]"]))
    t["dZ[3]"] = t["A[3]"] - t["Y"]
    for l in (3, 2, 1):
        t[f"dW[{l}]"] = np.mean([np.outer(*pair) for pair in zip(t[f"dZ[{l}]"], t[f"A[{l - 1}]"], strict=True)], axis=0)
        t[f"db[{l}]"] = t[f"dZ[{l}]"].mean(axis=0, keepdims=True)
        t[f"dA[{l - 1}]"] = t[f"dZ[{l}]"] @ t[f"W[{l}]"]
        if l > 1:
            t[f"dZ[{l - 1}]"] = np.where(t[f"Z[{l - 1}]"] > 0, t[f"dA[{l - 1}]"], 0)
    return t


def test_the_computation_is_that_of_paper() -> None:
    """Worked out by hand: the output of example 1 is sigmoid(0), and unit 1 of example 1 is off."""
    t = by_hand()
    assert t["A[3]"][0, 0] == 0.5
    assert t["dA[1]"][0].tolist() == [-1.25, -0.125, 0.5]
    assert t["dZ[1]"][0].tolist() == [0, -0.125, 0.5]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_step_shows_the_numbers_of_its_block(open_page: Open, language: str) -> None:
    page, expected, seen = open_page(f"{language}/lessons/3.2.html"), by_hand(), []
    for step in range(1, 8):
        shown = page.locator(f"{WIDGET} .step:not([hidden]) table.matrix").all()
        for table in shown:
            name = table.locator("caption").inner_text().split(" ")[0]
            rows = [
                [number(each) for each in row.split("\t")] for row in table.locator("tbody").inner_text().split("\n")
            ]
            np.testing.assert_allclose(rows, expected[name], atol=5e-5)
            seen.append(name)
        assert page.locator(f"{WIDGET} .block.now").count() == 1
        if step < 7:
            page.focus(f"{WIDGET} .next")
            page.keyboard.press("Enter")
    assert set(seen) == set(expected)
    assert page.is_disabled(f"{WIDGET} .next")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_backward_block_uses_the_cache_of_its_own_layer(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/3.2.html")
    used = []
    for _ in range(7):
        used.append(page.eval_on_selector_all(f"{WIDGET} .cache.used", "all => all.map(each => each.dataset.step)"))
        said = page.inner_text(f"{WIDGET} .said")
        assert re.findall(r"cache (\d)", said) == used[-1]
        page.focus(f"{WIDGET} .next")
        page.keyboard.press("Enter")
    assert used == [["1"], ["2"], ["3"], [], ["3"], ["2"], ["1"]]


def test_a_number_stands_on_its_arrow_as_soon_as_it_is_computed(open_page: Open) -> None:
    page, expected = open_page("en/lessons/3.2.html"), by_hand()
    for step, name in enumerate(("A[1]", "A[2]", "A[3]", "dZ[3]", "dA[2]", "dA[1]", "dA[0]"), start=1):
        texts = page.locator(f"{WIDGET} svg g[data-step='{step}'] text")
        assert texts.first.is_visible()
        rows = [[number(each) for each in text.split()] for text in texts.all_text_contents()]
        np.testing.assert_allclose(rows, expected[name], atol=5e-5)
        if step < 7:
            assert not page.locator(f"{WIDGET} svg g[data-step='{step + 1}'] text").first.is_visible()
            page.focus(f"{WIDGET} .next")
            page.keyboard.press("Enter")
    page.focus(f"{WIDGET} .back")
    page.keyboard.press("Enter")
    assert not page.locator(f"{WIDGET} svg g[data-step='7'] text").first.is_visible()


def test_on_a_phone_the_drawing_scrolls_to_the_block_at_work(open_page: Open) -> None:
    page = open_page("en/lessons/3.2.html", width=390)
    page.focus(f"{WIDGET} .next")
    for _ in range(7):
        box, block = (page.locator(f"{WIDGET} {each}").bounding_box() for each in (".scroll", ".block.now"))
        assert box is not None
        assert block is not None
        assert box["x"] <= block["x"]
        assert block["x"] + block["width"] <= box["x"] + box["width"]
        page.keyboard.press("Enter")


def test_without_a_script_and_in_print_everything_is_there(open_page: Open) -> None:
    still, printed = open_page("en/lessons/3.2.html", java_script_enabled=False), open_page("en/lessons/3.2.html")
    printed.emulate_media(media="print")
    for page in (still, printed):
        assert all(each.is_visible() for each in page.locator(f"{WIDGET} .step, {WIDGET} svg text").all())
