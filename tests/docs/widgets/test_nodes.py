"""The widget of lesson 2.1 by keyboard: the arithmetic of each node leads to the z and the a of a fresh computation."""

from math import exp, tanh

import pytest

from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

pytestmark = [pytest.mark.browser, pytest.mark.slow]
X = (1, 2, -1)
W1 = ((0.5, 0.2, -0.1), (-0.3, 0.4, 0.2), (0.1, -0.5, 0.3), (0.5, 0.25, 0.5))
B1 = (-0.5, 0.7, 0.2, -0.5)
W2, B2 = (2, 1, -1, 0.5), -1


def nodes() -> list[tuple[float, float]]:
    """z and a of the five nodes, from the inputs on the page."""
    hidden = [sum(w * x for w, x in zip(row, X, strict=True)) + b for row, b in zip(W1, B1, strict=True)]
    z2 = sum(w * tanh(z) for w, z in zip(W2, hidden, strict=True)) + B2
    return [*((z, tanh(z)) for z in hidden), (z2, 1 / (1 + exp(-z2)))]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nodes_by_keyboard(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/2.1.html")
    page.focus("[name=nodes-node]:checked")
    for z, a in nodes():
        (line,) = (each for each in page.locator("course-nodes p.arithmetic").all() if each.is_visible())
        first, second = line.inner_text().splitlines()
        assert number(first) == pytest.approx(z, abs=5e-5)
        assert number(second) == pytest.approx(a, abs=5e-5)
        total = first.split(" = ")[1].replace("·", "*").replace("−", "-")
        assert eval(total) == pytest.approx(z, abs=3e-4)
        page.keyboard.press("ArrowRight")


def marked(open_page: Open, node: str) -> tuple[list[str], list[str], int]:
    """The entries that go into a node, the entries that it computes, and its edges. The node is chosen by a click."""
    page = open_page("en/lessons/2.1.html")
    page.click(f'course-nodes g[data-node="{node}"] text >> nth=0')
    used, chosen = (
        page.eval_on_selector_all(f"course-nodes td.{kind}", "all => all.map(each => each.getAttribute('data-cell'))")
        for kind in ("used", "chosen")
    )
    return used, chosen, page.locator("course-nodes .edge.used").count()


def test_the_entries_of_a_hidden_node_are_marked(open_page: Open) -> None:
    used, chosen, edges = marked(open_page, "1 3")
    assert used == ["x 0 0", "x 0 1", "x 0 2", "W[1] 2 0", "W[1] 2 1", "W[1] 2 2", "b[1] 0 2"]
    assert chosen == ["Z[1] 0 2", "A[1] 0 2"]
    assert edges == 3


def test_the_entries_of_the_output_are_marked(open_page: Open) -> None:
    used, chosen, edges = marked(open_page, "2 1")
    assert used == [*(f"A[1] 0 {k}" for k in range(4)), *(f"W[2] 0 {k}" for k in range(4)), "b[2] 0 0"]
    assert chosen == ["Z[2] 0 0", "A[2] 0 0"]
    assert edges == 4


def test_an_input_is_no_choice(open_page: Open) -> None:
    _, chosen, _ = marked(open_page, "0 1")
    assert chosen == ["Z[1] 0 0", "A[1] 0 0"]
