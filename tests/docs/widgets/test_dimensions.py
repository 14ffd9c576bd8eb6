"""The widget of lesson 3.1 by keyboard: each shape is that of autograd's tensors, and each wrong shape is found."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import torch

from tests.docs.conftest import Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Shapes = dict[str, tuple[int, ...]]
WIDGET = "course-dimensions"


def expected(sizes: list[int], m: int) -> Shapes:
    """The shapes of a pass without the package: autograd gives each derivative."""
    A = torch.ones(m, sizes[0], requires_grad=True)
    tensors = {"A 0": A}
    for l, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        W, b = torch.ones(n_out, n_in, requires_grad=True), torch.ones(1, n_out, requires_grad=True)
        Z = A @ W.T + b
        A = torch.tanh(Z)
        tensors |= {f"W {l}": W, f"b {l}": b, f"Z {l}": Z, f"A {l}": A}
    derivatives = torch.autograd.grad(A.sum(), list(tensors.values()))
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    shapes |= {f"d{name}": tuple(each.shape) for name, each in zip(tensors, derivatives, strict=True)}
    del shapes[f"dA {len(sizes) - 1}"]  # dZ[L] = A[L] - Y needs none
    return shapes


def shown(page: "Page", table: str) -> Shapes:
    """The shapes of a table that the reader sees."""
    cells = page.locator(f"{table} tbody tr:not([hidden]) td[data-shape]").all()
    texts = {str(each.get_attribute("data-shape")): each.inner_text() for each in cells}
    return {name: tuple(map(int, re.findall(r"\d+", text))) for name, text in texts.items() if text != "—"}


def pick(page: "Page", name: str, value: str) -> None:
    """Choose in a list by the arrow keys, until the value is there."""
    field = f"{WIDGET} select[name={name}]"
    page.focus(field)
    for _ in range(40):
        if page.input_value(field) == value:
            return
        page.keyboard.press("ArrowDown")
    for _ in range(40):
        if page.input_value(field) == value:
            return
        page.keyboard.press("ArrowUp")
    raise AssertionError(f"{name} has no {value}")


def test_the_expected_shapes_are_those_worked_out_by_hand() -> None:
    assert expected([2, 3, 1], 7) == {
        **{"A 0": (7, 2), "W 1": (3, 2), "b 1": (1, 3), "Z 1": (7, 3), "A 1": (7, 3)},
        **{"W 2": (1, 3), "b 2": (1, 1), "Z 2": (7, 1), "A 2": (7, 1)},
        **{"dA 0": (7, 2), "dW 1": (3, 2), "db 1": (1, 3), "dZ 1": (7, 3), "dA 1": (7, 3)},
        **{"dW 2": (1, 3), "db 2": (1, 1), "dZ 2": (7, 1)},
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_shapes_of_the_chosen_network(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/3.1.html")
    table = f"{WIDGET} > .scroll .by-layer"
    assert shown(page, table) == expected([2, 3, 4, 1], 7)
    for name, value in {"L": "4", "n0": "5", "n1": "1", "n2": "4", "n3": "2", "n4": "3", "m": "4"}.items():
        pick(page, name, value)
    assert shown(page, table) == expected([5, 1, 4, 2, 3], 4)
    pick(page, "L", "1")
    assert shown(page, table) == expected([5, 1], 4)
    assert not page.is_visible(f"{WIDGET} select[name=n2]")


def test_the_products_of_the_chosen_layer_fit(open_page: Open) -> None:
    page = open_page("en/lessons/3.1.html")
    pick(page, "layer", "3")
    rows = [each.inner_text().split("\t") for each in page.locator(f"{WIDGET} .shapes:not(.by-layer) tbody tr").all()]
    assert rows == [
        ["Z[3] = A[2] W[3]ᵀ + b[3]", "(7, 4) (4, 1) + (1, 1)", "(7, 1)"],
        ["dW[3] = (1/m) dZ[3]ᵀ A[2]", "(1, 7) (7, 4)", "(1, 4)"],
        ["db[3] = (1/m) Σi dZ[3]", "(7, 1)", "(1, 1)"],
        ["dA[2] = dZ[3] W[3]", "(7, 1) (1, 4)", "(7, 4)"],
    ]
    pick(page, "L", "2")
    assert page.input_value(f"{WIDGET} select[name=layer]") == "2"
    assert page.locator(f"{WIDGET} .shapes:not(.by-layer) tbody tr").first.inner_text().endswith("(7, 4)")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_wrong_shape_is_found(open_page: Open, language: str) -> None:
    """Exactly one shape differs from the expected ones. The refusal names both, after the guess and not before it."""
    page = open_page(f"{language}/lessons/3.1.html")
    for puzzle in range(6):
        step = f"{WIDGET} .step:not([hidden])"
        *sizes, m = map(int, re.findall(r"\d+", page.inner_text(f"{step} .above")))
        right = expected(sizes, m)
        right["Y"] = (m, sizes[-1])
        found = shown(page, step)
        assert found.keys() == right.keys()
        (wrong,) = (name for name in right if found[name] != right[name])
        assert page.inner_text(f"{WIDGET} .said") == ""
        other = "dA 0" if wrong != "dA 0" else "A 0"
        for guess in (other, wrong):
            pick(page, "guess", guess)
            page.focus(f"{WIDGET} .check")
            page.keyboard.press("Enter")
            said = page.inner_text(f"{WIDGET} .said")
            assert ("expected" in said) == (guess == wrong)
            assert re.sub(r" (\d+)", r"[\1]", guess) in said
        assert str(found[wrong]) in said
        assert str(right[wrong]).removeprefix("(") in said.replace("(m, ", f"({m}, ")
        if puzzle < 5:
            page.focus(f"{WIDGET} .next")
            page.keyboard.press("Enter")
    assert page.is_disabled(f"{WIDGET} .next")


def test_without_a_script_the_answers_are_folded(open_page: Open) -> None:
    page = open_page("en/lessons/3.1.html", java_script_enabled=False)
    answers = page.locator(f"{WIDGET} .step details")
    assert answers.count() == 6
    answers.last.locator("summary").click()
    assert "dA[1]: shape (6, 3), expected (6, 4)" in answers.last.inner_text()
