"""The start page: a border that is torch's, and weights that roll downhill as gradient descent moves them."""

import json
import re
import runpy

import numpy as np
import pytest
import quickjs
import torch
from matplotlib.figure import Figure

from course_torch.network.gradient_descent import gradient_descent
from tests.docs.conftest import Open
from tests.docs.texts import DOCS, module_of_extension
from tests.docs.widgets.conftest import number
from tests.docs.widgets.test_network import Pulled, pull

rolling = module_of_extension("_widgets.rolling")
SCRIPT = (DOCS / "_widgets" / "rolling.js").read_text("utf-8")
CELLS, SIZE = 12, 2
STEPS = np.linspace(-1.5, 1.5, CELLS + 1)
COUNTED = """(all) => {
  window.counted = { addresses: 0, told: 0 };
  const [replace, tell] = [history.replaceState, all.tell];
  history.replaceState = (...given) => { counted.addresses += 1; replace.apply(history, given); };
  all.tell = (text) => { counted.told += 1; tell.call(all, text); };
}"""
"""Counts how often the address changes, and how often a reader who cannot see is told something."""
X1, X2 = np.meshgrid(STEPS, STEPS)
PLANES = {
    "a slope": X1 + 0.3 * X2,
    "a hill": 1 - X1**2 - X2**2,
    "a valley": X1**2 + X2**2 - 1,
    "a saddle": X1 * X2 + 0.1,
    "all above": X1 + 9,
    "all below": X1 - 9,
}


def area(path: str) -> float:
    """The area of the shapes of a path, which has the commands M, L, h, v and z."""
    total = 0.0
    for shape in re.findall(r"M([^z]*)z", path):
        places = []
        for command, numbers in re.findall(r"([Lhv]?)(-?[\d.]+(?: -?[\d.]+)?)", shape):
            x, y = places[-1] if places else (0.0, 0.0)
            values = [float(each) for each in numbers.split()]
            if command in ("h", "v"):
                places.append((x + values[0], y) if command == "h" else (x, y + values[0]))
            else:
                places.append((values[0], values[1]))
        x, y = np.array(places).T
        total += abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    return total


def drawn(z: np.ndarray, level: float) -> dict[str, str]:
    """The paths of the page's script."""
    context = quickjs.Context()
    context.eval("const CORNERS" + SCRIPT.split("CORNERS", 1)[1].split(";", 1)[0])
    context.eval("function above" + SCRIPT.split("function above", 1)[1])
    arguments = f"{json.dumps(z.flatten().tolist())}, {CELLS}, {level}, {SIZE}"
    return json.loads(context.eval(f"JSON.stringify(above({arguments}))"))


@pytest.mark.parametrize("name", PLANES)
@pytest.mark.parametrize("level", [0, 0.25])
def test_what_is_above_a_level_has_the_area_and_the_border_of_matplotlib(name: str, level: float) -> None:
    z = PLANES[name]
    axes = Figure().subplots()
    above = axes.contourf(z, [level, 1e9]).get_paths()[0].to_polygons()
    signed = [np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)) for x, y in (each.T for each in above)]
    made = drawn(z, level)
    assert area(made["area"]) == pytest.approx(abs(sum(signed)) / 2 * SIZE**2, abs=0.2)
    places = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", made["line"]), dtype=float).reshape(-1, 2) / SIZE
    heights = [at(z, x, CELLS - y) for x, y in places]
    assert heights == pytest.approx([level] * len(heights), abs=0.02)
    assert (len(heights) > 0) == (z.min() < level < z.max())


def at(z: np.ndarray, x: float, y: float) -> float:
    """The height of a plane at a place on an edge of a cell, between the two corners."""
    x0, y0 = min(int(x), CELLS - 1), min(int(y), CELLS - 1)
    cell = z[y0 : y0 + 2, x0 : x0 + 2]
    return float(np.array([1 - (y - y0), y - y0]) @ cell @ np.array([1 - (x - x0), x - x0]))


def cost(widget: Pulled) -> float:
    return number(widget.find(".cost").text_content() or "")


@pytest.mark.browser
@pytest.mark.slow
class TestOnThePage:
    def rolled(self, open_page: Open, **options: object) -> Pulled:
        return Pulled(open_page, "index", **{"own_clock": True, "reduced_motion": "no-preference", **options})

    def test_let_go_all_weights_follow_gradient_descent_until_j_is_small(self, open_page: Open, language: str) -> None:
        widget = self.rolled(open_page, language=language)
        net, X, Y = widget.net()
        widget.root.evaluate(COUNTED)
        widget.press(".roll")
        widget.page.clock.run_for(11_000)
        assert widget.page.evaluate("counted") == {"addresses": 1, "told": 1}
        (steps,) = (int(each) for each in re.findall(r"(\d+) (?:steps|步)", widget.text(".arithmetic")))
        gradient_descent(net, X, Y, learning_rate=0.5, iterations=steps, record_every=steps)
        moved, _, _ = widget.net()
        for own, expected in zip(moved.parameters(), net.parameters(), strict=True):
            assert torch.allclose(own, expected, rtol=0, atol=1e-9)
        assert net.cost(X, Y) < 0.05
        assert cost(widget) == pytest.approx(net.cost(X, Y).item(), abs=5.1e-4)
        assert widget.text(".told") == widget.text(".arithmetic")
        widget.press(".undo")
        assert widget.find(".undo").get_attribute("aria-disabled") == "true"
        assert cost(widget) > 1

    def test_a_weight_that_is_let_go_rolls_and_is_pulled_again_while_it_rolls(self, open_page: Open) -> None:
        widget = self.rolled(open_page, own_clock=False)
        pull(widget, widget.box("2 0 0"), 0, -60)
        assert widget.text(".roll") == "Pause"
        pull(widget, widget.box("2 0 1"), 0, -60)
        assert widget.text(".roll") == "Pause"
        widget.press(".roll")
        assert widget.text(".roll") == "Let it learn"
        now = cost(widget)
        widget.page.wait_for_timeout(200)
        assert cost(widget) == now

    def test_it_rests_out_of_sight(self, open_page: Open) -> None:
        widget = self.rolled(open_page, own_clock=False)
        widget.press(".roll")
        widget.page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
        steps = "document.querySelector('course-rolling').rolls.steps"
        widget.page.wait_for_timeout(300)
        before = widget.page.evaluate(steps)
        widget.page.wait_for_timeout(300)
        assert widget.page.evaluate(steps) == before
        widget.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        widget.page.wait_for_function(f"(before) => {steps} > before", arg=before)

    def test_with_reduced_motion_it_arrives_at_once_and_a_pull_stays(self, open_page: Open) -> None:
        widget = self.rolled(open_page, own_clock=False, reduced_motion="reduce")
        pull(widget, widget.box("2 0 0"), 0, -60)
        assert widget.text(".roll") == "Let it learn"
        widget.press(".roll")
        assert widget.text(".roll") == "Let it learn"
        assert cost(widget) < 0.05

    def test_one_point_at_a_time_also_leads_downhill(self, open_page: Open) -> None:
        widget = self.rolled(open_page, own_clock=False, reduced_motion="reduce")
        widget.pick("[name=network-example]:checked", "one")
        net, X, Y = widget.net()
        for i in range(3):
            gradient_descent(net, X[i : i + 1], Y[i : i + 1], learning_rate=0.5, iterations=1, record_every=1)
        widget.press(".step", *["Enter"] * 3)
        moved, _, _ = widget.net()
        for own, expected in zip(moved.parameters(), net.parameters(), strict=True):
            assert torch.allclose(own, expected, rtol=0, atol=1e-12)
        widget.press(".roll")
        assert cost(widget) < 0.5


def test_the_still_border_is_where_the_network_says_a_half() -> None:
    network = rolling.Rolling(runpy.run_path(str(DOCS / "code" / "index.py"))["numbers"])
    picture = rolling.plane(network, "en")
    (path,) = re.findall(r'class="border"[^>]* d="([^"]*)"', picture)
    places = torch.tensor([[float(each) for each in pair] for pair in re.findall(r"([\d.]+) ([\d.]+)", path)])
    assert len(places) > rolling.SIDE
    scale = 2 * rolling.EDGE / rolling.SIDE
    points = torch.stack([places[:, 0] * scale - rolling.EDGE, rolling.EDGE - places[:, 1] * scale], dim=1).double()
    with torch.no_grad():
        assert torch.allclose(network.net(points), torch.tensor(0.5, dtype=torch.float64), atol=0.01)
