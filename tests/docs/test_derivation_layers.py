"""The derivation's formulas of units, layers and networks hold in float64, by autograd."""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.autograd import grad
from torch.testing import assert_close

from course_torch import DeepNetwork, gradient_descent
from course_torch.formulas.average import average
from tests.docs.page import evaluate
from tests.docs.statements import checks, evaluates, randn

M, OUT, IN = 5, 2, 3
"""Examples, units and inputs of a layer: three sizes, so that a wrong transpose does not run."""
PROSE = {r"A_{\text{prev}}": "A_prev", r"^\top": "ᵀ", r"\tfrac1m ": "(1/m) ", r"\sum_i dZ^{(i)}": "Σ_i dZ"}
"""KaTeX -> the notation that tests/docs/page.py evaluates."""

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


@evaluates(r"z_j = \sum_k w_{jk} a_k + b_j", r"dw_{jk} = dz_j a_k", r"db_j = dz_j", r"da_k = \sum_j dz_j w_{jk}")
def test_a_layer_for_one_example(statement: str) -> None:
    layer = Layer(1)
    values = {"w": layer.W, "a": layer.A_prev[0], "b": layer.b, "dz": layer.dZ[0], "z": layer.Z[0]}
    values |= {"dw": layer.dW, "db": layer.db, "da": layer.dA_prev[0]}
    name, value = sum_over_indices(statement, values)
    assert_close(value, values[name])


@evaluates(
    r"Z_{ij} = \sum_k A_{ik} W_{jk} + b_j",
    r"dW_{jk} = \frac1m \sum_i dZ_{ij} A_{ik}",
    r"dA_{ik} = \sum_j dZ_{ij} W_{jk}",
)
def test_a_layer_for_m_examples(statement: str) -> None:
    layer = Layer(M)
    values = {"A": layer.A_prev, "W": layer.W, "b": layer.b, "dZ": layer.dZ, "Z": layer.Z}
    values |= {"dW": layer.dW, "dA": layer.dA_prev}
    name, value = sum_over_indices(statement, values)
    assert_close(value, values[name])


def in_layout(statement: str, layer: Layer, turn: Callable[[Tensor], Tensor], axis: int) -> None:
    """Evaluate a statement for examples along this axis, and compare it with autograd."""
    for tex, plain in PROSE.items():
        statement = statement.replace(tex, plain)
    name, formula = statement.split(" = ")
    tensors = {each: turn(getattr(layer, each)) for each in ("A_prev", "Z", "dZ", "dA_prev")}
    tensors |= {"W": layer.W, "dW": layer.dW, "b": turn(layer.b[None]), "db": turn(layer.db[None])}
    arrays = {each: tensor.detach().numpy() for each, tensor in tensors.items()} | {"m": M}
    assert_close(torch.tensor(evaluate(formula, arrays, axis)), tensors[name].detach())


@evaluates(
    r"Z = A_{\text{prev}} W^\top + b",
    r"dW = \tfrac1m dZ^\top A_{\text{prev}}",
    r"dA_{\text{prev}} = dZ W",
    r"db = \tfrac1m \sum_i dZ^{(i)}",
)
def test_the_layer_for_examples_as_rows(statement: str) -> None:
    in_layout(statement, Layer(M), lambda tensor: tensor, axis=0)


@evaluates(
    r"Z = W A_{\text{prev}} + b",
    r"dW = \tfrac1m dZ A_{\text{prev}}^\top",
    r"dA_{\text{prev}} = W^\top dZ",
    r"db = \tfrac1m \sum_i dZ^{(i)}",
)
def test_the_layer_for_examples_as_columns(statement: str) -> None:
    in_layout(statement, Layer(M), lambda tensor: tensor.T, axis=1)


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


@pytest.mark.parametrize(
    ("method", "module", "divided"),
    [
        ("backward", "course_torch.network.autograd_bridge", [1.0]),
        ("plain", "course_torch.network.fast_descent", []),
        ("fused", "course_torch.network.fast_descent", [0.5]),
        ("gram", "course_torch.network.fast_descent", [0.5]),
    ],
)
def test_each_way_to_train_divides_by_m_where_the_page_says(
    deep: tuple[DeepNetwork, Tensor, Tensor],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    module: str,
    divided: list[float],
) -> None:
    """The bridge divides dJ = 1, the fast loops divide α = 0.5, and neither divides anything else."""
    net, X, Y = deep
    calls: list[float] = []

    def recorded(total: float | Tensor, m: float) -> float | Tensor:
        assert m == M
        calls.append(float(total))
        return average(total, m)

    monkeypatch.setattr(f"{module}.average", recorded)
    if method == "backward":
        net.cost(X, Y).backward()
    else:
        gradient_descent(net, X, Y, learning_rate=0.5, iterations=2, record_every=10, method=method)
    assert calls == divided
