"""The widget of lesson 1.3 by keyboard: each step is that of gradient descent with plain floats."""

from math import exp, log
from typing import TYPE_CHECKING

import pytest

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EXAMPLES = ((-2.0, 0), (-1.0, 0), (0.5, 0), (-0.5, 1), (1.0, 1), (2.0, 1))
RATES = (0.2, 2, 20)
languages = pytest.mark.parametrize("language", ["en", "zh"])
Point = dict[str, float]


def descent(alpha: float, steps: int) -> list[Point]:
    """w, b, J, dw and db before the first step and after each step, from w = -1 and b = 3."""
    points: list[Point] = []
    w, b = -1.0, 3.0
    for _ in range(steps + 1):
        A = [1 / (1 + exp(-(w * x + b))) for x, _ in EXAMPLES]
        J = sum(-log(a if y else 1 - a) for a, (_, y) in zip(A, EXAMPLES, strict=True)) / len(EXAMPLES)
        dw = sum((a - y) * x for a, (x, y) in zip(A, EXAMPLES, strict=True)) / len(EXAMPLES)
        db = sum(a - y for a, (_, y) in zip(A, EXAMPLES, strict=True)) / len(EXAMPLES)
        points.append({"w": w, "b": b, "J": J, "dw": dw, "db": db})
        w, b = w - alpha * dw, b - alpha * db
    return points


def shown(page: "Page") -> Point:
    return {
        name: number(page.inner_text(f"course-descent [data-value={name}]")) for name in ("w", "b", "J", "dw", "db")
    }


def ball(page: "Page", name: str) -> list[float]:
    """The place of a ball in the drawing."""
    return [float(page.get_attribute(f".{name}-ball", each) or "nan") for each in ("cx", "cy")]


@languages
def test_each_step_of_each_learning_rate(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.3.html")
    page.focus("[name=descent-rate]:checked")
    for alpha in RATES:
        page.focus("[name=descent-step]")
        page.keyboard.press("Home")
        points = descent(alpha, 20)
        for step, point in enumerate(points):
            assert page.inner_text("[data-value=step]") == str(step)
            assert shown(page) == pytest.approx(point, abs=5.1e-5)
            line = page.get_attribute("course-descent .line.map", "points")
            assert line is not None
            assert len(line.split()) == step + 1
            page.keyboard.press("ArrowRight")
        page.focus("[name=descent-rate]:checked")
        page.keyboard.press("ArrowRight")


@languages
def test_the_arithmetic_leads_to_the_next_step(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.3.html")
    page.focus("[name=descent-rate]:checked")
    page.keyboard.press("ArrowRight")
    page.focus("[name=descent-step]")
    page.keyboard.press("ArrowRight")
    following = descent(2, 2)[2]
    updates = page.inner_text("course-descent .arithmetic").splitlines()
    for name, update in zip(("w", "b"), updates, strict=True):
        before, result = update.removeprefix(f"{name}: ").replace("·", "*").replace("−", "-").split(" = ")
        assert float(result) == pytest.approx(following[name], abs=5.1e-5)
        assert eval(before) == pytest.approx(float(result), abs=3e-4)
    page.keyboard.press("End")
    assert page.inner_text("course-descent .arithmetic") == ""


def test_the_balls_stand_on_the_axes_scale(open_page: Open) -> None:
    """Between two steps the ball moves in proportion to w, b and J, upwards where b and J grow."""
    page = open_page("en/lessons/1.3.html")
    page.focus("[name=descent-step]")
    places = []
    for _ in range(3):
        places.append((ball(page, "map"), ball(page, "curve")))
        page.keyboard.press("ArrowRight")
    points = descent(0.2, 2)
    w, b, J = ([point[name] for point in points] for name in ("w", "b", "J"))
    for values, moved in (
        (w, [each[0][0] for each in places]),
        (b, [-each[0][1] for each in places]),
        (J, [-each[1][1] for each in places]),
    ):
        assert (moved[1] - moved[0]) / (values[1] - values[0]) > 0
        assert (moved[2] - moved[1]) / (moved[1] - moved[0]) == pytest.approx(
            (values[2] - values[1]) / (values[1] - values[0])
        )


@languages
def test_the_table_without_script(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.3.html", java_script_enabled=False)
    walks = [descent(alpha, 20) for alpha in RATES]
    for step in (0, 1, 2, 5, 10, 20):
        cells = page.locator(f"course-descent tr:has(th[scope=row]:text-is('{step}')) td").all_inner_texts()
        assert [float(cell) for cell in cells] == pytest.approx([walk[step]["J"] for walk in walks], abs=5.1e-5)
