"""The graph of lesson 1.4 by keyboard: values and derivatives are those of autograd, a node at a time."""

from typing import TYPE_CHECKING

import pytest
import torch

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

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


def press(page: "Page", button: str) -> None:
    page.focus(f"course-computation-graph {button}")
    page.keyboard.press("Enter")


@languages
@pytest.mark.parametrize("nudged", ["", "a", "b", "c"])
def test_the_numbers_at_the_end(open_page: Open, language: str, nudged: str) -> None:
    page = open_page(f"{language}/lessons/1.4.html")
    page.focus("[name=graph-nudged]:checked")
    for _ in range(["", "a", "b", "c"].index(nudged)):
        page.keyboard.press("ArrowRight")
    press(page, ".all")
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
        press(page, ".next")
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
    press(page, ".back")
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
