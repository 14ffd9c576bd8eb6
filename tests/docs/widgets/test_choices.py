"""The widget of lesson 3.3 by keyboard: each training is repeated in plain NumPy from the same initial parameters."""

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from course_torch import DeepNetwork
from course_torch.data.planar import flower_points
from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Matrix = NDArray[np.float64]
WIDGET = "course-choices"
G = {
    "tanh": (np.tanh, lambda A: 1 - A**2),
    "relu": (lambda Z: np.maximum(Z, 0), lambda A: A > 0),
    "sigmoid": (lambda Z: 1 / (1 + np.exp(-Z)), lambda A: A * (1 - A)),
}
TRAININGS = [("4", "tanh", "1.2", "1000"), ("", "tanh", "0.1", "100"), ("8", "relu", "0.1", "100")]
TRAININGS += [("4-4", "sigmoid", "1.2", "1000"), ("4-4", "tanh", "10", "10")]


def forward(X: Matrix, parameters: list[Matrix], activation: str) -> list[Matrix]:
    """A[0] to A[L]."""
    A, last = [X], len(parameters) // 2 - 1
    for l in range(last + 1):
        Z = A[-1] @ parameters[2 * l].T + parameters[2 * l + 1]
        A.append(G[activation if l < last else "sigmoid"][0](Z))
    return A


@cache
def trained(hidden: str, activation: str, alpha: str, iterations: str) -> tuple[list[Matrix], list[float]]:
    """The parameters after the training, and J, the accuracy in the flower and in another flower in percent."""
    sizes = [2, *map(int, filter(None, hidden.split("-"))), 1]
    drawn = DeepNetwork(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    parameters = [each.detach().numpy().copy() for each in drawn.parameters()]
    (X, Y), (X_new, Y_new) = ([each.numpy().astype(float) for each in flower_points(seed)] for seed in (1, 2))
    for _ in range(int(iterations)):
        A = forward(X, parameters, activation)
        dZ = A[-1] - Y
        for l in range(len(A) - 2, -1, -1):
            W, dW, db = parameters[2 * l].copy(), dZ.T @ A[l] / len(X), dZ.mean(axis=0, keepdims=True)
            parameters[2 * l] -= float(alpha) * dW
            parameters[2 * l + 1] -= float(alpha) * db
            dZ = dZ @ W * G[activation][1](A[l])
    A_L = forward(X, parameters, activation)[-1]
    J = -np.mean(np.log(np.where(Y == 1, A_L, 1 - A_L)))
    new = forward(X_new, parameters, activation)[-1]
    return parameters, [J, 100 * np.mean((A_L > 0.5) == Y), 100 * np.mean((new > 0.5) == Y_new)]


def pick(page: "Page", name: str, value: str) -> None:
    """Choose a radio button by the arrow keys."""
    for _ in range(5):
        chosen = f"{WIDGET} [name=choice-{name}]:checked"
        if page.input_value(chosen) == value:
            return
        page.focus(chosen)
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"{name} has no {value}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_training_is_repeated(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/3.3.html")
    for training in TRAININGS:
        for name, value in zip(("hidden", "activation", "alpha", "iterations"), training, strict=True):
            pick(page, name, value)
        parameters, (J, seen, new) = trained(*training)
        values = {name: page.inner_text(f"{WIDGET} [data-value={name}]") for name in ("parameters", "J", "seen", "new")}
        assert int(values["parameters"]) == sum(each.size for each in parameters)
        assert float(values["J"]) == pytest.approx(J, abs=6e-5)
        assert float(values["seen"]) == pytest.approx(seen)
        assert float(values["new"]) == pytest.approx(new)
        rows = [
            each.inner_text().split("\t") for each in page.locator(f"{WIDGET} .learned tbody tr:not([hidden])").all()
        ]
        assert [re.findall(r"\d+", row[1]) for row in rows] == [list(map(str, each.shape)) for each in parameters]
        assert [int(row[2]) for row in rows] == [each.size for each in parameters]
        assert [number(row[4]) for row in rows] == pytest.approx([each.flat[0] for each in parameters], abs=6e-5)


def test_the_point_lies_on_the_curve_at_the_chosen_iterations(open_page: Open) -> None:
    page = open_page("en/lessons/3.3.html")
    heights = []
    for iterations in ("1000", "10", "100"):
        pick(page, "iterations", iterations)
        x, y = (float(page.get_attribute(f"{WIDGET} .point", name) or "nan") for name in ("cx", "cy"))
        points = dict(each.split(",") for each in (page.get_attribute(f"{WIDGET} polyline", "points") or "").split())
        assert float(points[f"{x:.1f}"]) == y
        heights.append((trained("4", "tanh", "1.2", iterations)[1][0], y))
    zero, scale = 200, 170 / 1.2  # the drawing's y of J = 0, and its length of 1
    assert [y for _, y in heights] == pytest.approx([zero - J * scale for J, _ in heights], abs=0.06)


def test_without_a_script_the_networks_are_compared(open_page: Open) -> None:
    page = open_page("en/lessons/3.3.html", java_script_enabled=False)
    for row, hidden in zip(
        page.locator(f"{WIDGET} table.values:not(.learned) tbody tr").all(), ("", "4"), strict=False
    ):
        parameters, (J, seen, new) = trained(hidden, "tanh", "1.2", "1000")
        count, *cells = row.inner_text().split("\t")[1:]
        assert int(count) == sum(each.size for each in parameters)
        assert [float(each.rstrip("%")) for each in cells] == pytest.approx([J, seen, new], abs=6e-5)


@pytest.mark.parametrize(("language", "reason"), [("en", "without effect"), ("zh", "不起作用")])
def test_without_hidden_layers_no_activation_can_be_chosen(open_page: Open, language: str, reason: str) -> None:
    page = open_page(f"{language}/lessons/3.3.html")
    fieldset = page.locator(f"{WIDGET} fieldset:has([name=choice-activation])")
    for hidden, idle in (("4", False), ("", True), ("8", False)):
        pick(page, "hidden", hidden)
        assert [each.is_disabled() for each in fieldset.locator("input").all()] == [idle] * 3
        assert (reason in fieldset.inner_text()) == idle
