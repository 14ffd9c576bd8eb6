"""What the script of a drawn network computes and says: the numbers are torch's, and the arithmetic is right."""

import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.language import LANGUAGES, Language
from course_torch.network.gradient_descent import gradient_descent
from tests.docs.texts import DOCS, module_of_extension
from tests.docs.widgets.conftest import number, value_of
from tests.support.javascript import Script

network = module_of_extension("_widgets.network")
together = module_of_extension("lessons.widgets").together
pytestmark = pytest.mark.usefixtures("float64")  # a page's code sets this type
NETWORKS = ["index", "neuron", "backward", "1.5", "2.5", "3.2"]
"""The pages with a network that has slopes."""
OPENED = """const net = {};
const opened = (data, said) => {
  const all = new PulledNetwork(), chosen = (all.parts["[name=network-example]:checked"] = new HTMLElement());
  chosen.value = "mean";
  for (const [key, text] of Object.entries(said)) all.parts[`[data-say="${key}"]`] = { innerHTML: text };
  Object.assign(net, { all, chosen });
  Object.assign(all, { data, chosen: data.chosen });
  all.compute();
  all.pass();
};
const at = (mark) => { net.all.chosen = mark; net.all.pass(); };
"""


@dataclass
class Computed:
    """The network of a page, which the script computes, and the same network by torch."""

    script: Script
    data: dict[str, Any]

    @property
    def examples(self) -> dict[str, list[int]]:
        """The choices of a reader -> the examples."""
        m = len(self.data["X"])
        return {"mean": list(range(m)), **({str(i): [i] for i in range(m)} if m > 1 else {})}

    @property
    def marks(self) -> list[str]:
        pairs = list(enumerate(pairwise(self.data["sizes"]), start=1))
        return [f"{l} {j} {i}" for l, (n, units) in pairs for j in range(units) for i in [*range(n), "b"]]

    def choose(self, examples: str) -> None:
        self.script("(value) => { net.chosen.value = value; net.all.pass(); }", examples)

    def move(self, mark: str, value: float) -> None:
        self.script("(mark, value) => { net.all.parameters = net.all.changed(mark, value); at(mark); }", mark, value)

    def net(self) -> DeepNetwork:
        activation = {shown: name for name, shown in network.ACTIVATION_LABELS.items()}[self.data["g"]]
        net = DeepNetwork(self.data["sizes"], activation, dtype=torch.float64)
        numbers = self.script("() => Object.values(net.all.parameters).map((each) => [...each.data])")
        with torch.no_grad():
            for own, values in zip(net.parameters(), numbers, strict=True):
                own.copy_(torch.tensor(values, dtype=torch.float64).reshape(own.shape))
        return net

    def batch(self, examples: str) -> tuple[torch.Tensor, torch.Tensor]:
        X, Y = (torch.tensor(self.data[name], dtype=torch.float64)[self.examples[examples]] for name in "XY")
        return X, Y

    def slope(self, mark: str, examples: str = "mean") -> float:
        """The slope of J by a parameter, by autograd."""
        l, j, i = mark.split()
        gradients = self.net().autograd_gradients(*self.batch(examples))[int(l) - 1]
        return (gradients.db[0, int(j)] if i == "b" else gradients.dW[int(j), int(i)]).item()


@cache
def scripts() -> str:
    return together() + OPENED


def computed(name: str, language: Language = "en") -> Computed:
    """A page's network, in which all slopes are there."""
    numbers = runpy.run_path(str(DOCS / "code" / f"{name}.py"))["numbers"]
    made = Computed(Script(scripts()), network.data(numbers))
    made.script("(data, said) => opened(data, said)", made.data, {k: t.say(language) for k, t in network.SAID.items()})
    return made


networks = pytest.mark.parametrize("name", NETWORKS)


@networks
def test_each_slope_is_that_of_autograd_for_one_example_and_for_all(name: str) -> None:
    made = computed(name)
    for examples in made.examples:
        made.choose(examples)
        expected = [made.slope(mark, examples) for mark in made.marks]
        assert made.script("(marks) => marks.map((mark) => { at(mark); return net.all.slope(); })", made.marks) == (
            pytest.approx(expected, abs=1e-12)
        )
        J = made.net().cost(*made.batch(examples)).item()
        assert made.script("() => net.all.now.J.data[0]") == pytest.approx(J, abs=1e-12)


@networks
def test_the_curve_is_j_over_the_chosen_parameter_alone(name: str) -> None:
    made = computed(name)
    values = [-2.5, -0.3, 0.0, 1.7]
    for mark in made.marks[:: max(1, len(made.marks) // 5)]:
        found = made.script("(mark, values) => values.map((value) => net.all.cost(value, mark))", mark, values)
        before, expected = made.script("(mark) => net.all.value(mark)", mark), []
        for value in values:
            made.move(mark, value)
            expected.append(made.net().cost(*made.batch("mean")).item())
        made.move(mark, before)
        assert found == pytest.approx(expected, abs=1e-12)


@networks
def test_a_step_is_a_step_of_gradient_descent(name: str) -> None:
    made = computed(name)
    for examples in (list(range(len(made.data["X"]))), [len(made.data["X"]) - 1]):
        net, (X, Y) = made.net(), made.batch("mean")
        made.script("(rows) => { net.all.descend(rows); }", examples)
        batch = X[examples], Y[examples]
        gradient_descent(net, *batch, learning_rate=made.data["alpha"], iterations=1, record_every=1)
        for own, expected in zip(made.net().parameters(), net.parameters(), strict=True):
            assert torch.allclose(own, expected, rtol=0, atol=1e-12)


def equations(html: str) -> Iterator[tuple[str, str]]:
    """Each pair of neighbours of the chains "name = product + product = number" that only numbers fill."""
    text = re.sub(r"<(sup|sub)>.*?</\1>|<.*?>", "", html.replace("<br>", "\n"))
    for chain in re.split(r"[\n:：，,]", text):
        parts = [part.strip() for part in re.sub(r"[^\d\s.()·+=−/]", "?", chain).split("=")]
        readable = [part.rstrip("?. ") for part in parts]
        yield from ((one, other) for one, other in pairwise(readable) if one and other and "?" not in one + other)


@networks
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_arithmetic_adds_up_as_it_is_written(name: str, language: Language) -> None:
    """The numbers have three decimals, so that a sum of a few products of numbers below 4 is right to 0.01."""
    made, count = computed(name, language), 0
    for examples in made.examples if name != "index" else ["5"]:  # the start page writes no arithmetic of 60 examples
        made.choose(examples)
        units = [mark.split()[:2] for mark in made.marks if mark.endswith("b")]
        said = made.script("(units) => units.map(([l, j]) => net.all.arithmeticOf(+l, +j))", units)
        said += made.script(
            "(marks) => marks.map((mark) => { at(mark); return net.all.arithmeticOfChosen(); })", made.marks
        )
        for html in said:
            for one, other in equations(html):
                assert value_of(one) == pytest.approx(value_of(other), abs=0.01), html
                count += 1
    assert count >= len(made.marks)


@networks
def test_what_is_said_of_a_parameter_is_its_slope_its_nudge_and_where_j_falls(name: str) -> None:
    made = computed(name)
    grow, shrink = (network.SAID[key].say("en").split("{name}")[0] for key in ("grow", "shrink"))
    for mark in made.marks:
        said = made.script("(mark) => { at(mark); return net.all.arithmeticOfChosen(); }", mark)
        exact = made.slope(mark)
        bold = re.search(r'<b class="slope">(.*?)</b>', said)
        assert number(bold[1]) == pytest.approx(exact, abs=5.1e-4)
        if made.script("() => net.all.corner") is None and abs(exact) > 1e-3:
            assert number(said.split("/ 0.002 =")[1].split("J ")[0].rstrip(". ")) == pytest.approx(exact, abs=2e-3)
            assert (grow in said, shrink in said) == (exact < 0, exact > 0)


def test_on_a_corner_of_relu_both_slopes_are_those_beside_it() -> None:
    made, sides = computed("backward"), []
    for beside in (-1 - 1e-9, -1 + 1e-9):
        made.move("1 1 0", beside)
        sides.append(made.slope("1 1 0"))
    assert abs(sides[0] - sides[1]) > 0.1, "no corner"
    made.move("1 1 0", -1)
    assert made.script("() => net.all.corner") == pytest.approx(sides, abs=1e-6)
    assert made.script("() => net.all.flips(TINY)") == made.script("() => net.all.symbol('z', 1, 1)")
    nudge = number(made.script("() => net.all.arithmeticOfChosen()"))
    assert nudge == pytest.approx(sum(sides) / 2, abs=2e-3), "J is curved beside the corner"


def test_a_dead_unit_is_named_and_lets_nothing_through() -> None:
    made = computed("backward")
    made.move("1 1 0", -3)
    said = made.script("() => net.all.slopeOf(1, 1)")
    assert network.SAID["dead"].say("en") in said
    assert number(said.split("ReLU")[0].rsplit("The", 1)[0]) == 0
    assert made.script("() => net.all.slope()") == 0


@networks
@pytest.mark.parametrize("spoilt", ["", "#net=1,2,3,4,5", "#net=x"])
def test_an_address_that_does_not_fit_changes_nothing(name: str, spoilt: str) -> None:
    made = computed(name)
    before = [each.tolist() for each in made.net().parameters()]
    made.script("(hash) => { location.hash = hash; net.all.read(); }", spoilt)
    assert [each.tolist() for each in made.net().parameters()] == before


def test_an_address_carries_the_weights_in_the_order_of_the_layers() -> None:
    made = computed("backward")
    weights = [round(0.5 + k / 8, 3) for k in range(len(made.marks))]
    made.script("(hash) => { location.hash = hash; net.all.read(); }", "#net=" + ",".join(map(str, weights)))
    assert torch.cat([each.flatten() for each in made.net().parameters()]).tolist() == weights


def test_the_formulas_in_symbols_are_those_of_the_notes() -> None:
    made = computed("backward")
    output, hidden = (
        re.sub(r"<sub>(\d)</sub><sup>(...)</sup>", r"\1\2", made.script(f"() => net.all.slopeOf({unit})"))
        for unit in ("3, 0", "2, 1")
    )
    assert output.startswith("dz1[3] = a1[3] − y = ")
    assert hidden.startswith("da2[2] = ")
    assert ", dz2[2] = da2[2] · g′(z2[2]) = " in hidden
