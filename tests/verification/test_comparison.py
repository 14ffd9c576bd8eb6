from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_torch import compare_gradients
from course_torch.network import propagation
from course_torch.verification.comparison import compare
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]


def test_every_gradient_is_listed_layer_1_first(make_problem: MakeProblem) -> None:
    problem = make_problem([4, 6, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    names = [comparison.name for comparison in compare_gradients(*problem)]
    assert names == ["dW[1]", "db[1]", "dslope[1]", "dW[2]", "db[2]", "dslope[2]", "dW[3]", "db[3]"]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_right_gradients_agree_in_both_dtypes(dtype: torch.dtype, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([40, 30, 20, 1], m=50, hidden_activation="tanh")
    comparisons = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert all(comparison.agrees for comparison in comparisons)
    limit = {torch.float64: 1e-12, torch.float32: 1e-5}[dtype]
    assert max(comparison.relative for comparison in comparisons) < limit


def test_terms_that_cancel_are_granted_their_rounding(make_problem: MakeProblem) -> None:
    """Half the labels 1 and W nearly 0: db[1] is a mean of numbers near ±1/2 that is a millionth of them."""
    network, X, Y = make_problem([4, 1], m=400)
    with torch.no_grad():
        network.layers[0].W.mul_(1e-6)
        network.layers[0].b.zero_()
    Y[:200], Y[200:] = 0, 1
    db = {comparison.name: comparison for comparison in compare_gradients(network, X, Y)}["db[1]"]
    assert db.agrees
    assert db.tolerance > 1e-11


def test_a_broken_backward_is_found_and_its_layers_named(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dA without its tanh' is wrong below the top layer, and right at it."""
    monkeypatch.setattr(propagation, "block_backward", lambda dA, cache, activation, slope: dA)
    different = [c.name for c in compare_gradients(*make_problem(hidden_activation="tanh")) if not c.agrees]
    assert different == ["dW[1]", "db[1]", "dW[2]", "db[2]"]


@pytest.mark.parametrize(
    ("a", "b", "relative", "agrees"),
    [
        ([3.0, 4.0], [3.0, 4.0], 0.0, True),
        ([3.0, 4.0], [-3.0, -4.0], 1.0, False),
        ([3.0, 0.0], [0.0, 1.0], 10**0.5 / 4, False),
        ([0.0, 0.0], [0.0, 0.0], 0.0, True),
        ([float("nan"), 0.0], [0.0, 0.0], None, False),
    ],
)
def test_difference_by_hand(a: list[float], b: list[float], relative: float | None, agrees: bool) -> None:
    tensors: list[Tensor] = [torch.tensor(values, dtype=torch.float64) for values in (a, b, b)]
    comparison = compare("dW[1]", *tensors, terms=7)
    assert comparison.agrees == agrees
    assert relative is None or comparison.relative == pytest.approx(relative)
