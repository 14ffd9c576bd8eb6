"""The widgets of lessons 1.1, 1.2, 1.3 and 1.5 by keyboard: their numbers are those of NumPy and of plain floats."""

import re
from math import exp, log

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.docs.widgets.conftest import OpenWidget, Widget, number, value_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HEIGHT, WIDTH = 4, 5
NUMBERS = "all => all.map((cell) => Number(cell.textContent))"


def picture(widget: Widget) -> NDArray[np.int64]:
    """The picture (height, width, channels) from the three channels on the page."""
    cells = widget.root.locator(".matrices [data-cell]").evaluate_all(NUMBERS)
    return np.array(cells).reshape(3, HEIGHT, WIDTH).transpose(1, 2, 0)


def check_entry(widget: Widget, i: int, j: int, c: int, place: int, value: int) -> None:
    """Compare the chosen entry, its arithmetic and its marks with the expected place and value."""
    found = re.fullmatch(r"(.+) = (\d+), k = (.+) = (\d+), x\[(\d+)\] = (.+) = (.+)", widget.text(".arithmetic"))
    assert found is not None
    assert found[1] == f"{'RGB'[c]}[{i}, {j}]"
    assert int(found[2]) == value
    assert value_of(found[3]) == int(found[4]) == int(found[5]) == place
    assert value_of(found[6]) == float(found[7]) == value / 255
    assert widget.cells("td.chosen") == [f"{'RGB'[c]} {i} {j}", f"x {place}"]
    assert widget.find("[name=picture-place]").input_value() == str(place)
    assert widget.find(f"[name=picture-channel][value='{c}']").is_checked()


def test_a_pixel_leads_to_its_place_and_a_place_to_its_pixel(open_widget: OpenWidget, language: str) -> None:
    widget = open_widget("1.1", "picture-row", language)
    values = picture(widget)
    assert widget.root.locator(".vector td").evaluate_all(NUMBERS) == pytest.approx(values.reshape(-1) / 255)
    check_entry(widget, 1, 2, 0, 21, values[1, 2, 0])
    # the last key would leave the picture
    widget.press(".matrices td.chosen", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown")
    widget.press("[name=picture-channel]:checked", "ArrowRight", "ArrowRight")
    check_entry(widget, 3, 3, 2, np.ravel_multi_index((3, 3, 2), values.shape), values[3, 3, 2])
    widget.press("[name=picture-place]", "Home", *["ArrowRight"] * 34)
    i, j, c = (int(index) for index in np.unravel_index(34, values.shape))
    check_entry(widget, i, j, c, 34, values[i, j, c])


def test_the_order_of_the_slide_moves_the_entries(open_widget: OpenWidget, language: str) -> None:
    """The chosen entry stays, and its place changes. Then the marks stand at the pixel and at the entry."""
    widget = open_widget("1.1", "picture-row", language)
    values = picture(widget)
    widget.press("[name=picture-order]:checked", "ArrowDown")
    planes = values.transpose(2, 0, 1)
    assert widget.root.locator(".vector td").evaluate_all(NUMBERS) == pytest.approx(planes.reshape(-1) / 255)
    check_entry(widget, 1, 2, 0, 7, values[1, 2, 0])
    widget.find('[data-cell="x 57"]').click()
    c, i, j = (int(index) for index in np.unravel_index(57, planes.shape))
    check_entry(widget, i, j, c, 57, values[i, j, c])
    for mark, target in ((".of-pixel.edge", f'[data-pixel="{i} {j}"]'), (".of-entry.edge", '[data-entry="57"]')):
        assert widget.places(mark, "x") == widget.places(target, "x")


def test_the_loss_of_both_labels_and_its_dz(open_widget: OpenWidget, language: str) -> None:
    widget = open_widget("1.2", "loss", language)
    widget.press("input[type=range]", *["ArrowRight"] * 30)  # from 0.50
    assert widget.text("[data-value=a]") == "0.80"
    assert widget.text("[data-value=dz]") == "−0.20"
    assert widget.value("L") == pytest.approx(-log(0.8), abs=5e-5)
    assert widget.value("z") == pytest.approx(log(0.8 / 0.2), abs=5e-5)
    widget.press("[name=loss-y]:checked", "ArrowRight")
    assert widget.value("L") == pytest.approx(-log(1 - 0.8), abs=5e-5)
    assert widget.text("[data-value=dz]") == "0.80"


EXAMPLES = ((-2.0, 0), (-1.0, 0), (0.5, 0), (-0.5, 1), (1.0, 1), (2.0, 1))
RATES = (0.2, 2, 20)
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


def test_each_step_of_each_learning_rate(open_widget: OpenWidget) -> None:
    """The arithmetic leads to the next step."""
    widget = open_widget("1.3", "descent", "zh")
    for alpha in RATES:
        widget.press("[name=descent-step]", "Home")
        points = descent(alpha, 20)
        for step, point in enumerate(points):
            assert widget.text("[data-value=step]") == str(step)
            assert {name: widget.value(name) for name in point} == pytest.approx(point, abs=5.1e-5)
            assert len((widget.find(".line.map").get_attribute("points") or "").split()) == step + 1
            if alpha == 2 and step == 1:
                for name, update in zip(("w", "b"), widget.text(".arithmetic").splitlines(), strict=True):
                    before, result = update.removeprefix(f"{name}: ").split(" = ")
                    assert number(result) == pytest.approx(points[2][name], abs=5.1e-5)
                    assert value_of(before) == pytest.approx(number(result), abs=3e-4)
            widget.page.keyboard.press("ArrowRight")
        assert widget.text(".arithmetic") == ""
        widget.press("[name=descent-rate]:checked", "ArrowRight")


def test_the_balls_stand_on_the_axes_scale(open_widget: OpenWidget) -> None:
    """Between two steps the ball moves as many pixels a unit of w, b and J, upwards where b and J grow."""
    widget, places = open_widget("1.3", "descent"), []
    for _ in range(3):
        (w, b), (_, J) = widget.places(".map-ball"), widget.places(".curve-ball")
        places.append((w, -b, -J))
        widget.press("[name=descent-step]", "ArrowRight")
    points = [[point[name] for name in ("w", "b", "J")] for point in descent(0.2, 2)]
    first, second = np.diff(places, axis=0) / np.diff(points, axis=0)
    assert (first > 0).all()
    np.testing.assert_allclose(first, second, rtol=1e-6)


def test_the_table_of_costs_without_a_script(open_widget: OpenWidget, language: str) -> None:
    widget = open_widget("1.3", "descent", language, java_script_enabled=False)
    walks = [descent(alpha, 20) for alpha in RATES]
    for step in (0, 1, 2, 5, 10, 20):
        cells = [cell.inner_text() for cell in widget.all(f"tr:has(th[scope=row]:text-is('{step}')) td")]
        assert list(map(float, cells)) == pytest.approx([walk[step]["J"] for walk in walks], abs=5.1e-5)


SUMS = ("J", "dw1", "dw2", "db")
LOOP = [((1, 2), 1), ((2, -1), 0), ((-1, 1), 1)]


def sums_after_each_change() -> list[list[float]]:
    """J, dw1, dw2, db from 0, after each addition to one of them, and as means."""
    sums, found = [0.0] * 4, [[0.0] * 4]
    for (x1, x2), y in LOOP:
        a = 1 / (1 + exp(-(0.8 * x1 - 0.1 * x2 + 0.2)))
        dz = a - y
        for place, term in enumerate((-log(a if y else 1 - a), x1 * dz, x2 * dz, dz)):
            sums[place] += term
            found.append(list(sums))
    return [*found, [total / 3 for total in sums]]


def evaluated(arithmetic: str) -> float:
    """The value of an expression with log and σ."""
    python = re.sub(r"log (\S+)", r"log(\1)", arithmetic).replace("·", "*").replace("−", "-")
    return eval(python, {"log": log, "σ": lambda z: 1 / (1 + exp(-z))})


def test_two_loops_line_by_line(open_widget: OpenWidget, language: str) -> None:
    """The sums grow as in plain loops, and each line of arithmetic is true."""
    widget, seen, true = open_widget("1.5", "two-loops", language), list[list[float]](), 0
    while True:
        sums = [widget.value(name) for name in SUMS]
        text, marked = widget.text(".arithmetic"), widget.text("span.now").strip()
        if not seen or sums != seen[-1]:
            seen.append(sums)
        for part in re.sub(r"^i = \d(?:, j = \d)?: ", "", text).split("; "):
            name, *values = part.split(" = ")
            if len(values) > 1 and values[0] != "b":  # z = b = 0.2
                assert evaluated(values[0]) == pytest.approx(number(values[-1]), abs=2e-4), text
                true += 1
            assert name.split("[")[0] in marked, (text, marked)
        if widget.find(".next").is_disabled():
            break
        widget.press(".next")
    assert true == 3 * 8 + 4 + 3  # eight lines an example, four means, three updates
    expected = sums_after_each_change()
    assert len(seen) == len(expected) == 14
    for actual, right in zip(seen, expected, strict=True):
        assert actual == pytest.approx(right, abs=5.1e-5)
    assert number(widget.text('[data-cell="new dw1"]')) == pytest.approx(0.8 - 0.5 * expected[-1][1], abs=5e-5)


def test_the_table_is_filled_in_by_the_steps(open_widget: OpenWidget) -> None:
    """At the first step the sums are 0. "Next example" goes on to the next example, and End to the last step.

    An example has 7 numbers (z, a, dz, four sums); start and mean have 4, the new parameters 3.
    """
    widget = open_widget("1.5", "two-loops")
    shown = widget.root.locator("td[data-cell]:not(.later)")
    assert shown.count() == 4
    for example, cells in ((0, 4 + 1), (1, 4 + 7 + 1), (2, 4 + 14 + 1)):
        widget.press(".example")
        assert widget.text(".arithmetic") == f"i = {example}: z = b = 0.2"
        assert widget.text("span.now").strip() == "z = b"
        assert shown.count() == cells
    widget.press("input[type=range]", "End")
    assert shown.count() == 4 + 21 + 4 + 3


def test_the_table_of_sums_is_complete_without_a_script(open_widget: OpenWidget) -> None:
    widget = open_widget("1.5", "two-loops", java_script_enabled=False)
    for row, sums in ((0, 4), (1, 8), (2, 12)):
        cells = [number(widget.text(f'[data-cell="{row} {name}"]')) for name in SUMS]
        assert cells == pytest.approx(sums_after_each_change()[sums], abs=5.1e-5)
