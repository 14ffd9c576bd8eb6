"""The widget of lesson 1.2 by keyboard: the loss is that of a fresh computation."""

from math import log

import pytest

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_loss_by_keyboard(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.2.html")
    page.focus("course-loss input[type=range]")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    assert page.inner_text("[data-value=a]") == "0.80"
    assert float(page.inner_text("[data-value=L]")) == pytest.approx(-log(0.8), abs=5e-5)
    assert number(page.inner_text("[data-value=z]")) == pytest.approx(log(0.8 / 0.2), abs=5e-5)
    page.focus("[name=loss-y]:checked")
    page.keyboard.press("ArrowRight")
    assert float(page.inner_text("[data-value=L]")) == pytest.approx(-log(1 - 0.8), abs=5e-5)
    assert page.inner_text("[data-value=dz]") == "0.80"
