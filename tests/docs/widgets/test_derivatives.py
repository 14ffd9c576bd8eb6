"""The widgets of lessons 1.4, 2.3 and 2.4 by keyboard: values and slopes are those of autograd and of differences."""

from collections.abc import Callable
from decimal import Decimal
from math import exp, log, tanh

import pytest
import torch

from tests.docs.widgets.conftest import OpenWidget, Widget, number, value_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ORDER = ["u", "v", "J", "J", "v", "u", "c", "b", "a"]
FORWARD = 3


def judged(nudged: str) -> dict[str, tuple[float, float]]:
    """Node -> value and derivative by autograd, at a = 5, b = 3, c = 2, with 0.001 added to an input."""
    inputs = {name: value + 0.001 * (name == nudged) for name, value in (("a", 5.0), ("b", 3.0), ("c", 2.0))}
    a, b, c = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in inputs.values())
    u = b * c
    v = a + u
    nodes = {"a": a, "b": b, "c": c, "u": u, "v": v, "J": 3 * v}
    slopes = torch.autograd.grad(nodes["J"], list(nodes.values()))
    return {name: (node.item(), slope.item()) for (name, node), slope in zip(nodes.items(), slopes, strict=True)}


def boxes(graph: Widget) -> dict[str, tuple[str, str]]:
    """Node -> the value and the derivative that its box shows."""

    def shown(selector: str) -> str:
        text = graph.find(selector)
        return (text.text_content() or "") if text.is_visible() else ""

    return {
        name: (shown(f"[data-node={name}] .node-value"), shown(f"[data-node={name}] .node-derivative"))
        for name in ("a", "b", "c", "u", "v", "J")
    }


def test_the_numbers_of_the_graph_at_the_end(open_widget: OpenWidget) -> None:
    for steps, nudged in enumerate(("", "a", "b", "c")):
        graph = open_widget("1.4", "computation-graph", "zh")
        graph.press("[name=graph-nudged]:checked", *["ArrowRight"] * steps)
        graph.press(".all")
        expected = judged(nudged)
        measured = graph.text(".measured")
        assert (number(measured) == expected[nudged][1]) if nudged else measured == ""
        for name, (value, derivative) in boxes(graph).items():
            assert float(value) == pytest.approx(expected[name][0], abs=1e-9)
            assert derivative.startswith(f"d{name} = ")
            assert number(derivative) == pytest.approx(expected[name][1], abs=1e-9)


def test_each_step_shows_one_more_number_and_its_arithmetic(open_widget: OpenWidget, language: str) -> None:
    graph = open_widget("1.4", "computation-graph", language)
    expected = judged("")
    filled = {"a": 1, "b": 1, "c": 1, "u": 0, "v": 0, "J": 0}
    for step, name in enumerate(ORDER):
        assert {name: sum(map(bool, texts)) for name, texts in boxes(graph).items()} == filled
        graph.press(".next")
        filled[name] += 1
        assert graph.find("[data-node].now").get_attribute("data-node") == name
        text = graph.text(".arithmetic")
        left, *formulas, result = text.split(" = ")
        backward = step >= FORWARD
        assert left == ("d" if backward else "") + name
        assert float(result) == expected[name][backward]
        if formulas:  # dJ = 1 has none
            assert value_of(formulas[-1]) == float(result)
        lines = [line.text_content() for line in graph.all(".passes li") if line.is_visible()]
        assert len(lines) == step + 1
        assert lines[-1] == text
    assert graph.find(".next").is_disabled()
    graph.press(".back")
    assert boxes(graph)["a"][1] == ""
    assert not graph.find(".next").is_disabled()


def test_without_a_script_and_in_print_the_graph_has_both_passes(open_widget: OpenWidget, language: str) -> None:
    graph = open_widget("1.4", "computation-graph", language, java_script_enabled=False)
    shown = {name: (float(value), number(derivative)) for name, (value, derivative) in boxes(graph).items()}
    assert shown == judged("")
    assert len(graph.all(".passes li")) == len(ORDER)
    graph = open_widget("1.4", "computation-graph", language)
    assert boxes(graph)["J"] == ("", "")
    graph.page.emulate_media(media="print")
    assert boxes(graph)["J"] == ("33", "dJ = 1")
    assert all(line.is_visible() for line in graph.all(".passes li"))


NUDGED: list[tuple[Callable[[float], float], Callable[[float], float]]] = [
    (lambda a: a**3, lambda a: 3 * a**2),
    (lambda a: a**2, lambda a: 2 * a),
    (log, lambda a: 1 / a),
]
"""Each function of the widget with its derivative, in the order of the radio buttons."""


def test_a_small_nudge_gives_the_derivative_and_the_smallest_one_rounding_errors(
    open_widget: OpenWidget, language: str
) -> None:
    """Point 3, and the fourth nudge, which is 0.001. Before it, the smallest nudge at point 2.

    There f(a + h) differs from f(a) by a multiple of 2⁻⁴⁹, the distance of float64 numbers above 8.
    """
    widget = open_widget("1.4", "nudge", language)
    widget.press("[name=nudge-size]", "End")
    assert widget.text(".nudge") == "10⁻¹⁵"
    assert abs(widget.value("slope") - 12) > 0.5
    steps = Decimal(str(widget.value("slope"))) * Decimal("1e-15") * 2**49
    assert float(steps) == pytest.approx(round(steps), abs=1e-3)
    assert round(steps) > 0
    widget.press("[name=nudge-point]", "End")
    widget.press("[name=nudge-size]", "Home", *["ArrowRight"] * 3)
    assert widget.text(".nudge") == "0.001"
    for f, derivative in NUDGED:
        a, h = widget.value("a"), 0.001
        assert a == 3
        assert widget.value("f") == pytest.approx(f(a), abs=5e-10)
        assert widget.value("raised") == pytest.approx(f(a + h), abs=5e-10)
        assert widget.value("slope") == pytest.approx((f(a + h) - f(a)) / h, abs=5.1e-7)
        assert widget.value("both") == pytest.approx((f(a + h) - f(a - h)) / (2 * h), abs=5.1e-7)
        assert widget.value("derivative") == pytest.approx(derivative(a), abs=5.1e-7)
        widget.press("[name=nudge-function]:checked", "ArrowRight")


def test_the_line_goes_through_both_points_which_stand_where_the_axes_say(open_widget: OpenWidget) -> None:
    """The second function is a²: at a = 2 with a nudge of 0.5 its points are (2, 4) and (2.5, 6.25)."""
    widget = open_widget("1.4", "nudge")
    widget.press("[name=nudge-size]", "Home")
    x, y, width, height = widget.places("clipPath rect", "x", "y", "width", "height")
    for place in range(len(NUDGED)):
        line = widget.find(".line.y0").get_attribute("points") or ""
        (x0, y0), (x1, y1) = (map(float, point.split(",")) for point in line.split())
        points = [widget.places(f"circle >> nth={i}") for i in range(2)]
        for cx, cy in points:
            assert cy == pytest.approx(y0 + (y1 - y0) * (cx - x0) / (x1 - x0))
        if place == 1:
            low, high = (widget.find(f"[data-height='{k}']").text_content() for k in (2, 0))
            assert (low, high) == ("0", "12")
            for point, (a, f) in zip(points, ((2, 4), (2.5, 6.25)), strict=True):
                assert point == pytest.approx([x + a / 4 * width, y + (1 - f / 12) * height])
        widget.press("[name=nudge-function]:checked", "ArrowRight")


FUNCTIONS: list[Callable[[float], float]] = [
    lambda z: 1 / (1 + exp(-z)),
    tanh,
    lambda z: max(0.0, z),
    lambda z: z if z > 0 else 0.01 * z,
]
"""In the order of the buttons."""
TANGENT = ("x1", "y1", "x2", "y2")


def test_values_and_slopes(open_widget: OpenWidget) -> None:
    """Each function at z = 2 and, 35 steps to the left, at z = -1.5. The tangent has the slope of differences."""
    values, slopes = (open_widget(section, "activations") for section in ("2.3", "2.4"))
    for g in FUNCTIONS:
        for z, key in ((2, "ArrowLeft"), (-1.5, "ArrowRight")):
            assert values.value("z") == z
            assert values.value("a") == pytest.approx(g(z), abs=6e-5)
            slope = (g(z + 1e-5) - g(z - 1e-5)) / 2e-5
            assert slopes.value("dg") == pytest.approx(slope, abs=6e-5)
            x1, y1, x2, y2 = slopes.places(".tangent", *TANGENT)
            assert -(y2 - y1) / (x2 - x1) == pytest.approx(slope, abs=6e-5)
            assert len(slopes.all("[data-a]:not([display=none])")) == 1
            for widget in (values, slopes):
                widget.press("[name=activations-z]", *[key] * 35)
        for widget in (values, slopes):
            widget.press("[name=activations-name]:checked", "ArrowRight")


def test_the_slope_of_leaky_relu(open_widget: OpenWidget) -> None:
    """The slider of the slope is there for leaky ReLU alone. At z = -3 the value is -3 times the slope."""
    widget = open_widget("2.3", "activations")
    slope = widget.find("[name=activations-slope]")
    assert not slope.is_visible()
    widget.find("[name=activations-name][value=leaky_relu]").check()
    widget.press("[name=activations-z]", "Home", *["ArrowRight"] * 20)
    assert widget.find("svg .name").text_content() == "leaky ReLU"
    for shown in (0.01, 0.1, 0.2, 0.3):
        assert widget.value("slope") == shown
        assert widget.value("a") == pytest.approx(-3 * shown, abs=5e-5)
        (line,) = widget.all('[data-a^="leaky"]:not([display="none"])')
        assert line.get_attribute("class") == "line y1"
        slope.press("ArrowRight")


@pytest.mark.parametrize(("name", "left"), [("relu", 0), ("leaky_relu", 0.01)])
def test_a_kink_has_two_slopes(open_widget: OpenWidget, name: str, left: float) -> None:
    widget = open_widget("2.4", "activations")
    widget.find(f"[name=activations-name][value={name}]").check()
    kink = widget.find(".kink")
    assert not kink.is_visible()
    widget.press("[name=activations-z]", *["ArrowLeft"] * 20)
    assert widget.value("z") == 0
    assert kink.is_visible()
    assert [number(kink.locator(f"[data-value={side}]").inner_text()) for side in ("left", "right", "taken")] == [
        *(left, 1, left)
    ]
    assert not widget.find(".tangent").is_visible()
    widget.find("[name=activations-name][value=tanh]").check()
    assert not kink.is_visible()
    assert widget.find(".tangent").is_visible()


def test_the_point_lies_on_the_line_and_the_derivative_of_relu_jumps(open_widget: OpenWidget) -> None:
    """No point of the dashed line lies between the slopes 0 and 1."""
    widget = open_widget("2.3", "activations")
    widget.find("[name=activations-name][value=tanh]").check()
    points = (widget.find("[data-a=tanh]").get_attribute("points") or "").split()
    place = [float(coordinate) for coordinate in points[70].split(",")]  # z = 2
    assert widget.places(".point") == pytest.approx(place, abs=0.06)
    lines = open_widget("2.4", "activations").all("[data-dg=relu]")
    heights = [{point.split(",")[1] for point in (line.get_attribute("points") or "").split()} for line in lines]
    assert heights == [{"210.0"}, {"170.0"}]


@pytest.mark.parametrize("section", ["2.3", "2.4"])
def test_the_drawing_is_the_same_without_a_script(open_widget: OpenWidget, section: str) -> None:
    """Sigmoid with the point at z = 2, and its tangent if the lesson has derivatives."""
    moved, drawn = (open_widget(section, "activations", java_script_enabled=script) for script in (True, False))
    for place, names in ((".point", ("cx", "cy")), (".tangent", TANGENT if section == "2.4" else ())):
        for name in names:
            assert drawn.places(place, name) == pytest.approx(moved.places(place, name), abs=0.06)
            assert drawn.places(place, name)[0] > 0
    for widget in (moved, drawn):
        assert len(widget.all("svg [data-a]:not([display=none])")) == (4 if section == "2.3" else 1)
        assert widget.find("svg .name").text_content() == "sigmoid"


def test_the_table_of_values_needs_no_script(open_widget: OpenWidget, language: str) -> None:
    widget = open_widget("2.3", "activations", language, java_script_enabled=False)
    rows = [row.inner_text() for row in widget.find("table.values").locator("tbody tr").all()]
    read = [[float(cell.replace("−", "-")) for cell in row.split()] for row in rows]
    assert [z for z, *_ in read] == [-5, -2, -1, 0, 1, 2, 5]
    for z, *values in read:
        assert values == pytest.approx([g(z) for g in FUNCTIONS], abs=5.1e-5)
