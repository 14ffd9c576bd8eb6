"""What is pulled: the drawn network, whose numbers are torch's before and after, and the points of curves."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from bs4 import BeautifulSoup

from course_torch import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent
from tests.docs.conftest import COMMIT, Open
from tests.docs.widgets.conftest import Widget, number
from tests.support.browser import place_in, swipe

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PULLED = {
    "index": "tanh",
    "start/neuron": "relu",
    "start/backward": "relu",
    "lessons/1.5": "relu",
    "lessons/2.5": "tanh",
    "lessons/3.2": "relu",
}
"""The pages with a network that has slopes, and its hidden activation."""
PAGES = (*PULLED, "lessons/2.1", "start/layer")
HOME = "start/backward"


class Pulled(Widget):
    """The network of a page, with its parameters as they are now."""

    def __init__(self, open_page: Open, page: str, language: str = "en", address: str = "", **options: object) -> None:
        opened = open_page(f"{language}/{page}.html", **{"reduced_motion": "reduce", **options})
        if address:
            opened.goto(opened.url + address)
            opened.reload()
        if options.get("java_script_enabled", True):
            opened.evaluate(COMMIT)
        super().__init__(opened, "rolling" if page == "index" else "network")
        self.data = json.loads(self.find("script").text_content() or "")
        self.activation = PULLED.get(page, "tanh")

    def complete(self) -> None:
        """Go to the last step."""
        self.go(self.root.evaluate("all => all.last"))

    def go(self, step: int) -> None:
        """Go to a step by the buttons Next and Back."""
        if self.all(".next"):
            self.find(".next").focus()  # from here on no paragraph brings its step
            by = step - self.root.evaluate("all => all.step")
            self.press(".next" if by > 0 else ".back", *["Enter"] * abs(by) or ["Shift"])

    def net(self, examples: Sequence[int] | None = None) -> tuple[DeepNetwork, torch.Tensor, torch.Tensor]:
        """The network of the page by torch, with X and Y."""
        net = DeepNetwork(self.data["sizes"], self.activation, dtype=torch.float64)
        numbers = self.root.evaluate("all => Object.values(all.parameters).map(each => [...each.data])")
        with torch.no_grad():
            for own, values in zip(net.parameters(), numbers, strict=True):
                own.copy_(torch.tensor(values, dtype=torch.float64).reshape(own.shape))
        X, Y = (torch.tensor(self.data[name], dtype=torch.float64) for name in "XY")
        return (net, X, Y) if examples is None else (net, X[list(examples)], Y[list(examples)])

    def marks(self) -> list[str]:
        return [each.get_attribute("data-mark") or "" for each in self.all("[data-mark]")]

    def box(self, mark: str) -> str:
        return f"[data-mark='{mark}']"

    def tangent(self, side: str = ".above") -> float:
        """The slope of a line of the curve, in the scales of its axes."""
        x1, y1, x2, y2 = self.places(f".curve {side}", "x1", "y1", "x2", "y2")
        _, _, width, height = self.data["plane"]
        highest = self.root.evaluate("""all => Math.max(...Array.from({length: all.data.pieces + 1}, (_, k) =>
          all.cost(all.centre + all.data.reach * (2 * k / all.data.pieces - 1))))""")
        return -(y2 - y1) / height * 1.1 * highest / ((x2 - x1) / width * 2 * self.data["reach"])


def slope(net: DeepNetwork, X: torch.Tensor, Y: torch.Tensor, mark: str) -> float:
    """The slope of J by a parameter, such as "2 0 1" or "2 0 b", by autograd."""
    l, j, i = mark.split()
    gradients = net.autograd_gradients(X, Y)[int(l) - 1]
    return (gradients.db[0, int(j)] if i == "b" else gradients.dW[int(j), int(i)]).item()


@pytest.mark.parametrize("page", PAGES)
def test_the_still_picture_shows_what_the_script_computes(open_page: Open, language: str, page: str) -> None:
    def words(widget: Widget) -> list[str]:
        return [each.text_content() or "" for each in widget.all("svg text")]

    still = Pulled(open_page, page, language, java_script_enabled=False)
    assert not any(still.shown("button, .arithmetic"))
    moving = Pulled(open_page, page, language)
    moving.complete()
    if len(moving.data["X"]) > 1 and moving.all("[name=network-example]"):
        moving.pick("[name=network-example]:checked", "mean")
    assert words(still) == words(moving)


@pytest.mark.parametrize("page", PULLED)
def test_each_tangent_has_the_slope_of_autograd(open_page: Open, page: str) -> None:
    widget = Pulled(open_page, page)
    widget.complete()
    for mark in widget.marks():
        for keys in ([], ["PageDown", "ArrowDown"]):
            if not widget.find(widget.box(mark)).is_visible():
                widget.press(f"[data-unit='{mark[:3]}']")
            widget.press(widget.box(mark), *keys or ["Shift"])
            expected = slope(*widget.net(examples(widget)), mark)
            below, above = sorted((widget.tangent(".below"), widget.tangent(".above")))  # they differ at a corner alone
            assert below - 1e-9 <= expected <= above + 1e-9
            shown = widget.find(f"{widget.box(mark)} .slope").text_content() or ""
            assert number(shown) == pytest.approx(expected, abs=5.1e-4)


def examples(widget: Pulled) -> list[int] | None:
    """The chosen example, or None for all."""
    chosen = widget.root.evaluate("all => all.example")
    return None if chosen is None else [chosen]


@pytest.mark.parametrize("page", ["lessons/1.5", "lessons/2.5", "lessons/3.2"])
def test_the_shares_of_the_examples_have_the_mean_that_stands_on_the_line(open_page: Open, page: str) -> None:
    """The loss of an example is L and has its own label."""
    widget = Pulled(open_page, page)
    seen, m = {}, len(widget.data["X"])
    for chosen in (*map(str, range(m)), "mean"):
        widget.pick("[name=network-example]:checked", chosen)
        seen[chosen] = [number(each.text_content() or "") for each in widget.all("[data-mark] .slope")]
        net, X, Y = widget.net(examples(widget))
        cost, letter = widget.find(".cost").text_content(), "J" if chosen == "mean" else "L"
        assert cost.startswith(f"{letter} = ")
        assert number(cost) == pytest.approx(net.cost(X, Y).item(), abs=5.1e-4)
        assert widget.find(".curve .title").text_content().startswith(f"{letter} over ")
        labels = ", ".join(f"{y:g}" for y in Y.flatten().tolist())
        assert widget.find(".answer").text_content() == f"right: {labels}"
    *shares, mean = seen.values()
    assert mean == pytest.approx([sum(each) / m for each in zip(*shares, strict=True)], abs=1.1e-3)


def test_on_a_corner_of_relu_both_slopes_are_drawn_and_the_nudge_is_their_mean(open_page: Open, language: str) -> None:
    """The two slopes are those of autograd beside the corner."""
    widget = Pulled(open_page, HOME, language)
    widget.complete()
    widget.press(widget.box("1 1 0"), *["ArrowDown"] * 5)  # −0.5 becomes −1
    sides = []
    for beside in (-1 - 1e-9, -1 + 1e-9):
        net, X, Y = widget.net()
        with torch.no_grad():
            net.layers[0].W[1, 0] = beside
        sides.append(slope(net, X, Y, "1 1 0"))
    assert [widget.tangent(".below"), widget.tangent(".above")] == pytest.approx(sides, abs=5.1e-4)
    said = widget.text(".arithmetic").replace("\n", "")
    assert "ReLU" in said
    assert all((f"{each:.3f}".replace("-", "−") if each else "0 ") in said for each in sides)
    nudge = re.findall(r"−?\d+\.\d+", said)[-1].replace("−", "-")
    assert float(nudge) == pytest.approx(sum(sides) / 2, abs=2e-3), "J is curved beside the corner"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["Shift"], {"en": "w grows: it should grow", "zh": "它应当变大"}),
        (["PageUp"] * 3, {"en": "nearly 0: a step hardly moves", "zh": "几乎不动"}),
        (["PageDown"] * 3, {"en": "The slope is 0: a step does not move", "zh": "斜率是 0"}),
    ],
    ids=["-2", "nearly 0: the network is sure", "0: ReLU lets nothing through"],
)
def test_a_slope_that_is_shown_as_0_asks_for_no_move(
    open_page: Open, language: str, keys: list[str], said: dict[str, str]
) -> None:
    widget = Pulled(open_page, HOME, language)
    widget.complete()
    widget.press(widget.box("1 1 0"), *keys)
    last = widget.text(".arithmetic").replace("\n", "").replace("w21[1]", "w")
    assert said[language] in last
    assert "(0)" not in last, "a 0 needs no brackets"


def test_a_pulled_box_and_a_pulled_ball_change_the_weight_and_undo_takes_it_back(open_page: Open) -> None:
    """A plain click leaves nothing to undo, and an arrow is a step."""
    widget = Pulled(open_page, HOME)
    widget.complete()
    before = widget.text(".arithmetic")
    for part in (widget.box("1 1 0"), ".ball"):
        pull(widget, part, 40, -60)
        assert widget.page.evaluate("getSelection().toString()") == ""
        assert widget.find(widget.box("1 1 0")).get_attribute("aria-valuenow") != "-0.5"
        told = widget.text(".told")
        assert "w21[1]" in told
        assert widget.page.url.partition("#net=")[2].split(",")[1] not in ("", "-0.5")
        widget.press(".undo")
        assert widget.find(widget.box("1 1 0")).get_attribute("aria-valuenow") == "-0.5"
    assert widget.find(".undo").get_attribute("aria-disabled") == "true"
    assert before != widget.text(".arithmetic")
    for part in (f"{widget.box('1 1 0')} .box", ".ball"):
        widget.find(part).click(force=True)
        assert widget.find(".undo").get_attribute("aria-disabled") == "true"
    box = widget.find(f"{widget.box('1 1 0')} .box").bounding_box()
    for down, value in ((-5, "-0.4"), (box["height"] + 5, "-0.5")):
        widget.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + down)
        assert widget.find(widget.box("1 1 0")).get_attribute("aria-valuenow") == value
    widget.press(".undo", "Enter", "Enter")
    assert widget.find(".undo").get_attribute("aria-disabled") == "true"


def pull(widget: Widget, part: str, right: float, down: float) -> None:
    """Pull a part of a drawing by the mouse."""
    widget.find(part).scroll_into_view_if_needed()
    swipe(widget.page, place_in(widget.find(part)), (right, down))


def test_a_change_before_the_last_step_shows_what_it_changes(open_page: Open) -> None:
    for change, key in ((".step", "Enter"), ("[data-mark='1 0 0']", "ArrowUp")):
        widget = Pulled(open_page, "start/neuron")
        assert not widget.find(".cost").is_visible()
        widget.press(change, key)
        assert all(widget.shown(".slope, .cost, .curve"))


@pytest.mark.parametrize("page", PULLED)
def test_one_step_is_a_step_of_gradient_descent(open_page: Open, page: str) -> None:
    widget = Pulled(open_page, page)
    net, X, Y = widget.net()
    gradient_descent(net, X, Y, learning_rate=widget.data["alpha"], iterations=1, record_every=1)
    widget.press(".step")
    moved, _, _ = widget.net()
    for own, expected in zip(moved.parameters(), net.parameters(), strict=True):
        assert torch.allclose(own, expected, rtol=0, atol=1e-12)


def test_steps_go_forward_and_come_back_and_show_nothing_too_early(open_page: Open, language: str) -> None:
    widget = Pulled(open_page, HOME, language)
    widget.go(8)
    assert widget.find(f"{widget.box('2 1 b')} .slope").is_visible()
    assert not widget.find(f"{widget.box('1 0 b')} .slope").is_visible()
    for mark in ("1 0 0", "1 1 b"):
        widget.press(widget.box(mark), "Shift")  # a chosen box tells no slope that is to come
        assert "1[1] =" not in widget.text(".arithmetic")
        assert widget.find(widget.box(mark)).get_attribute("aria-valuetext") in ("1", "2")
    widget.press(".next", "Enter", "Enter")
    assert "(−0.5) · 3 + 0.5 · 1 = −1" in widget.text(".arithmetic")
    assert all(widget.shown(".slope"))
    widget.press(".back")
    assert not widget.find(f"{widget.box('1 1 b')} .slope").is_visible()


def test_play_runs_to_the_end_and_its_pulses_are_gone(open_page: Open) -> None:
    widget = Pulled(open_page, "lessons/2.5", own_clock=True, reduced_motion="no-preference")
    widget.press(".play")
    assert widget.text(".play") == "Stop"
    widget.page.clock.run_for(6 * 2600)
    assert widget.text(".play") == "Play"
    widget.page.wait_for_function("document.querySelector('course-network .pulse') === null")
    assert all(widget.shown("text.slope"))


@pytest.mark.parametrize("page", PULLED)
def test_on_paper_everything_is_there(open_page: Open, page: str) -> None:
    widget = Pulled(open_page, page)
    widget.page.emulate_media(media="print")
    assert all(widget.shown("[data-mark]:not(.far) text, [data-value-of], .curve"))


@pytest.mark.parametrize("mark", ["2 0 1", "2 0 b", "1 1 0"])
def test_a_chosen_line_marks_its_entry_in_the_six_equations(open_page: Open, mark: str) -> None:
    widget = Pulled(open_page, "lessons/2.5")
    widget.press(widget.box(mark), "Shift")
    l, j, i = mark.split()
    cell = f"db{l} 0 {j}" if i == "b" else f"dW{l} {j} {i}"
    chosen = widget.page.locator("course-six-equations .result td.chosen")
    assert [chosen.nth(k).get_attribute("data-cell") for k in range(chosen.count())] == [cell]
    assert widget.page.locator("course-six-equations .step:visible").count() == 1
    said = widget.page.locator("course-six-equations .arithmetic").inner_text()
    assert number(said) == pytest.approx(slope(*widget.net(), mark), abs=5.1e-5)


def test_a_chosen_line_chooses_its_unit_in_the_table_of_sums(open_page: Open) -> None:
    widget = Pulled(open_page, "start/layer")
    widget.press(widget.box("1 2 1"), "Shift")
    assert widget.page.locator("course-stacked [name=stacked-unit]:checked").get_attribute("value") == "2"
    assert widget.page.locator("course-stacked td.chosen").get_attribute("data-cell") == "Z[1] 0 2"
    widget.press(widget.box("2 0 0"), "Shift")
    assert widget.page.locator("course-stacked [name=stacked-unit]:checked").get_attribute("value") == "2"


def test_an_address_carries_the_weights(open_page: Open) -> None:
    weights = [2, -1, 1, 1, 1, -2, 0.5, 1, 0, 0, 3, -1, 1]
    widget = Pulled(open_page, HOME, address="#net=" + ",".join(map(str, weights)))
    net, _, _ = widget.net()
    assert torch.cat([each.flatten() for each in net.parameters()]).tolist() == weights
    spoilt = Pulled(open_page, HOME, address="#net=1,2")
    assert spoilt.find(spoilt.box("1 1 0")).get_attribute("aria-valuenow") == "-0.5"


def test_a_lecture_fills_the_screen_and_goes_on_by_arrow_keys(open_page: Open) -> None:
    widget = Pulled(open_page, HOME, address="?lecture")
    assert widget.root.bounding_box() == {"x": 0, "y": 0, **widget.page.viewport_size}
    size = "all => parseFloat(getComputedStyle(all).fontSize)"
    assert widget.find(".arithmetic").evaluate(size) >= 28
    assert widget.shown("[data-value-of]") == [True, *[False] * 5]
    for _ in range(5):
        widget.page.keyboard.press("ArrowRight")
    assert all(widget.shown("[data-value-of]"))
    widget.page.keyboard.press("ArrowLeft")
    assert not all(widget.shown("[data-value-of]"))
    widget.page.keyboard.press("Escape")
    assert widget.root.bounding_box() != {"x": 0, "y": 0, **widget.page.viewport_size}


COVERED = """(svg) => {
  const boxes = [...svg.querySelectorAll("[data-mark]:not(.far) .box, [data-unit] circle")];
  const shown = (each) => each.getBoundingClientRect(), texts = [...svg.querySelectorAll("text")].filter(
    (each) => shown(each).width && getComputedStyle(each).visibility === "visible");
  const apart = (a, b) => [[a, b], [b, a]].some(([a, b]) => a.right <= b.left + 1 || a.bottom <= b.top + 3);
  const faults = [];
  boxes.forEach((one, i) => boxes.slice(i + 1).forEach((other) => {
    const names = [one, other].map((each) => each.parentNode.textContent);
    if (!apart(shown(one), shown(other))) faults.push(`boxes ${names}`);
  }));
  texts.forEach((one, i) => texts.slice(i + 1).forEach((other) => {
    if (!apart(shown(one), shown(other))) faults.push(`${one.textContent} and ${other.textContent}`);
  }));
  for (const box of boxes) for (const text of box.parentNode.querySelectorAll("text")) {
    const out = shown(text).width && (shown(text).left < shown(box).left || shown(text).right > shown(box).right);
    if (out) faults.push(`${text.textContent} leaves its box`);
  }
  return faults;
}"""
"""The texts that another text covers or that leave their box, and boxes that cover each other."""


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_each_number_can_be_read(open_page: Open, page: str, width: int) -> None:
    widget = Pulled(open_page, page, width=width)
    widget.complete()
    units = widget.all("[data-unit][role]") if page in ("lessons/2.1", "lessons/3.2") else [None]
    for unit in units:
        if unit is not None:
            unit.focus()
            widget.page.keyboard.press("Enter")
        assert widget.find(".net").evaluate(COVERED) == []


def test_the_names_of_the_parts_are_in_both_languages(site: Path) -> None:
    for language, word in (("en", "slopes of J"), ("zh", "J 的斜率")):
        page = BeautifulSoup((site / language / "index.html").read_text("utf-8"), "html.parser")
        assert word in page.select_one(".widget .net").get_text()
        assert re.search(r"w₁₁\[2\]", page.select_one(".widget .curve").get_text())


POINTS = [
    ("start/slope", "hill", ".ball", "hill-slope", "w = "),
    ("lessons/1.2", "loss", ".point", "loss-a", "ŷ = "),
    ("lessons/1.3", "hill", ".ball", "hill-slope", "w = "),
    ("lessons/1.4", "nudge", ".point", "nudge-point", "a = "),
    ("lessons/2.3", "activations", ".point", "activations-z", "z = "),
    ("lessons/2.4", "activations", ".point", "activations-z", "z = "),
]


@pytest.mark.parametrize(("page", "name", "point", "slider", "told"), POINTS)
def test_a_pulled_point_follows_the_pointer(
    open_page: Open, page: str, name: str, point: str, slider: str, told: str
) -> None:
    opened = open_page(f"en/{page}.html")
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
    first = opened.locator(".widget :is(svg, button, input)").first.bounding_box()
    assert first["y"] < height - 100
