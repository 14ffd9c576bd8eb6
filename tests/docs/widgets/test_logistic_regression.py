"""The widgets of lessons 1.1, 1.2, 1.3 and 1.5 by keyboard: their numbers are those of NumPy and of plain floats."""

import re
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.docs.conftest import Open
from tests.docs.texts import number

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


def check_entry(page: "Page", i: int, j: int, c: int, place: int, value: int) -> None:
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
    check_entry(page, 1, 2, 0, 21, values[1, 2, 0])
    page.focus("course-picture-row .matrices td.chosen")
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown"):  # the last key would leave the picture
        page.keyboard.press(key)
    page.focus("[name=picture-channel]:checked")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    check_entry(page, 3, 3, 2, np.ravel_multi_index((3, 3, 2), values.shape), values[3, 3, 2])


@languages
def test_a_place_leads_to_its_pixel(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.1.html")
    values = picture(page)
    page.focus("[name=picture-place]")
    page.keyboard.press("Home")
    for _ in range(34):
        page.keyboard.press("ArrowRight")
    i, j, c = (int(each) for each in np.unravel_index(34, values.shape))
    check_entry(page, i, j, c, 34, values[i, j, c])


@languages
def test_the_order_of_the_slide_moves_the_entries(open_page: Open, language: str) -> None:
    """The chosen entry stays, and its place changes. Then the marks stand at the pixel and at the entry."""
    page = open_page(f"{language}/lessons/1.1.html")
    values = picture(page)
    page.focus("[name=picture-order]:checked")
    page.keyboard.press("ArrowDown")
    planes = values.transpose(2, 0, 1)
    assert row(page) == pytest.approx(planes.reshape(-1) / 255)
    check_entry(page, 1, 2, 0, 7, values[1, 2, 0])
    page.click('[data-cell="x 57"]')
    c, i, j = (int(each) for each in np.unravel_index(57, planes.shape))
    check_entry(page, i, j, c, 57, values[i, j, c])
    for mark, target in ((".of-pixel.edge", f'[data-pixel="{i} {j}"]'), (".of-entry.edge", '[data-entry="57"]')):
        places = [page.get_attribute(each, "x") for each in (mark, target)]
        assert float(places[0] or "nan") == float(places[1] or "nan")


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


WIDGET = "course-two-loops"
SUMS = ("J", "dw1", "dw2", "db")
LOOP_EXAMPLES = [((1, 2), 1), ((2, -1), 0), ((-1, 1), 1)]


def sums_after_each_change() -> list[list[float]]:
    """J, dw1, dw2, db from 0, after each addition to one of them, and as means."""
    sums, found = [0.0] * 4, [[0.0] * 4]
    for (x1, x2), y in LOOP_EXAMPLES:
        a = 1 / (1 + exp(-(0.8 * x1 - 0.1 * x2 + 0.2)))
        dz = a - y
        for place, term in enumerate((-log(a if y else 1 - a), x1 * dz, x2 * dz, dz)):
            sums[place] += term
            found.append(list(sums))
    return [*found, [total / 3 for total in sums]]


def evaluated(arithmetic: str) -> float:
    """The value of an expression in the widget's notation."""
    python = re.sub(r"log (\S+)", r"log(\1)", arithmetic).replace("·", "*").replace("−", "-")
    return eval(python, {"log": log, "σ": lambda z: 1 / (1 + exp(-z))})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_loops_line_by_line(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.5.html")
    page.focus(f"{WIDGET} .next")
    seen: list[list[float]] = []
    while True:
        sums = [number(page.inner_text(f"{WIDGET} [data-value={name}]")) for name in SUMS]
        text = page.inner_text(f"{WIDGET} .arithmetic")
        marked = page.inner_text(f"{WIDGET} span.now").strip()
        if not seen or sums != seen[-1]:
            seen.append(sums)
        for each in re.sub(r"^i = \d(?:, j = \d)?: ", "", text).split("; "):
            name, *values = each.split(" = ")
            if len(values) > 1 and name + values[0] != "zb":
                assert evaluated(values[0]) == pytest.approx(number(values[-1]), abs=2e-4), text
            assert name.split("[")[0] in marked or name == "z", (text, marked)
        if page.is_disabled(f"{WIDGET} .next"):
            break
        page.keyboard.press("Enter")
    expected = sums_after_each_change()
    assert len(seen) == len(expected) == 14
    for actual, right in zip(seen, expected, strict=True):
        assert actual == pytest.approx(right, abs=5.1e-5)
    w1 = 0.8 - 0.5 * expected[-1][1]
    assert number(page.inner_text(f'{WIDGET} [data-cell="new dw1"]')) == pytest.approx(w1, abs=5e-5)


def test_the_table_is_filled_in_by_the_steps(open_page: Open) -> None:
    """At the first step the sums are 0. "Next example" goes on to the next example, and End to the last step."""
    page = open_page("en/lessons/1.5.html")
    shown = page.locator(f"{WIDGET} td[data-cell]:not(.later)")
    assert shown.count() == 4
    page.focus(f"{WIDGET} .example")
    for example, cells in ((0, 4 + 1), (1, 4 + 7 + 1), (2, 4 + 14 + 1)):
        page.keyboard.press("Enter")
        assert page.inner_text(f"{WIDGET} .arithmetic") == f"i = {example}: z = b = 0.2"
        assert page.inner_text(f"{WIDGET} span.now").strip() == "z = b"
        assert shown.count() == cells
    page.focus(f"{WIDGET} input[type=range]")
    page.keyboard.press("End")
    assert shown.count() == 4 + 21 + 4 + 3


def test_the_table_is_complete_without_a_script(open_page: Open) -> None:
    page = open_page("en/lessons/1.5.html", java_script_enabled=False)
    for row, sums in ((0, 4), (1, 8), (2, 12)):
        cells = [number(page.inner_text(f'{WIDGET} [data-cell="{row} {name}"]')) for name in SUMS]
        assert cells == pytest.approx(sums_after_each_change()[sums], abs=5.1e-5)
