"""The widgets of lessons 2.5 and 3.1 to 3.3 by keyboard: their tensors are those of autograd and of plain NumPy."""

import re
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from course_torch import DeepNetwork
from course_torch.data.planar import flower_points
from tests.docs.widgets.conftest import OpenWidget, Widget, number, value_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Matrix = NDArray[np.float64]
Shapes = dict[str, tuple[int, ...]]


def gradients() -> dict[str, torch.Tensor]:
    """The derivatives of lesson 2.5 by autograd, from the inputs on its page."""
    net = DeepNetwork([2, 2, 1], "tanh", dtype=torch.float64)
    given = ([[0.5, -0.2], [0.3, 0.4]], [[0.2, -0.3]], [[2.0, -1.0]], [[0.5]])
    with torch.no_grad():
        for own, rows in zip(net.parameters(), given, strict=True):
            own.copy_(torch.tensor(rows))
    X = torch.tensor([[1.0, 2.0], [2.0, -1.0]], dtype=torch.float64)
    Y = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    first, second = net.autograd_gradients(X, Y)
    return {"dW2": second.dW, "db2": second.db, "dW1": first.dW, "db1": first.db}


def test_the_six_equations(open_widget: OpenWidget, language: str) -> None:
    """The first entry of each result, then its last entry by the arrow keys. The arithmetic leads to its result.

    The factors of an entry are marked.
    """
    widget, expected, seen = open_widget("2.5", "six-equations", language), gradients(), []
    for step in range(6):
        result = widget.find(".step:not([hidden])").get_attribute("aria-label") or ""
        seen.append(result)
        for place in (0, -1):
            arithmetic = widget.text(".arithmetic")
            assert arithmetic.startswith(f"{result}(")
            if result in expected:
                assert number(arithmetic) == pytest.approx(expected[result].flatten()[place].item(), abs=5e-5)
            assert value_of(arithmetic.split(" = ")[1]) == pytest.approx(number(arithmetic), abs=3e-4)
            widget.press("td.chosen:visible", "ArrowRight", "ArrowDown")
        if result == "dW2":  # its last entry is chosen
            assert widget.cells(".step:not([hidden]) td.used") == ["dZ2 0 0", "dZ2 1 0", "A1 0 1", "A1 1 1"]
        if step < 5:
            widget.press(".next")
    assert seen == ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]
    assert widget.find(".next").is_disabled()


def expected_shapes(sizes: list[int], m: int) -> Shapes:
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


def shown_shapes(widget: Widget, table: str) -> Shapes:
    """The shapes of a table that the reader sees."""
    cells = widget.all(f"{table} tbody tr:not([hidden]) td[data-shape]")
    texts = {str(cell.get_attribute("data-shape")): cell.inner_text() for cell in cells}
    return {name: tuple(map(int, re.findall(r"\d+", text))) for name, text in texts.items() if text != "—"}


def test_the_shapes_of_the_chosen_network(open_widget: OpenWidget) -> None:
    widget, table = open_widget("3.1", "dimensions", "zh"), ":scope > .scroll .by-layer"
    assert shown_shapes(widget, table) == expected_shapes([2, 3, 4, 1], 7)
    for name, value in {"L": "4", "n0": "5", "n1": "1", "n2": "4", "n3": "2", "n4": "3", "m": "4"}.items():
        widget.pick(f"select[name={name}]", value)
    assert shown_shapes(widget, table) == expected_shapes([5, 1, 4, 2, 3], 4)
    widget.pick("select[name=L]", "1")
    assert shown_shapes(widget, table) == expected_shapes([5, 1], 4)
    assert len(widget.all(f"{table} tbody tr:not([hidden])")) == 2
    assert not widget.find("select[name=n2]").is_visible()


def test_the_products_of_the_chosen_layer_fit(open_widget: OpenWidget) -> None:
    widget, rows = open_widget("3.1", "dimensions"), ".shapes:not(.by-layer) tbody tr"
    widget.pick("select[name=layer]", "3")
    assert [row.inner_text().split("\t") for row in widget.all(rows)] == [
        ["Z[3] = A[2] W[3]ᵀ + b[3]", "(7, 4) (4, 1) + (1, 1)", "(7, 1)"],
        ["dW[3] = (1/m) dZ[3]ᵀ A[2]", "(1, 7) (7, 4)", "(1, 4)"],
        ["db[3] = (1/m) Σi dZ[3]", "(7, 1)", "(1, 1)"],
        ["dA[2] = dZ[3] W[3]", "(7, 1) (1, 4)", "(7, 4)"],
    ]
    widget.pick("select[name=L]", "2")
    assert widget.find("select[name=layer]").input_value() == "2"
    assert widget.text(rows).endswith("(7, 4)")


def test_each_wrong_shape_is_found(open_widget: OpenWidget) -> None:
    """Exactly one shape differs from the expected ones. The refusal names both, after the guess and not before it."""
    widget, step = open_widget("3.1", "dimensions"), ".step:not([hidden])"
    for puzzle in range(6):
        *sizes, m = map(int, re.findall(r"\d+", widget.text(f"{step} .above")))
        right, found = expected_shapes(sizes, m) | {"Y": (m, sizes[-1])}, shown_shapes(widget, step)
        assert found.keys() == right.keys()
        (wrong,) = (name for name in right if found[name] != right[name])
        assert widget.text(".said") == ""
        other = "dA 0" if wrong != "dA 0" else "A 0"
        for guess in (other, wrong):
            widget.pick("select[name=guess]", guess)
            widget.press(".check")
            said = widget.text(".said")
            assert ("expected" in said) == (guess == wrong)
            assert re.sub(r" (\d+)", r"[\1]", guess) in said
        assert str(found[wrong]) in said
        assert str(right[wrong]).removeprefix("(") in said.replace("(m, ", f"({m}, ")
        if puzzle < 5:
            widget.press(".next")
    assert widget.find(".next").is_disabled()


def test_without_a_script_the_answers_are_folded(open_widget: OpenWidget) -> None:
    answers = open_widget("3.1", "dimensions", java_script_enabled=False).all(".step details")
    assert len(answers) == 6
    answers[-1].locator("summary").click()
    assert "dA[1]: shape (6, 3), expected (6, 4)" in answers[-1].inner_text()


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


def choose(widget: Widget, name: str, value: str) -> None:
    widget.pick(f"[name=choice-{name}]:checked", value)


def test_each_training_is_repeated(open_widget: OpenWidget, language: str) -> None:
    """From the same initial parameters in plain NumPy."""
    widget = open_widget("3.3", "choices", language)
    for training in TRAININGS:
        for name, value in zip(("hidden", "activation", "alpha", "iterations"), training, strict=True):
            choose(widget, name, value)
        parameters, (J, seen, new) = trained(*training)
        values = [float(widget.text(f"[data-value={name}]")) for name in ("parameters", "J", "seen", "new")]
        assert values == pytest.approx([sum(each.size for each in parameters), J, seen, new], rel=1e-6, abs=6e-5)
        rows = [row.inner_text().split("\t") for row in widget.all(".learned tbody tr:not([hidden])")]
        assert [re.findall(r"\d+", row[1]) for row in rows] == [list(map(str, each.shape)) for each in parameters]
        assert [int(row[2]) for row in rows] == [each.size for each in parameters]
        assert [number(row[4]) for row in rows] == pytest.approx([each.flat[0] for each in parameters], abs=6e-5)


def test_the_point_lies_on_the_curve_at_the_chosen_iterations(open_widget: OpenWidget) -> None:
    widget, heights = open_widget("3.3", "choices"), []
    for iterations in ("1000", "10", "100"):
        choose(widget, "iterations", iterations)
        x, y = widget.places(".point")
        points = dict(point.split(",") for point in (widget.find("polyline").get_attribute("points") or "").split())
        assert float(points[f"{x:.1f}"]) == y
        heights.append((trained("4", "tanh", "1.2", iterations)[1][0], y))
    zero, scale = 200, 170 / 1.2  # the drawing's y of J = 0, and its length of 1
    assert [y for _, y in heights] == pytest.approx([zero - J * scale for J, _ in heights], abs=0.06)


def test_without_a_script_the_networks_are_compared(open_widget: OpenWidget) -> None:
    rows = open_widget("3.3", "choices", java_script_enabled=False).all("table.values:not(.learned) tbody tr")
    for row, hidden in zip(rows[:2], ("", "4"), strict=True):
        parameters, (J, seen, new) = trained(hidden, "tanh", "1.2", "1000")
        count, *cells = row.inner_text().split("\t")[1:]
        assert int(count) == sum(each.size for each in parameters)
        assert [float(cell.rstrip("%")) for cell in cells] == pytest.approx([J, seen, new], abs=6e-5)


@pytest.mark.parametrize(("language", "reason"), [("en", "without effect"), ("zh", "不起作用")])
def test_without_hidden_layers_no_activation_can_be_chosen(open_widget: OpenWidget, language: str, reason: str) -> None:
    widget = open_widget("3.3", "choices", language)
    fieldset = widget.find("fieldset:has([name=choice-activation])")
    for hidden, idle in (("4", False), ("", True), ("8", False)):
        choose(widget, "hidden", hidden)
        assert [button.is_disabled() for button in fieldset.locator("input").all()] == [idle] * 3
        assert (reason in fieldset.inner_text()) == idle
