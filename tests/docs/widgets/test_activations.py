"""The widget of lessons 2.3 and 2.4 by keyboard: values and slopes are those of a fresh computation."""

from collections.abc import Callable
from math import exp, tanh

import pytest

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FUNCTIONS: list[Callable[[float], float]] = [
    lambda z: 1 / (1 + exp(-z)),
    tanh,
    lambda z: max(0.0, z),
    lambda z: z if z > 0 else 0.01 * z,
]
"""In the order of the buttons."""
WIDGET = "course-activations"
TANGENT = ("x1", "y1", "x2", "y2")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_values_by_keyboard(open_page: Open, language: str) -> None:
    """Each function at z = 2 and, 35 steps to the left, at z = -1.5."""
    page = open_page(f"{language}/lessons/2.3.html")
    for g in FUNCTIONS:
        page.focus("[name=activations-z]")
        for z, key in ((2, "ArrowLeft"), (-1.5, "ArrowRight")):
            assert number(page.inner_text(f"{WIDGET} [data-value=z]")) == z
            assert number(page.inner_text(f"{WIDGET} [data-value=a]")) == pytest.approx(g(z), abs=6e-5)
            for _ in range(35):
                page.keyboard.press(key)
        page.focus("[name=activations-name]:checked")
        page.keyboard.press("ArrowRight")


def test_the_slope_of_leaky_relu(open_page: Open) -> None:
    """The slider of the slope is there for leaky ReLU alone. At z = -3 the value is -3 times the slope."""
    page = open_page("en/lessons/2.3.html")
    slope = page.locator("[name=activations-slope]")
    assert not slope.is_visible()
    page.check("[name=activations-name][value=leaky_relu]")
    page.focus("[name=activations-z]")
    page.keyboard.press("Home")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert page.text_content(f"{WIDGET} svg .name") == "leaky ReLU"
    for shown in (0.01, 0.1, 0.2, 0.3):
        assert number(page.inner_text(f"{WIDGET} [data-value=slope]")) == shown
        assert number(page.inner_text(f"{WIDGET} [data-value=a]")) == pytest.approx(-3 * shown, abs=5e-5)
        lines = page.locator(f'{WIDGET} [data-a^="leaky"]:not([display="none"])')
        assert lines.count() == 1
        assert lines.get_attribute("class") == "line y1"
        slope.press("ArrowRight")


def test_the_point_lies_on_the_line(open_page: Open) -> None:
    page = open_page("en/lessons/2.3.html")
    page.check("[name=activations-name][value=tanh]")
    points = (page.get_attribute(f"{WIDGET} [data-a=tanh]", "points") or "").split()
    x, y = map(float, points[70].split(","))  # z = 2
    assert float(page.get_attribute(f"{WIDGET} .point", "cx") or 0) == pytest.approx(x, abs=0.06)
    assert float(page.get_attribute(f"{WIDGET} .point", "cy") or 0) == pytest.approx(y, abs=0.06)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_slopes_by_keyboard(open_page: Open, language: str) -> None:
    """Each function at z = 2 and at z = -1.5: the number and the tangent have the slope of a central difference."""
    page = open_page(f"{language}/lessons/2.4.html")
    for g in FUNCTIONS:
        page.focus("[name=activations-z]")
        for z, key in ((2, "ArrowLeft"), (-1.5, "ArrowRight")):
            slope = (g(z + 1e-5) - g(z - 1e-5)) / 2e-5
            assert number(page.inner_text(f"{WIDGET} [data-value=dg]")) == pytest.approx(slope, abs=6e-5)
            x1, y1, x2, y2 = (float(page.get_attribute(f"{WIDGET} .tangent", each) or 0) for each in TANGENT)
            assert -(y2 - y1) / (x2 - x1) == pytest.approx(slope, abs=6e-5)
            assert page.locator(f"{WIDGET} [data-a]:not([display=none])").count() == 1
            for _ in range(35):
                page.keyboard.press(key)
        page.focus("[name=activations-name]:checked")
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize(("name", "left"), [("relu", 0), ("leaky_relu", 0.01)])
def test_a_kink_has_two_slopes(open_page: Open, name: str, left: float) -> None:
    page = open_page("en/lessons/2.4.html")
    page.check(f"[name=activations-name][value={name}]")
    kink = page.locator(f"{WIDGET} .kink")
    assert not kink.is_visible()
    page.focus("[name=activations-z]")
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    assert number(page.inner_text(f"{WIDGET} [data-value=z]")) == 0
    assert kink.is_visible()
    shown = [number(kink.locator(f"[data-value={each}]").inner_text()) for each in ("left", "right", "taken")]
    assert shown == [left, 1, left]
    assert not page.is_visible(f"{WIDGET} .tangent")
    page.check("[name=activations-name][value=tanh]")
    assert not kink.is_visible()
    assert page.is_visible(f"{WIDGET} .tangent")


def test_the_derivative_of_relu_jumps(open_page: Open) -> None:
    """No point of the dashed line lies between the slopes 0 and 1."""
    page = open_page("en/lessons/2.4.html")
    lines = page.locator(f"{WIDGET} [data-dg=relu]").all()
    heights = [[point.split(",")[1] for point in (line.get_attribute("points") or "").split()] for line in lines]
    assert [set(line) for line in heights] == [{"210.0"}, {"170.0"}]


@pytest.mark.parametrize("section", ["2.3", "2.4"])
def test_the_drawing_is_the_same_without_a_script(open_page: Open, section: str) -> None:
    """Sigmoid with the point at z = 2, and its tangent if the lesson has derivatives."""
    with_script, without = (
        open_page(f"en/lessons/{section}.html", java_script_enabled=each).locator(f"{WIDGET} svg")
        for each in (True, False)
    )
    for place, names in ((".point", ("cx", "cy")), (".tangent", TANGENT if section == "2.4" else ())):
        for name in names:
            drawn, moved = (float(svg.locator(place).get_attribute(name) or 0) for svg in (without, with_script))
            assert drawn == pytest.approx(moved, abs=0.06)
            assert drawn > 0
    shown = [svg.locator("[data-a]:not([display=none])").count() for svg in (with_script, without)]
    assert shown == ([4, 4] if section == "2.3" else [1, 1])
    assert [svg.locator(".name").text_content() for svg in (with_script, without)] == ["sigmoid", "sigmoid"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_needs_no_script(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/2.3.html", java_script_enabled=False)
    rows = page.locator(f"{WIDGET} table.values >> nth=0").locator("tbody tr").all_inner_texts()
    read = [[float(each.replace("−", "-")) for each in row.split()] for row in rows]
    assert [z for z, *_ in read] == [-5, -2, -1, 0, 1, 2, 5]
    for z, *values in read:
        assert values == pytest.approx([g(z) for g in FUNCTIONS], abs=5.1e-5)
