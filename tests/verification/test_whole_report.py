"""The report of three judges: right networks pass in every dtype, a wrong step is found, named and explained."""

from collections.abc import Callable

import pytest
import torch

from course_torch import compare_gradients
from course_torch.formulas import layers
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("hidden_activation", ["tanh", "relu"])
def test_right_gradients_agree_in_every_dtype(
    dtype: torch.dtype, hidden_activation: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([40, 30, 20, 1], m=50, hidden_activation=hidden_activation)
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.agrees, str(report)
    assert all(row.formulas.tolerance < 0.2 for row in report)
    assert report.largest_relative_error < {torch.float64: 1e-12, torch.float32: 1e-5, torch.bfloat16: 0.1}[dtype]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("factor", [-1.0, 1 / 50, 0.0, 50.0], ids=["sign", "1/m twice", "nothing", "no 1/m"])
def test_wrong_gradients_are_found_in_every_dtype(
    dtype: torch.dtype, factor: float, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([40, 30, 20, 1], m=50, hidden_activation="tanh")
    right = layers.linear_backward
    monkeypatch.setattr(
        layers, "linear_backward", lambda dZ, A_prev, m: tuple(factor * each for each in right(dZ, A_prev, m))
    )
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.named("different") == ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]


def test_what_rounding_hides_is_not_called_equal(make_problem: MakeProblem) -> None:
    """The balanced labels of above in bfloat16: db is lost in the rounding of its terms."""
    network, X, Y = make_problem([4, 1], m=400)
    with torch.no_grad():
        network.layers[0].W.mul_(1e-6)
        network.layers[0].b.zero_()
    Y[:200], Y[200:] = 0, 1
    report = compare_gradients(network.bfloat16(), X.bfloat16(), Y.bfloat16())
    assert "db[1]" in report.named("not judged")
    assert not report.agrees
    assert "not judged, because rounding errors in this dtype hide them" in str(report)


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e4])
@pytest.mark.parametrize("hidden_activation", ["tanh", "relu", "identity"])
def test_large_features_raise_no_alarm(offset: float, hidden_activation: str, make_problem: MakeProblem) -> None:
    """Features with an offset that b cancels: the numeric judge's own rounding is that of the large terms."""
    network, X, Y = make_problem([4, 5, 3, 1], hidden_activation=hidden_activation)
    with torch.no_grad():
        network.layers[0].b -= offset * network.layers[0].W.sum(dim=1)
    report = compare_gradients(network, X + offset, Y)
    assert report.named("different") == [], str(report)


def test_terms_that_cancel_are_granted_their_rounding(make_problem: MakeProblem) -> None:
    """Half the labels 1 and W nearly 0: db[1] is a mean of numbers near ±1/2 that is a millionth of them."""
    network, X, Y = make_problem([4, 1], m=400)
    with torch.no_grad():
        network.layers[0].W.mul_(1e-6)
        network.layers[0].b.zero_()
    Y[:200], Y[200:] = 0, 1
    rows = {str(row.name): row for row in compare_gradients(network, X, Y)}
    assert rows["db[1]"].verdict == "equal"
    assert rows["db[1]"].formulas.tolerance > 1e3 * rows["dZ[1]"].formulas.tolerance


def test_a_missing_derivative_is_named_and_explained(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dA without its tanh': layer 3 and dA[2] are right, everything below is wrong, and both judges say so."""
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    report = compare_gradients(*make_problem(hidden_activation="tanh"))
    assert not report.agrees
    assert str(report.diagnosis.tensor) == "dZ[2]"
    assert report.diagnosis.causes == ("no g'",)
    assert report.named("equal") == ["dZ[3]", "dW[3]", "db[3]", "dA[2]"]
    assert all(row.formulas.agrees == row.numeric.agrees for row in report)
    assert "g'(Z) is missing in a hidden layer: dZ = dA * g'(Z) (notes 2.5)" in str(report.diagnosis)


@pytest.mark.slow
def test_the_tolerance_stays_sharp_in_a_deep_network(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty layers of 64 in float32: a factor of 1.01 in dA is found in all layers below the top one."""
    network, X, Y = make_problem([64] * 20 + [1], m=10, hidden_activation="tanh")
    problem = network.float(), X.float(), Y.float()
    report = compare_gradients(*problem)
    assert report.agrees
    assert all(row.formulas.tolerance < 1e-3 for row in report)
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: 1.01 * dZ @ W)
    assert compare_gradients(*problem).named("equal") == ["dZ[20]", "dW[20]", "db[20]"]


def test_entries_at_the_kink_are_left_out_and_counted(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 0
    rows = {str(row.name): row for row in compare_gradients(network, X, Y)}
    assert rows["db[1]"].kinks == 1
    assert rows["db[1]"].sampled == 6
    assert all(row.verdict == "equal" for row in rows.values())


def test_a_tensor_without_a_judged_entry_is_called_so(make_problem: MakeProblem) -> None:
    """Layer 2 gets only zeros, so every Z[2] is b[2] = 0: any nudge of b[2] or Z[2] crosses the kink."""
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        network.layers[0].b -= 1000
        network.layers[1].b.zero_()
    report = compare_gradients(network, X, Y)
    rows = {str(row.name): row for row in report}
    assert rows["db[2]"].numeric is None
    assert (rows["db[2]"].sampled, rows["db[2]"].kinks) == (3, 3)
    assert rows["db[2]"].verdict == "equal"
    assert str(report).startswith("all 12 tensors are equal (judged: 12 by autograd, ")
    assert "not judged by differences: " in str(report)
    assert "db[2]" in str(report).split("not judged by differences: ")[1]
