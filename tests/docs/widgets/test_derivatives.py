"""The widgets of lessons 1.4, 2.3 and 2.4 by keyboard: values and slopes are those of autograd and of differences."""

from collections.abc import Callable
from decimal import Decimal
from math import exp, log, tanh
from typing import TYPE_CHECKING

import pytest
import torch

from tests.docs.conftest import Open
from tests.docs.texts import number

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
languages = pytest.mark.parametrize("language", ["en", "zh"])
ORDER = ["u", "v", "J", "J", "v", "u", "c", "b", "a"]
FORWARD = 3


def judged(nudged: str) -> dict[str, tuple[float, float]]:
    """Node -> value and derivative by autograd, at a = 5, b = 3, c = 2, with 0.001 added to an input."""
    inputs = {name: value + 0.001 * (name == nudged) for name, value in (("a", 5.0), ("b", 3.0), ("c", 2.0))}
    a, b, c = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in inputs.values())
    u = b * c
    v = a + u
    J = 3 * v
    nodes = {"a": a, "b": b, "c": c, "u": u, "v": v, "J": J}
    slopes = torch.autograd.grad(J, list(nodes.values()))
    return {name: (node.item(), slope.item()) for (name, node), slope in zip(nodes.items(), slopes, strict=True)}


def boxes(page: "Page") -> dict[str, tuple[str, str]]:
    """Node -> the value and the derivative that its box shows."""

    def shown(selector: str) -> str:
        text = page.locator(selector)
        return (text.text_content() or "") if text.is_visible() else ""

    return {
        name: (shown(f"[data-node={name}] .node-value"), shown(f"[data-node={name}] .node-derivative"))
        for name in ("a", "b", "c", "u", "v", "J")
    }


def press_button(page: "Page", button: str) -> None:
    page.focus(f"course-computation-graph {button}")
    page.keyboard.press("Enter")


@languages
@pytest.mark.parametrize("nudged", ["", "a", "b", "c"])
def test_the_numbers_at_the_end(open_page: Open, language: str, nudged: str) -> None:
    page = open_page(f"{language}/lessons/1.4.html")
    page.focus("[name=graph-nudged]:checked")
    for _ in range(["", "a", "b", "c"].index(nudged)):
        page.keyboard.press("ArrowRight")
    press_button(page, ".all")
    expected = judged(nudged)
    for name, (value, derivative) in boxes(page).items():
        assert float(value) == pytest.approx(expected[name][0], abs=1e-9)
        assert derivative.startswith(f"d{name} = ")
        assert number(derivative) == pytest.approx(expected[name][1], abs=1e-9)


@languages
def test_each_step_shows_one_more_number_and_its_arithmetic(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.4.html")
    expected = judged("")
    filled = {"a": 1, "b": 1, "c": 1, "u": 0, "v": 0, "J": 0}
    for step, name in enumerate(ORDER):
        assert {name: sum(map(bool, texts)) for name, texts in boxes(page).items()} == filled
        press_button(page, ".next")
        filled[name] += 1
        assert page.get_attribute("[data-node].now", "data-node") == name
        text = page.inner_text("course-computation-graph .arithmetic")
        left, *formulas, result = text.split(" = ")
        backward = step >= FORWARD
        assert left == ("d" if backward else "") + name
        assert float(result) == expected[name][backward]
        if formulas:  # dJ = 1 has none
            assert eval(formulas[-1].replace("·", "*")) == float(result)
        shown = page.eval_on_selector_all(
            ".passes li", "all => all.filter(each => each.style.visibility === 'visible').map(each => each.textContent)"
        )
        assert len(shown) == step + 1
        assert shown[-1] == text
    assert page.is_disabled("course-computation-graph .next")
    press_button(page, ".back")
    assert boxes(page)["a"][1] == ""
    assert not page.is_disabled("course-computation-graph .next")


@languages
def test_the_graph_without_script(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.4.html", java_script_enabled=False)
    shown = {name: (float(value), number(derivative)) for name, (value, derivative) in boxes(page).items()}
    assert shown == judged("")
    assert page.locator(".passes li").count() == len(ORDER)


def test_print_shows_both_passes(open_page: Open) -> None:
    page = open_page("en/lessons/1.4.html")
    assert boxes(page)["J"] == ("", "")
    page.emulate_media(media="print")
    assert boxes(page)["J"] == ("33", "dJ = 1")
    assert all(each.is_visible() for each in page.locator(".passes li").all())


NUDGED: list[tuple[Callable[[float], float], Callable[[float], float]]] = [
    (lambda a: a**3, lambda a: 3 * a**2),
    (lambda a: a**2, lambda a: 2 * a),
    (log, lambda a: 1 / a),
]
"""Each function of the widget with its derivative, in the order of the radio buttons."""


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
    for f, derivative in NUDGED:
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
    for _ in NUDGED:
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
