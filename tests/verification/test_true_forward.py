"""The independent forward pass, against numbers worked out by hand."""

from math import exp, log, tanh

import pytest
import torch

from course_torch.verification.true_forward import LOSSES, VALUES, losses, softplus, total, values, weighted_sums
from tests.conftest import assert_equal
from tests.verification.by_hand import tensor

EPS = torch.finfo(torch.float64).eps


def test_Z_is_a_weighted_sum_and_b() -> None:
    """1·3 + 2·4 + 10 = 21 and 1·5 + 2·6 + 20 = 37."""
    Z, error = weighted_sums(tensor([1, 2]), tensor([3, 4], [5, 6]), tensor([10, 20]), EPS)
    assert_equal("Z", Z, tensor([21, 37]))
    assert bool((error > EPS * Z).all())
    assert bool((error < 20 * EPS * Z).all())


def test_the_error_of_Z_grows_with_terms_that_cancel() -> None:
    Z, error = weighted_sums(tensor([1e6, 1e6]), tensor([1, -1]), tensor([1]), EPS)
    assert Z.item() == 1
    assert error.item() > 1e6 * EPS


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("sigmoid", [1 / (1 + exp(2)), 0.5, 1 / (1 + exp(-1))]),
        ("tanh", [tanh(-2), 0, tanh(1)]),
        ("relu", [0, 0, 1]),
        ("leaky_relu", [-0.5, 0, 1]),
        ("identity", [-2, 0, 1]),
        ("softmax", [each / (exp(-2) + 1 + exp(1)) for each in (exp(-2), 1, exp(1))]),
    ],
)
def test_g_by_hand(name: str, right: list[float]) -> None:
    A, error = values(name, tensor([-2, 0, 1]), torch.tensor(0.25).double(), torch.float64)
    assert_equal(name, A, tensor(right))
    assert bool((error >= 0).all())
    assert error.max() < 20 * EPS


def test_every_activation_and_output_is_known() -> None:
    assert VALUES.keys() == {"sigmoid", "tanh", "relu", "leaky_relu", "identity", "softmax"}
    assert LOSSES.keys() == {"sigmoid", "softmax", "identity"}


@pytest.mark.parametrize(
    ("name", "Y", "right"),
    [
        ("sigmoid", [1, 0], log(1 + exp(-1)) + log(1 + exp(2))),
        ("softmax", [1, 0], log(1 + exp(1))),
        ("identity", [3, 0], (2**2 + 2**2) / 2),
    ],
)
def test_losses_by_hand(name: str, Y: list[int], right: float) -> None:
    """Z is [1, 2]: softmax has A = 1/(1 + e) in the first output."""
    L, error = LOSSES[name](tensor([1, 2]), tensor(Y), EPS)
    assert_equal(name, L, tensor(right))
    assert 0 < error.item() < 100 * EPS


def test_small_losses_keep_their_digits() -> None:
    """log(1 + exp(-50)) = exp(-50) - exp(-100)/2 + …: a sum of 1 and exp(-50) would lose it."""
    assert_equal("softplus", softplus(tensor(-50, 50)), tensor(exp(-50), 50))
    assert (softplus(tensor(25)) - 25).item() == pytest.approx(exp(-25), rel=1e-3)


def test_a_number_below_the_smallest_of_the_dtype_may_be_0() -> None:
    A, error = values("sigmoid", tensor([-100]), None, torch.float32)
    assert A.item() < error.item() < 2e-38
    L, error = losses("softmax", tensor([200, 0]), tensor([1, 0]), torch.float32)
    assert L.item() < error.item()


def test_the_total_is_m_J() -> None:
    found, error = total(tensor(1, 2, 5), EPS)
    assert found.item() == 8
    assert 8 * EPS < error.item() < 100 * EPS
