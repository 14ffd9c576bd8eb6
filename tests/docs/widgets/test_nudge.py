"""The widget of nudges in lesson 1.4 by keyboard: slopes are those of a fresh computation, and the line has them."""

from collections.abc import Callable
from decimal import Decimal
from math import log
from typing import TYPE_CHECKING

import pytest

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FUNCTIONS: list[tuple[Callable[[float], float], Callable[[float], float]]] = [
    (lambda a: a**3, lambda a: 3 * a**2),
    (lambda a: a**2, lambda a: 2 * a),
    (log, lambda a: 1 / a),
]
"""Each function of the widget with its derivative, in the order of the radio buttons."""
languages = pytest.mark.parametrize("language", ["en", "zh"])


def value(page: "Page", name: str) -> float:
    return number(page.inner_text(f"course-nudge [data-value={name}]"))


def press(page: "Page", name: str, key: str, times: int = 1) -> None:
    page.focus(f"course-nudge {name}")
    for _ in range(times):
        page.keyboard.press(key)


@languages
def test_a_small_nudge_gives_the_derivative(open_page: Open, language: str) -> None:
    """Point 3, and the fourth nudge, which is 0.001."""
    page = open_page(f"{language}/lessons/1.4.html")
    press(page, "[name=nudge-point]", "End")
    press(page, "[name=nudge-size]", "Home")
    press(page, "[name=nudge-size]", "ArrowRight", 3)
    assert page.inner_text("course-nudge .nudge") == "0.001"
    for f, derivative in FUNCTIONS:
        a, h = value(page, "a"), 0.001
        assert a == 3
        assert value(page, "f") == pytest.approx(f(a), abs=5e-10)
        assert value(page, "raised") == pytest.approx(f(a + h), abs=5e-10)
        assert value(page, "slope") == pytest.approx((f(a + h) - f(a)) / h, abs=5.1e-7)
        assert value(page, "both") == pytest.approx((f(a + h) - f(a - h)) / (2 * h), abs=5.1e-7)
        assert value(page, "derivative") == pytest.approx(derivative(a), abs=5.1e-7)
        press(page, "[name=nudge-function]:checked", "ArrowRight")


@languages
def test_the_smallest_nudge_measures_rounding_errors(open_page: Open, language: str) -> None:
    """f(a + h) differs from f(a) by a multiple of 2⁻⁴⁹, the distance of float64 numbers above 8."""
    page = open_page(f"{language}/lessons/1.4.html")
    press(page, "[name=nudge-size]", "End")
    assert page.inner_text("course-nudge .nudge") == "10⁻¹⁵"
    assert abs(value(page, "slope") - 12) > 0.5
    steps = Decimal(str(value(page, "slope"))) * Decimal("1e-15") * 2**49
    assert float(steps) == pytest.approx(round(steps), abs=1e-3)
    assert round(steps) > 0


def test_the_dashed_line_goes_through_both_points(open_page: Open) -> None:
    page = open_page("en/lessons/1.4.html")
    press(page, "[name=nudge-size]", "Home")
    for _ in FUNCTIONS:
        line = page.get_attribute("course-nudge .line.y0", "points")
        assert line is not None
        (x0, y0), (x1, y1) = (map(float, point.split(",")) for point in line.split())
        for i in range(2):
            x, y = (
                float(page.locator("course-nudge circle").nth(i).get_attribute(each) or "nan") for each in ("cx", "cy")
            )
            assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
        press(page, "[name=nudge-function]:checked", "ArrowRight")


@languages
def test_the_points_stand_where_the_axes_say(open_page: Open, language: str) -> None:
    """a² at a = 2 with a nudge of 0.5: the points (2, 4) and (2.5, 6.25)."""
    page = open_page(f"{language}/lessons/1.4.html")
    press(page, "[name=nudge-size]", "Home")
    press(page, "[name=nudge-function]:checked", "ArrowRight")
    low, high = (page.locator(f"course-nudge [data-height='{k}']") for k in (2, 0))
    assert (low.text_content(), high.text_content()) == ("0", "12")
    frame = page.locator("course-nudge clipPath rect")
    x, y, width, height = (float(frame.get_attribute(each) or "nan") for each in ("x", "y", "width", "height"))
    for i, (a, f) in enumerate(((2, 4), (2.5, 6.25))):
        point = page.locator("course-nudge circle").nth(i)
        assert float(point.get_attribute("cx") or "nan") == pytest.approx(x + a / 4 * width)
        assert float(point.get_attribute("cy") or "nan") == pytest.approx(y + (1 - f / 12) * height)
