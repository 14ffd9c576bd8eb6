"""The flow of lessons 2.5 and 3.2 by keyboard: each line of arithmetic is right, and paths add up to the slope."""

import re
from collections.abc import Iterator

import pytest
import torch

from course_torch import DeepNetwork
from tests.docs.widgets.conftest import OpenWidget, Widget, number, value_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PART = "[data-part='{}']"


def lines(widget: Widget) -> Iterator[str]:
    widget.press(".all")
    for line in widget.all(".passes li"):
        yield line.inner_text().replace("\n", "")


def equations(line: str) -> Iterator[tuple[str, float]]:
    """The arithmetic between two equals signs of a line that has numbers alone, and the number that follows it."""
    for equation in re.split(r", (?=d?[wbza][₁₂₃])", line):
        parts = equation.split(" = ")
        if len(parts) > 2 and re.fullmatch(r"[\d.()−·+ ]+", parts[-2]):
            yield parts[-2], number(parts[-1])


@pytest.mark.parametrize(("section", "count"), [("2.5", 12), ("3.2", 24)])
def test_every_line_is_right(open_widget: OpenWidget, language: str, section: str, count: int) -> None:
    seen = [pair for line in lines(open_widget(section, "flow", language)) for pair in equations(line)]
    assert len(seen) >= count
    for arithmetic, value in seen:
        assert value_of(arithmetic) == pytest.approx(value, abs=6e-4), arithmetic


def test_the_paths_of_a_value_add_up_to_the_slope_of_autograd(open_widget: OpenWidget) -> None:
    """Lesson 3.2: the first example, with the weights that stand on the page."""
    net = DeepNetwork([2, 3, 2, 1], "relu", dtype=torch.float64)
    W = [[[1, -1], [0, 1], [1, 1]], [[1, 0.5, 0], [-1, 0, 0.5]], [[0.5, -2]]]
    b = [[0, 0, 1], [1, -1], [1]]
    with torch.no_grad():
        for layer, W_l, b_l in zip(net.layers, W, b, strict=True):
            layer.W.copy_(torch.tensor(W_l))
            layer.b.copy_(torch.tensor([b_l]))
    A1 = net.caches(torch.tensor([[1.0, 2.0]], dtype=torch.float64))[0].A.detach().requires_grad_()
    A2 = torch.relu(A1 @ net.layers[1].W.T + net.layers[1].b)
    A3 = torch.sigmoid(A2 @ net.layers[2].W.T + net.layers[2].b)
    (slopes,) = torch.autograd.grad(-torch.log(A3).sum(), A1)  # y = 1
    sums = [line for line in lines(open_widget("3.2", "flow")) if "feeds 2 units" in line]
    found = [number(re.search(r"= ([−\d.]+), dz", line)[1]) for line in sums]
    assert found == pytest.approx(slopes[0].tolist(), abs=6e-5)


def test_a_step_shows_its_numbers_and_the_next_ones_wait(open_widget: OpenWidget) -> None:
    widget = open_widget("3.2", "flow")
    assert widget.find(".back").get_attribute("aria-disabled") == "true"
    assert not widget.find(PART.format("value 1 0")).is_visible()
    assert widget.find(PART.format("value 0 0")).is_visible()
    for seen, name in ((1, "value 1 0"), (2, "value 1 1"), (7, "slope 3 0")):
        while sum(line.is_visible() for line in widget.all(".passes li")) < seen:
            widget.press(".next")
        assert widget.find(PART.format(name)).is_visible()
    assert not widget.find(PART.format("slope 2 0")).is_visible()
    assert [each.get_attribute("data-mark") for each in widget.all("[data-mark].now")] == ["3 0"]
    widget.press(".all")
    assert all(each.is_visible() for each in widget.all("[data-part]"))


def test_a_chosen_line_shows_its_products_and_a_chosen_unit_its_lines(open_widget: OpenWidget) -> None:
    widget = open_widget("3.2", "flow")
    widget.press("[data-mark='2 0 1']")
    assert "= 0.5 · 2 = 1" in widget.arithmetic()[0]
    widget.press("[data-mark='1 1']", "Space")
    said = " ".join(widget.arithmetic())
    assert "z₂[1] = 0 · 1 + 1 · 2 + 0 = 2" in said
    assert "feeds 2 units" in said
    marked = {each.get_attribute("data-mark") for each in widget.all("[data-mark].now")}
    assert {"1 1", "1 1 0", "1 1 1", "2 0 1", "2 1 1"} <= marked


def test_play_runs_to_the_end_and_stops(open_widget: OpenWidget) -> None:
    widget = open_widget("2.5", "flow", own_clock=True)
    widget.press(".play")
    assert widget.text(".play") == "Stop"
    widget.page.clock.run_for(20 * 1500)
    assert widget.text(".play") == "Play"
    assert widget.find(".next").get_attribute("aria-disabled") == "true"


def test_without_a_script_the_whole_flow_is_there(open_widget: OpenWidget, language: str) -> None:
    widget = open_widget("3.2", "flow", language, java_script_enabled=False)
    assert all(each.is_visible() for each in widget.all("[data-part], .passes li"))
    assert not any(each.is_visible() for each in widget.all("button, .arithmetic"))


def test_on_paper_the_whole_flow_is_there(open_widget: OpenWidget) -> None:
    widget = open_widget("3.2", "flow")
    widget.page.emulate_media(media="print")
    assert all(each.is_visible() for each in widget.all("[data-part], .passes li"))


COVERED = """(root) => [...root.querySelectorAll("g:has(.box)")].flatMap((unit) => {
  const { left, right } = unit.querySelector(".box").getBoundingClientRect();
  const texts = [...unit.querySelectorAll("text")], places = texts.map((text) => text.getBoundingClientRect());
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 4 || b.bottom <= a.top + 4;
  return texts.filter((text, i) => places[i].left < left || places[i].right > right ||
    places.some((other, k) => k !== i && !apart(places[i], other))).map((text) => text.textContent);
})"""
"""The texts of boxes that leave their box, or that another text covers. A text's rectangle has 2 pixels of air."""


@pytest.mark.parametrize("section", ["2.5", "3.2"])
@pytest.mark.parametrize("width", [390, 1280])
def test_each_text_of_a_box_can_be_read(open_widget: OpenWidget, language: str, section: str, width: int) -> None:
    widget = open_widget(section, "flow", language, width=width)
    widget.press(".all")
    assert widget.find("svg").evaluate(COVERED) == []
