"""The derivation: its formulas of outputs and of gradient checking hold, and each statement has a check."""

import runpy
from math import exp
from typing import Any

import pytest
import torch
from torch.autograd import grad
from torch.nn.functional import softplus
from torch.testing import assert_close

from course_torch import DeepNetwork
from course_torch.formulas.slopes import slope_by_nudge, slope_from_both_sides
from tests.docs import test_derivation_layers
from tests.docs.lessons import DOCS, displayed_formulas, text_of
from tests.docs.statements import CLAIMED, checks, randn, statements_of

M, OUT = test_derivation_layers.M, test_derivation_layers.OUT

pytestmark = pytest.mark.usefixtures("float64")


def test_every_statement_of_the_page_has_a_check() -> None:
    formulas = displayed_formulas(text_of("en", "guides/derivation.md"))
    assert {each for formula in formulas for each in statements_of(formula)} == CLAIMED


@checks(
    r"L = \psi(z) - \sum_k y_k z_k + c(y)",
    r"\frac{\partial \psi}{\partial z_k} = a_k",
    r"L = -y \log a - (1 - y) \log(1 - a) = \log(1 + e^z) - y\,z",
    r"\psi'(z) = \frac{e^z}{1 + e^z} = a",
    r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}",
    r"\frac{\partial a_j}{\partial z_k} = a_j\,(\delta_{jk} - a_k)",
    r"dz_k = \sum_j -\frac{y_j}{a_j} a_j\,(\delta_{jk} - a_k) = a_k \sum_j y_j - y_k = a_k - y_k",
    r"L = \tfrac12 \sum_k (a_k - y_k)^2 = \tfrac12 \sum_k z_k^2 - \sum_k y_k z_k + \tfrac12 \sum_k y_k^2",
)
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_the_outputs(output: str) -> None:
    """L, ψ and c of each output, written out as on the page. The derivatives are autograd's."""
    z, y = randn(1 if output == "sigmoid" else 4), torch.tensor([0.0, 0, 1, 0])
    if output == "sigmoid":
        y = y[2:3]
        a = 1 / (1 + torch.exp(-z))
        L, psi, c = (-y * a.log() - (1 - y) * (1 - a).log()).sum(), (1 + z.exp()).log().sum(), 0
        assert_close(z.exp() / (1 + z.exp()), a)
    elif output == "softmax":
        a = z.exp() / z.exp().sum()
        L, psi, c = -(y * a.log()).sum(), z.exp().sum().log(), 0
        slopes = torch.stack([grad(each, z, retain_graph=True)[0] for each in a])
        assert_close(slopes, a[:, None] * (torch.eye(4) - a[None, :]))
        assert_close((-y / a) @ slopes, a - y)
    else:
        a, y = z, torch.tensor([0.3, -1.0, 2.0, 0.5])
        L, psi, c = ((a - y) ** 2).sum() / 2, (z**2).sum() / 2, (y**2).sum() / 2
    assert_close(L, psi - (y * z).sum() + c)
    assert_close(grad(psi, z, retain_graph=True)[0], a.detach())
    assert_close(grad(L, z)[0], (a - y).detach())
    net = DeepNetwork([2, len(z)], output=output)
    assert_close(net.output.losses(z[None], y[None])[0], L)
    assert_close(net.output.derivative(a[None], y[None])[0], a - y)


@checks(r"L = \tfrac12 (a - y)^2", r"dz = (a - y) a\,(1 - a)")
def test_squared_error_on_a_sigmoid() -> None:
    z, y = randn(4), torch.tensor([0.0, 1, 1, 0])
    a = torch.sigmoid(z)
    assert_close(grad(((a - y) ** 2).sum() / 2, z)[0], ((a - y) * a * (1 - a)).detach())


@checks(r"\frac{\partial a}{\partial s} = \min(0, z)", r"ds = \frac1m \sum_i \sum_j dA_{ij} \min(0, Z_{ij})")
def test_the_slope_of_leaky_relu() -> None:
    s, Z, dA = randn(1), randn(M, OUT, seed=2), randn(M, OUT, seed=3).detach()
    a = torch.where(Z > 0, Z, s * Z)
    assert_close(grad(a[0, 0], s, retain_graph=True)[0][0], Z[0, 0].clamp(max=0).detach())
    terms = [dA[i, j] * min(0.0, Z[i, j].item()) for i in range(M) for j in range(OUT)]
    assert_close(grad((dA * a).sum() / M, s)[0][0], sum(terms) / M)


@checks(
    r"f(x \pm \varepsilon) = f(x) \pm \varepsilon f'(x) + \tfrac12 \varepsilon^2 f''(x) "
    r"\pm \tfrac16 \varepsilon^3 f'''(x) + \dots",
    r"\frac{f(x + \varepsilon) - f(x - \varepsilon)}{2 \varepsilon} = f'(x) + \tfrac16 \varepsilon^2 f'''(x) + \dots",
    r"\frac{f(x + \varepsilon) - f(x)}{\varepsilon} = f'(x) + \tfrac12 \varepsilon f''(x) + \dots",
)
def test_the_error_of_differences() -> None:
    """For f = exp all derivatives are f. What the series leaves out is smaller than its last term by ε."""
    x, nudge = 0.3, 1e-3
    for e in (nudge, -nudge):
        series = exp(x) * (1 + e + e**2 / 2 + e**3 / 6)
        assert abs(exp(x + e) - series) < nudge * abs(exp(x) * e**3 / 6)
    two_sides = slope_from_both_sides(exp, x, nudge) - exp(x)
    assert two_sides == pytest.approx(exp(x) * nudge**2 / 6, rel=nudge)
    assert slope_by_nudge(exp, x, nudge) - exp(x) == pytest.approx(exp(x) * nudge / 2, rel=nudge)


@checks(
    r"E(\varepsilon) \approx \tfrac16 \varepsilon^2 \lvert f''' \rvert + \frac{u \lvert f \rvert}{\varepsilon}",
    r"\varepsilon^{*} = \Bigl( \frac{3 u \lvert f \rvert}{\lvert f''' \rvert} \Bigr)^{1/3}",
)
def test_the_best_nudge() -> None:
    """The estimate has its minimum at the nudge of the page, and bounds the measured error."""
    z, u = torch.tensor(1.0, requires_grad=True), torch.finfo(torch.float64).eps / 2
    f = softplus(z)
    derivatives = [f]
    for _ in range(3):
        derivatives += grad(derivatives[-1], z, create_graph=True)
    size, slope, third = f.item(), derivatives[1].item(), abs(derivatives[3].item())
    best = (3 * u * size / third) ** (1 / 3)

    def estimate(nudge: float) -> float:
        return nudge**2 * third / 6 + u * size / nudge

    assert estimate(best) < min(estimate(best * 1.01), estimate(best / 1.01))
    assert 1e-6 < best < 1e-4
    for nudge in (1e-2, 1e-3, best, 1e-7, 1e-9):
        measured = slope_from_both_sides(lambda each: softplus(torch.tensor(each)).item(), 1.0, nudge)
        assert abs(measured - slope) < 2 * estimate(nudge)


@pytest.fixture
def numbers() -> dict[str, Any]:
    """What the code of the page computes."""
    return runpy.run_path(str(DOCS / "code" / "derivation.py"))["numbers"]


def test_the_sentences_about_the_table_of_nudges_are_true(numbers: dict[str, Any]) -> None:
    smallest = numbers["two_sides"].index(min(numbers["two_sides"]))
    assert 10.0 ** -(smallest + 1) == pytest.approx(1e-5)
    assert 1e-12 < numbers["two_sides"][smallest] < 1e-10
    assert all(error > 1e-6 for error in numbers["float32"])
    assert numbers["float32"][4] > 1e6 * numbers["two_sides"][4]


def test_the_sentences_about_kink_and_saturation_are_true(numbers: dict[str, Any]) -> None:
    assert numbers["at_zero"] == pytest.approx(0.5)
    assert numbers["near_zero"] == pytest.approx((2.5 + 10) / 20)
    assert numbers["saturated"] == 0
    assert numbers["exact"] == pytest.approx(exp(-40))
