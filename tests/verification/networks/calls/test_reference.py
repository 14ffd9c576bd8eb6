"""The references: every tensor of an independent forward pass, by hand and by torch, with its rounding error."""

from dataclasses import replace
from functools import partial
from math import exp, log, log2, tanh

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import huber_loss

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.costs import softmax_cross_entropy
from course_torch.formulas.outputs import OUTPUTS
from course_torch.verification.difference import difference
from course_torch.verification.networks.calls.reference import (
    LOSSES,
    VALUES,
    losses,
    softplus,
    total,
    values,
    weighted_sums,
)
from tests.conftest import assert_equal
from tests.verification.networks.by_hand import tensor

EPS = torch.finfo(torch.float64).eps
TABLE = ACTIVATIONS | OUTPUTS
DTYPES = (torch.float64, torch.float32, torch.bfloat16)


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
    A, error = values(TABLE[name], tensor([-2, 0, 1]), torch.tensor(0.25).double(), dtype=torch.float64)
    assert_equal(name, A, tensor(right))
    assert bool((error >= 0).all())
    assert error.max() < 20 * EPS


def test_every_activation_and_output_has_an_exact_reference_or_one_of_torch() -> None:
    assert VALUES.keys() | {name for name, g in TABLE.items() if g.module is not None} == TABLE.keys()
    assert LOSSES.keys() | {name for name, g in OUTPUTS.items() if g.torch_loss is not None} == OUTPUTS.keys()


@pytest.mark.parametrize("table", [ACTIVATIONS, OUTPUTS])
def test_torchs_own_modules_agree_with_the_exact_references(
    table: dict, generator: torch.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    Z, slope = torch.randn(20, 3, dtype=torch.float64, generator=generator), torch.tensor(0.25).double()
    for g in (each for each in table.values() if each.name in VALUES):
        slope_of_g = slope if g.name == "leaky_relu" else None
        exact, _ = values(g, Z, slope_of_g, dtype=torch.float64)
        with monkeypatch.context() as without:
            without.delitem(VALUES, g.name)
            A, error = values(g, Z, slope_of_g, dtype=torch.float64)
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
    A, error = values(ELU, Z.double(), None, dtype=dtype)
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
    A, _ = values(
        replace(ACTIVATIONS["leaky_relu"], name="bent", module=Bent), tensor([-2, 3]), slope, dtype=torch.float64
    )
    assert A.tolist() == [[-1, 3]]


@pytest.mark.parametrize(
    "change",
    [
        *({"module": module} for module in (None, nn.Linear, lambda: nn.RNN(2, 3), lambda: nn.Flatten(0))),
        *({"torch_loss": loss} for loss in (None, huber_loss, lambda Z: Z)),
        {"slope": 0.1},
    ],
)
def test_a_function_without_a_reference_says_so(change: dict) -> None:
    """The module of ELU takes no slope."""
    Z, slope = tensor([1, 2], [3, 4]), torch.tensor(0.1).double() if "slope" in change else None
    if "torch_loss" in change:
        right = losses(replace(HUBER, **change), Z, tensor([0, 1], [1, 0]), torch.float64)
        assert right.en == "huber has no fitting torch_loss"
    else:
        right = values(replace(ELU, **(change if slope is None else {})), Z, slope, dtype=torch.float64)
        assert right.en == "elu has no fitting module"


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
    A, error = values(OUTPUTS["sigmoid"], tensor([-100]), None, dtype=torch.float32)
    assert A.item() < error.item() < 2e-38
    L, error = losses(OUTPUTS["softmax"], tensor([200, 0]), tensor([1, 0]), torch.float32)
    assert L.item() < error.item()


# The rounding errors, in numbers


WIDE = 8 * 2.0**-23
"""An ε of which sums do not run: they run with that of float32."""


def equals(error: Tensor | str, *expected: float) -> None:
    assert isinstance(error, Tensor)
    assert error.flatten().tolist() == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(("eps", "of_sum"), [(WIDE, WIDE / 8), (EPS, EPS)])
def test_Z_has_the_errors_of_its_products_of_its_sum_and_of_itself(eps: float, of_sum: float) -> None:
    """3·1 - 4·2 - 5 = -10. Two products and b are the three terms of a sum."""
    Z, error = weighted_sums(tensor([3, -4]), tensor([1, 2]), tensor([-5]), eps)
    assert Z.item() == -10
    equals(error, eps * 73**0.5 + log2(6) * of_sum * 16 + eps * 10)


@pytest.mark.parametrize(("eps", "of_sum"), [(WIDE, WIDE / 8), (EPS, EPS)])
def test_the_total_is_rounded_twice_beside_its_sum(eps: float, of_sum: float) -> None:
    found, error = total(tensor(1, -2, 4), eps)
    assert found.item() == 3
    equals(error, (2 * eps + log2(6) * of_sum) * 7)


def test_the_loss_of_sigmoid_may_be_written_with_logarithms_or_with_Z() -> None:
    """log(1 - A) has the error ε (1 + exp(Z)), and only Y = 0 needs it."""
    for Z, Y, written in ((2, 1, 1 + 2), (2, 0, 1 + 2 + exp(2)), (-1, 0, 1 + 1 + exp(-1))):
        loss = log(1 + exp(-Z if Y else Z))
        L, error = LOSSES["sigmoid"](tensor([Z, Z]), tensor([Y, Y]), EPS)
        assert L.item() == pytest.approx(2 * loss)
        equals(error, 2 * EPS * (4 * loss + written))


def test_the_error_of_a_loss_is_finite() -> None:
    """exp(1000) would be infinite, and 0 · ∞ no number."""
    _, error = LOSSES["sigmoid"](tensor([1000]), tensor([1]), EPS)
    assert error.item() == 0


def test_each_example_of_softmax_is_shifted_by_its_own_largest_Z() -> None:
    A, _ = values(OUTPUTS["softmax"], tensor([1000, 1000 + log(3)], [-1000, -1000]), None, dtype=torch.float64)
    assert_equal("A", A, tensor([0.25, 0.75], [0.5, 0.5]))


def test_the_loss_of_the_identity_has_the_errors_of_Z_and_Y() -> None:
    """2 · (3 + 1) + 3 · (1 + 4) = 23."""
    L, error = LOSSES["identity"](tensor([3, 1]), tensor([1, 4]), EPS)
    assert L.item() == 6.5
    equals(error, 4 * EPS * 23)


# Small values and losses in every dtype


@pytest.mark.parametrize("factor", [2, -1])
@pytest.mark.parametrize(("dtype", "size"), [(torch.bfloat16, 3), (torch.float32, 12), (torch.float64, 20)])
def test_a_wrong_loss_of_a_sure_softmax_is_found(
    factor: int, dtype: torch.dtype, size: float, generator: torch.Generator
) -> None:
    Y = torch.eye(3, dtype=torch.float64).repeat(30, 1)
    Z = (size * Y + torch.randn(90, 3, dtype=torch.float64, generator=generator) / 4).to(dtype)
    L, error = losses(OUTPUTS["softmax"], Z.double(), Y, dtype)
    for right in (softmax_cross_entropy(Z, Y), -(Y * Z.softmax(dim=1).log()).sum(dim=1)):
        assert difference(right, L, error).agrees
        assert not difference(factor * right, L, error).agrees


def test_a_tanh_of_small_numbers_is_judged_in_bfloat16() -> None:
    """ε of bfloat16 is 0.008: a tolerance of 12 ε would accept 2 A."""
    Z = torch.linspace(-0.05, 0.05, 40).reshape(-1, 1).bfloat16()
    A, error = values(ACTIVATIONS["tanh"], Z.double(), None, dtype=torch.bfloat16)
    assert difference(torch.tanh(Z), A, error).agrees
    assert difference((Z.exp() - (-Z).exp()) / (Z.exp() + (-Z).exp()), A, error).agrees
    assert not difference(2 * torch.tanh(Z), A, error).agrees
