"""The widget of lesson 1.5 by keyboard: the sums grow as in plain loops, and each line of arithmetic is true."""

import re
from math import exp, log

import pytest

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDGET = "course-two-loops"
SUMS = ("J", "dw1", "dw2", "db")
EXAMPLES = [((1, 2), 1), ((2, -1), 0), ((-1, 1), 1)]


def sums_after_each_change() -> list[list[float]]:
    """J, dw1, dw2, db from 0, after each addition to one of them, and as means."""
    sums, found = [0.0] * 4, [[0.0] * 4]
    for (x1, x2), y in EXAMPLES:
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
