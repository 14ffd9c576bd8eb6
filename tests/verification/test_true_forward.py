"""The independent forward pass, against numbers worked out by hand."""

from dataclasses import replace
from functools import partial
from math import exp, log, tanh

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import huber_loss

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.verification.comparing import difference
from course_torch.verification.reference import LOSSES, VALUES, losses, softplus, total, values, weighted_sums
from tests.conftest import assert_equal
from tests.verification.by_hand import tensor

EPS = torch.finfo(torch.float64).eps
TABLE = ACTIVATIONS | OUTPUTS
DTYPES = (torch.float64, torch.float32, torch.bfloat16)


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
    A, error = values(TABLE[name], tensor([-2, 0, 1]), torch.tensor(0.25).double(), torch.float64)
    assert_equal(name, A, tensor(right))
    assert bool((error >= 0).all())
    assert error.max() < 20 * EPS


def test_every_activation_and_output_has_an_exact_reference() -> None:
    assert VALUES.keys() == ACTIVATIONS.keys() | OUTPUTS.keys()
    assert LOSSES.keys() == OUTPUTS.keys()


@pytest.mark.parametrize("table", [ACTIVATIONS, OUTPUTS])
def test_torchs_own_modules_agree_with_the_exact_references(
    table: dict, generator: torch.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    Z, slope = torch.randn(20, 3, dtype=torch.float64, generator=generator), torch.tensor(0.25).double()
    for g in table.values():
        slope_of_g = slope if g.name == "leaky_relu" else None
        exact, _ = values(g, Z, slope_of_g, torch.float64)
        with monkeypatch.context() as without:
            without.delitem(VALUES, g.name)
            A, error = values(g, Z, slope_of_g, torch.float64)
        assert_equal(g.name, A, exact)
        assert 0 < error.max() < 20 * EPS


@pytest.mark.parametrize("name", OUTPUTS)
def test_torchs_own_losses_agree_with_the_exact_references(
    name: str, generator: torch.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    Z = torch.randn(20, 3, dtype=torch.float64, generator=generator)
    Y = OUTPUTS[name].labels(torch.rand(20, 3, dtype=torch.float64, generator=generator)).double()
    exact, _ = losses(OUTPUTS[name], Z, Y, torch.float64)
    monkeypatch.delitem(LOSSES, name)
    L, error = losses(OUTPUTS[name], Z, Y, torch.float64)
    assert_equal(name, L, exact)
    assert 0 < error.max() < 100 * EPS


ELU = replace(ACTIVATIONS["tanh"], name="elu", module=nn.ELU)
HUBER = replace(OUTPUTS["identity"], name="huber", torch_loss=partial(huber_loss, reduction="none"))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [0.1, 1, 4])
def test_a_function_that_only_torch_knows_may_be_written_otherwise(
    scale: float, dtype: torch.dtype, generator: torch.Generator
) -> None:
    """exp(Z) - 1 loses what expm1 keeps. 2 g(Z) and g(2 Z) are far off."""
    Z = (scale * torch.randn(200, 3, generator=generator)).to(dtype)
    A, error = values(ELU, Z.double(), None, dtype)
    for right in (torch.where(Z > 0, Z, Z.exp() - 1), torch.where(Z > 0, Z, Z.expm1())):
        assert difference(right, A, error).agrees
    for wrong in (2 * nn.functional.elu(Z), nn.functional.elu(2 * Z), 2 * Z):
        assert not difference(wrong, A, error).agrees


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_loss_that_only_torch_knows_may_be_written_otherwise(dtype: torch.dtype, generator: torch.Generator) -> None:
    """Huber's loss of e is ½ e² up to |e| = 1, then |e| - ½."""
    Z, Y = (2 * torch.randn(2, 200, 3, generator=generator)).to(dtype)
    L, error = losses(HUBER, Z.double(), Y.double(), dtype)
    off = (Z - Y).abs()
    right = torch.where(off > 1, off - 0.5, off * off / 2).sum(dim=1)
    assert difference(right, L, error).agrees
    for wrong in (-right, 2 * right, (Z - Y).square().sum(dim=1) / 2):
        assert not difference(wrong, L, error).agrees


class Bent(nn.Module):
    """Z, or weight · Z where Z < 0: a module of the user with a slope."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, Z: Tensor) -> Tensor:
        return torch.where(Z < 0, self.weight * Z, Z)


def test_a_module_gets_the_slope_as_its_weight() -> None:
    slope = torch.tensor(0.5).double()
    A, _ = values(replace(ACTIVATIONS["leaky_relu"], name="bent", module=Bent), tensor([-2, 3]), slope, torch.float64)
    assert A.tolist() == [[-1, 3]]


Z_Y = tensor([1, 2], [3, 4]), tensor([0, 1], [1, 0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"module": None}, "elu has no module"),
        ({"module": nn.Linear}, "the module of elu raises TypeError"),
        ({"module": lambda: nn.RNN(2, 3)}, "the module of elu returns a value of type tuple, expected the shape (2, 2"),
        ({"module": lambda: nn.Linear(3, 3)}, "the module of elu raises RuntimeError: mat1 and mat2"),
        ({"module": lambda: nn.Flatten(0)}, "the module of elu returns a tensor of shape (4,), expected the shape (2"),
    ],
)
def test_an_activation_without_a_reference_says_why(change: dict, reason: str) -> None:
    right = values(replace(ELU, **change), Z_Y[0], None, torch.float64)
    assert right.startswith(reason)


def test_a_slope_that_the_module_does_not_take_is_no_reference() -> None:
    right = values(ELU, Z_Y[0], torch.tensor(0.1).double(), torch.float64)
    assert right.startswith("the module of elu raises RuntimeError")


@pytest.mark.parametrize(
    ("torch_loss", "reason"),
    [
        (None, "huber has no torch_loss"),
        (huber_loss, "the torch_loss of huber returns a tensor of shape (), expected the shape (2, 2)"),
        (lambda Z: Z, "the torch_loss of huber raises TypeError"),
    ],
)
def test_an_output_without_a_reference_says_why(torch_loss: object, reason: str) -> None:
    assert losses(replace(HUBER, torch_loss=torch_loss), *Z_Y, torch.float64).startswith(reason)


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
    A, error = values(OUTPUTS["sigmoid"], tensor([-100]), None, torch.float32)
    assert A.item() < error.item() < 2e-38
    L, error = losses(OUTPUTS["softmax"], tensor([200, 0]), tensor([1, 0]), torch.float32)
    assert L.item() < error.item()


def test_the_total_is_m_J() -> None:
    found, error = total(tensor(1, 2, 5), EPS)
    assert found.item() == 8
    assert 8 * EPS < error.item() < 100 * EPS
