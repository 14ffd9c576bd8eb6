"""The derivation: each statement of the page has a check, which evaluates it or proves it by autograd, in float64."""

import re
import runpy
from collections.abc import Callable
from math import exp

import pytest
import torch
from torch import Tensor
from torch.autograd import grad
from torch.nn.functional import softplus
from torch.testing import assert_close

from course_torch import DeepNetwork, gradient_descent
from course_torch.formulas.average import average
from course_torch.formulas.computation_graph import slope_by_nudge, slope_from_both_sides
from tests.docs.texts import DOCS, displayed_formulas, evaluate, text_of

CLAIMED: set[str] = set()
"""The statements that a test checks."""


def checks(*statements: str) -> Callable[[Callable], Callable]:
    """Mark the statements of a page that a test checks."""
    CLAIMED.update(statements)
    return lambda test: test


def evaluates(*statements: str) -> pytest.MarkDecorator:
    """Give the statements to a test that evaluates them as they stand on the page."""
    CLAIMED.update(statements)
    return pytest.mark.parametrize("statement", statements)


def statements_of(formula: str) -> list[str]:
    """The statements of a formula, each with its equals sign, without what only arranges them."""
    text = re.sub(r"\\\\\n&", "", formula)  # a statement of two lines goes on with & in the second
    text = re.sub(r"\\(?:begin|end)\{aligned\}|\\textstyle|\\[,!](?=\s)", "", text)
    parts = re.split(r",?\s*(?:\\qquad|\\\\(?:\[1ex\])?(?=\n)|, & |$)", text)
    return [" ".join(part.replace("&", "").split()) for part in parts if part.strip()]


def randn(*shape: int, seed: int = 1) -> Tensor:
    """Random numbers of order 1 by which autograd can differentiate."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).requires_grad_()


M, OUT, IN = 5, 2, 3
"""Examples, units and inputs of a layer: three sizes, so that a wrong transpose does not run."""
PROSE = {r"A_{\text{prev}}": "A_prev", r"^\top": "ᵀ", r"\tfrac1m ": "(1/m) ", r"\sum_i dZ^{(i)}": "Σ_i dZ"}
"""KaTeX -> the notation that tests/docs/texts.py evaluates."""

pytestmark = pytest.mark.usefixtures("float64")


class Layer:
    """A layer with the losses L_i = Σ_j c_ij tanh(z_ij), so that dA = c. Derivatives are autograd's."""

    def __init__(self, m: int) -> None:
        self.A_prev, self.W, self.b, self.dA = randn(m, IN), randn(OUT, IN, seed=2), randn(OUT, seed=3), randn(m, OUT)
        self.Z = torch.stack([self.A_prev @ row + b for row, b in zip(self.W, self.b, strict=True)], dim=1)
        losses = (self.dA.detach() * torch.tanh(self.Z)).sum(dim=1)
        self.dZ, self.dA_prev = grad(losses.sum(), (self.Z, self.A_prev), retain_graph=True)
        self.dW, self.db = grad(losses.sum() / m, (self.W, self.b))


def sum_over_indices(statement: str, values: dict[str, Tensor]) -> tuple[str, Tensor]:
    """The name on the left, and the value of a sum of products with indices, such as \\sum_i dZ_{ij} A_{ik}."""
    left, right = re.sub(r"\\sum_\w", "", statement).split(" = ")
    name, out = re.findall(r"(\w+)_\{?(\w+)\}?", left)[0]
    product, _, bias = right.partition(" + ")
    factors = re.findall(r"(\w+)_\{?(\w+)\}?", product)
    value = torch.einsum(f"{','.join(each for _, each in factors)}->{out}", *(values[each] for each, _ in factors))
    return name, (value / M if r"\frac1m" in right else value) + (values["b"] if bias else 0)


@evaluates(
    *(r"z_j = \sum_k w_{jk} a_k + b_j", r"dw_{jk} = dz_j a_k", r"db_j = dz_j", r"da_k = \sum_j dz_j w_{jk}"),
    r"Z_{ij} = \sum_k A_{ik} W_{jk} + b_j",
    r"dW_{jk} = \frac1m \sum_i dZ_{ij} A_{ik}",
    r"dA_{ik} = \sum_j dZ_{ij} W_{jk}",
)
def test_a_layer_for_one_example_and_for_m(statement: str) -> None:
    """Small letters are those of one example."""
    layer, one = Layer(M), Layer(1)
    values = {"A": layer.A_prev, "W": layer.W, "b": layer.b, "dZ": layer.dZ, "Z": layer.Z}
    values |= {"dW": layer.dW, "dA": layer.dA_prev, "w": one.W, "a": one.A_prev[0], "dz": one.dZ[0], "z": one.Z[0]}
    values |= {"dw": one.dW, "db": one.db, "da": one.dA_prev[0]}
    name, value = sum_over_indices(statement, values)
    assert_close(value, values[name])


def layouts(**statements: list[str]) -> pytest.MarkDecorator:
    """The statements for examples as rows and for examples as columns."""
    CLAIMED.update(*statements.values())
    pairs = [(layout, statement) for layout, found in statements.items() for statement in found]
    return pytest.mark.parametrize(("layout", "statement"), pairs)


SHARED = r"db = \tfrac1m \sum_i dZ^{(i)}"


@layouts(
    rows=[
        r"Z = A_{\text{prev}} W^\top + b",
        r"dW = \tfrac1m dZ^\top A_{\text{prev}}",
        r"dA_{\text{prev}} = dZ W",
        SHARED,
    ],
    columns=[
        r"Z = W A_{\text{prev}} + b",
        r"dW = \tfrac1m dZ A_{\text{prev}}^\top",
        r"dA_{\text{prev}} = W^\top dZ",
        SHARED,
    ],
)
def test_the_layer_in_both_layouts(layout: str, statement: str) -> None:
    layer = Layer(M)
    for tex, plain in PROSE.items():
        statement = statement.replace(tex, plain)
    name, formula = statement.split(" = ")
    tensors = {name: getattr(layer, name) for name in ("A_prev", "Z", "dZ", "dA_prev")}
    tensors |= {"b": layer.b[None], "db": layer.db[None]}
    if layout == "columns":
        tensors = {name: tensor.T for name, tensor in tensors.items()}
    tensors |= {"W": layer.W, "dW": layer.dW}
    arrays = {name: tensor.detach().numpy() for name, tensor in tensors.items()} | {"m": M}
    assert_close(torch.tensor(evaluate(formula, arrays, int(layout == "columns"))), tensors[name].detach())


@checks(
    r"\frac{\partial L}{\partial a} = \sum_j \frac{\partial L}{\partial z_j} \frac{\partial z_j}{\partial a}",
    r"z = \sum_k w_k a_k + b",
    r"a = g(z)",
    r"dz = da \cdot g'(z)",
    r"dw_k = dz a_k",
    r"db = dz",
    r"da_k = dz w_k",
)
def test_a_unit() -> None:
    w, inputs, b = randn(IN), randn(IN, seed=2), randn(1, seed=3)[0]
    z = sum(w[k] * inputs[k] for k in range(IN)) + b
    a = torch.tanh(z)
    L = a**3  # any loss
    da, dz, dw, db, d_inputs = grad(L, (a, z, w, b, inputs))
    assert_close(dz, da * (1 - a**2))
    assert_close(dw, dz * inputs)
    assert_close(db, dz)
    assert_close(d_inputs, dz * w)
    each_z = [inputs[0] * weight for weight in w]
    L = sum(torch.sin(each) * (j + 1) for j, each in enumerate(each_z))
    products = [grad(L, each, retain_graph=True)[0] * grad(each, inputs, retain_graph=True)[0] for each in each_z]
    assert_close(grad(L, inputs)[0], sum(products))


@pytest.fixture
def deep() -> tuple[DeepNetwork, Tensor, Tensor]:
    """A network of three layers and five examples, whose gradients are of order 1."""
    net = DeepNetwork([4, 3, 2, 1], "tanh", generator=torch.Generator().manual_seed(1))
    return net, randn(M, 4).detach(), torch.tensor([[1.0], [0.0], [1.0], [1.0], [0.0]])


@checks(
    r"\frac{\partial J}{\partial W_{jk}} = \frac1m \sum_i \frac{\partial L_i}{\partial W_{jk}}",
    r"\frac{\partial J}{\partial Z_{ij}} = \frac1m \frac{\partial L_i}{\partial Z_{ij}} = \frac1m dZ_{ij}",
    r"dZ^{[L]} = A^{[L]} - Y",
    r"dZ^{[L]} = \tfrac1m \bigl(A^{[L]} - Y\bigr)",
    r"dW = dZ^\top A_{\text{prev}}",
)
def test_both_bookkeepings(deep: tuple[DeepNetwork, Tensor, Tensor]) -> None:
    net, X, Y = deep
    *_, last = net.caches(X)
    W, Z = net.layers[-1].W, last.Z
    L = -(Y * torch.log(torch.sigmoid(Z)) + (1 - Y) * torch.log(1 - torch.sigmoid(Z)))[:, 0]
    dW, dZ_of_J = grad(L.mean(), (W, Z), retain_graph=True)
    assert_close(dW, sum(grad(L[i], W, retain_graph=True)[0] for i in range(M)) / M)
    dZ = torch.stack([grad(L[i], Z, retain_graph=True)[0][i] for i in range(M)])
    assert_close(dZ_of_J, dZ / M)
    assert_close(dZ, last.A - Y)
    assert_close(dZ_of_J, (last.A - Y) / M)
    assert_close(dW, dZ_of_J.T @ last.A_prev)


@checks(
    r"dA^{[l-1]} = dZ^{[l]} W^{[l]}",
    r"dZ^{[l-1]} = dA^{[l-1]} * g'\bigl(Z^{[l-1]}\bigr)",
    r"dz^{[1]} = dz^{[L]} W^{[L]} D^{[L-1]} W^{[L-1]} \cdots W^{[2]} D^{[1]}",
)
def test_the_recursion(deep: tuple[DeepNetwork, Tensor, Tensor]) -> None:
    net, X, Y = deep
    caches = net.caches(X)
    tensors = [tensor for cache in caches for tensor in (cache.Z, cache.A)]
    *others, _ = grad(net.output.losses(caches[-1].Z, Y).sum(), tensors, allow_unused=True)
    dZ, dA = others[::2], others[1::2]
    for l in (3, 2):  # index l - 1 is layer l
        assert_close(dA[l - 2], dZ[l - 1] @ net.layers[l - 1].W)
        assert_close(dZ[l - 2], dA[l - 2] * (1 - caches[l - 2].A ** 2))
    D = [torch.diag(1 - cache.A[0] ** 2) for cache in caches]
    assert_close(dZ[0][:1], dZ[2][:1] @ net.layers[2].W @ D[1] @ net.layers[1].W @ D[0])


@pytest.mark.parametrize(("method", "divided"), [("backward", [1.0]), ("plain", []), ("fused", [0.5]), ("gram", [0.5])])
def test_each_way_to_train_divides_by_m_where_the_page_says(
    deep: tuple[DeepNetwork, Tensor, Tensor], monkeypatch: pytest.MonkeyPatch, method: str, divided: list[float]
) -> None:
    """The bridge divides dJ = 1, the fast loops divide α = 0.5, and neither divides anything else."""
    net, X, Y = deep
    calls: list[float] = []

    def recorded(total: float | Tensor, m: float) -> float | Tensor:
        assert m == M
        calls.append(float(total))
        return average(total, m)

    module = "autograd_bridge" if method == "backward" else "fast_descent"
    monkeypatch.setattr(f"course_torch.network.{module}.average", recorded)
    if method == "backward":
        net.cost(X, Y).backward()
    else:
        gradient_descent(net, X, Y, learning_rate=0.5, iterations=2, record_every=10, method=method)
    assert calls == divided


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


def test_the_sentences_about_nudges_kink_and_saturation_are_true() -> None:
    numbers = runpy.run_path(str(DOCS / "code" / "derivation.py"))["numbers"]
    smallest = numbers["two_sides"].index(min(numbers["two_sides"]))
    assert 10.0 ** -(smallest + 1) == pytest.approx(1e-5)
    assert 1e-12 < numbers["two_sides"][smallest] < 1e-10
    assert all(error > 1e-6 for error in numbers["float32"])
    assert numbers["float32"][4] > 1e6 * numbers["two_sides"][4]
    assert numbers["at_zero"] == pytest.approx(0.5)
    assert numbers["near_zero"] == pytest.approx((2.5 + 10) / 20)
    assert numbers["saturated"] == 0
    assert numbers["exact"] == pytest.approx(exp(-40))
