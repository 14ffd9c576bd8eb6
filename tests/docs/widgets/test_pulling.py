"""A point of a curve is pulled by the pointer, and what it shows is told: the slider beside it serves the keyboard."""

import pytest

from tests.docs.conftest import COMMIT, Open
from tests.docs.widgets.conftest import Widget
from tests.docs.widgets.test_network import pull

pytestmark = [pytest.mark.browser, pytest.mark.slow]
POINTS = [
    ("start/slope", "hill", ".ball", "hill-slope", "w = "),
    ("lessons/1.2", "loss", ".point", "loss-a", "ŷ = "),
    ("lessons/1.3", "hill", ".ball", "hill-slope", "w = "),
    ("lessons/1.4", "nudge", ".point", "nudge-point", "a = "),
    ("lessons/2.3", "activations", ".point", "activations-z", "z = "),
    ("lessons/2.4", "activations", ".point", "activations-z", "z = "),
]


@pytest.mark.parametrize(("page", "name", "point", "slider", "told"), POINTS)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_pulled_point_follows_the_pointer(
    open_page: Open, page: str, name: str, point: str, slider: str, told: str, width: int
) -> None:
    opened = open_page(f"en/{page}.html", width=width)
    opened.evaluate(COMMIT)
    widget = Widget(opened, name)
    widget.find(point).scroll_into_view_if_needed()
    before, was = float(widget.find(f"[name={slider}]").input_value()), widget.find(point).bounding_box()
    pull(widget, point, 50, 0)
    after, now = float(widget.find(f"[name={slider}]").input_value()), widget.find(point).bounding_box()
    assert after > before
    assert now["x"] - was["x"] == pytest.approx(50, abs=20)  # the slider has steps
    assert widget.text(".told").startswith(told)
    assert opened.evaluate("getSelection().toString()") == ""
    assert widget.find(point).evaluate("each => getComputedStyle(each).touchAction") == "none"


@pytest.mark.parametrize(
    "page",
    [
        "index",
        "start/slope",
        "start/neuron",
        "start/graph",
        "start/backward",
        *(f"lessons/{section}" for section in ("1.2", "1.3", "1.4", "2.1", "2.4", "2.5")),
    ],
)
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_what_moves_begins_within_the_first_screen(open_page: Open, page: str, width: int, height: int) -> None:
    opened = open_page(f"en/{page}.html", width=width)
    first = opened.locator(".widget").first.bounding_box()
    assert first["y"] < height - 100
