"""The forward pass is judged by an independent computation: which tensor is wrong, by which formula, and why.

A case is `place: code => tensor: words`. The code replaces what the place computes; the finding names the tensor and
says the words, where ` … ` stands between words that are apart.
"""

from dataclasses import replace

import pytest
import torch

from course_torch import DeepNetwork, compare_gradients
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.language import same
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.networks.calls.judged_forward import judged_forward
from tests.conftest import MakeProblem, Problem
from tests.verification.networks.calls.mistakes import DTYPES, by_code, of_linear, with_mistake


def finding_of(problem: Problem) -> FormulaFinding:
    """The finding, which the whole report must repeat."""
    torch.manual_seed(0)
    found = judged_forward(*problem).wrong
    torch.manual_seed(0)
    report = compare_gradients(*problem)
    assert found is not None
    assert not report.agrees
    assert report.forward == found
    assert str(report) == f"{found} (no gradient was judged: every judge needs a right forward pass)"
    assert "\n" not in str(report)
    return found


def assert_named(problem: Problem, expected: str) -> None:
    tensor, _, words = expected.partition(": ")
    found = finding_of(problem)
    assert found.tensor.en == tensor
    assert [part for part in words.split(" … ") if part not in str(found)] == [], str(found)


def cases(table: str) -> pytest.MarkDecorator:
    """One case a line."""
    lines = [line.split(" => ") for line in table.strip().splitlines()]
    split = [(*wrong.split(": ", 1), expected) for wrong, expected in lines]
    return pytest.mark.parametrize(("place", "code", "expected"), split, ids=[wrong for wrong, _ in lines])


@cases("""
linear: A @ W.T + 2 * b => Z[1]: b is added twice … computed by linear … The formula is Z = A_prev Wᵀ + b.
linear: A @ W.T - b => Z[1]: b is subtracted
linear: A @ W.T => Z[1]: b is not added
linear: -(A @ W.T + b) => Z[1]: a factor of -1 too many
linear: (A.float() @ W.float().T + b.float()).double() => Z[1]: precision is lost
linear: A @ W + b if len(W) == W.shape[1] else A @ W.T + b => Z[2]: W is not transposed
linear: A @ W.T + b + noise(A @ W.T) => Z[1]: ). No known mistake makes exactly this tensor
linear: A @ W + b => Z[1]: breaks off at Z[1]: linear(A_prev (7, 4), W (6, 4), b (1, 6)) raises RuntimeError:
linear: None => Z[1]: b (1, 6)) returns None (does it end with return?), expected a tensor of shape (7, 6)
linear: (A @ W.T + b).sum(dim=1) => Z[1]: returns a tensor of shape (7,), expected a tensor of shape (7, 6)
linear: addmm(b.add_(1), A, W.T) => Z[1]: b (1, 6)) changes b in place, expected a new tensor
tanh: sigmoid(Z) => A[1]: sigmoid is computed instead of g
tanh: Z.tanh() * 2 => A[1]: a factor of 2 too many
tanh: (2 * Z).tanh() => A[1]: Z is doubled or halved
tanh: (Z / 2).tanh() => A[1]: Z is doubled or halved
tanh: 1 - Z.tanh() ** 2 => A[1]: the derivative g'(Z) is computed
tanh: 1 / Z.tanh() => A[1]: the fraction is upside down
tanh: Z.float().tanh() => A[1]: dtype float32, expected float64 … precision is lost, a relative error of about 6e-08
tanh: Z.float().tanh().double() => A[1]: precision is lost
tanh: (Z.exp() + (-Z).exp()) / (Z.exp() - (-Z).exp()) => A[1]: the fraction is upside down
tanh: (Z.exp() - (-Z).exp()) / 2 => A[1]: the denominator is wrong
tanh: Z.exp() - (-Z).exp() => A[1]: the denominator is wrong
tanh: -Z.tanh() => A[1]: a factor of -1 too many: a minus sign is missing or too many
sigmoid: 1 / (1 + Z.exp()) => A[1]: g(-Z) is computed
sigmoid: 1 / (1 - (-Z).exp()) => A[1]: sigmoid is 1 / (1 + exp(-Z))
sigmoid: 1 + (-Z).exp() => A[1]: the fraction is upside down
sigmoid: Z.log() => A[1]: nan or inf
relu: Z.clamp(max=0) => A[1]: the two sides are swapped
relu: Z.abs() => A[1]: the absolute value of Z is taken
relu: (Z > 0).double() => A[1]: the derivative g'(Z) is computed
leaky_relu: where(Z > 0, slope * Z, Z) => A[1]: the two sides are swapped
leaky_relu: Z.relu() => A[1]: relu is computed instead of g
leaky_relu: where(Z > 0, Z, 0.5 * Z) => A[1]: another slope is used where Z ≤ 0: A is the slope times Z
leaky_relu: 2 * where(Z > 0, Z, slope * Z) => A[1]: a factor of 2 too many
output softmax: Z.softmax(dim=0) => A[2]: softmax runs along the examples
output softmax: Z.exp() => A[2]: exp(Z) is not divided by its sum
output softmax: Z.exp() / Z.exp().sum() => A[2]: divided by one sum over all examples
output softmax: sigmoid(Z) => A[2]: sigmoid is computed instead of g
output softmax: Z > 0 => A[2]: dtype bool, expected float64). Probably a comparison or a cast: keep the dtype of
output identity: -Z => A[2]: Probably a factor of -1 too many: a minus sign is missing or too many.
loss sigmoid: two_terms(Z, Y, 1, 0) => the losses L: the term (1 - Y) log(1 - A) is missing
loss sigmoid: two_terms(Z, Y, 0, 1) => the losses L: the term Y log A is missing
loss sigmoid: two_terms(Z, Y, 1, -1) => the losses L: one of the two terms has the wrong sign
loss sigmoid: two_terms(Z, Y, -1, -1) => the losses L: a factor of -1 too many: a minus sign
loss sigmoid: two_terms(Z, 1 - Y, 1, 1) => the losses L: log A and log(1 - A) are swapped
loss sigmoid: two_terms(Z, Y, 1, 1) / log(2) => the losses L: a logarithm to base 2
loss sigmoid: two_terms(Z, Y, 1, 1) / log(10) => the losses L: a logarithm to base 10
loss sigmoid: two_terms(Z, Y, 0.5, 0.5) => the losses L: a factor of 0.5 too many.
loss sigmoid: two_terms(Z, Y, 1, 1) / 3 => the losses L: the losses of the outputs are averaged, not summed
loss sigmoid: (Z.sigmoid() - Y).square().sum(dim=1) => the losses L: this is another loss
loss sigmoid: -(Y * (Z.sigmoid() + 1e-8).log() + (1 - Y) * (1 - Z.sigmoid() + 1e-8).log()).sum(dim=1) => the losses L: \
an epsilon is added inside a logarithm
loss sigmoid: 1 / 0 => the losses L: breaks off at the losses L … raises ZeroDivisionError
loss softmax: two_terms(Z, Y, 1, 1) => the losses L: this is another loss
loss softmax: -(Y * (Z.softmax(dim=1) + 1e-12).log()).sum(dim=1) => the losses L: an epsilon is added
loss softmax: -(Y * Z.softmax(dim=1)).sum(dim=1) => the losses L: the logarithm is missing
loss identity: (Z - Y).square().sum(dim=1) => the losses L: a factor of 2 too many: the ½ is missing
loss identity: (Z - Y).sum(dim=1) => the losses L: the square is missing
cost: losses.sum() / (m + 1) => J: divided by m + 1 instead of m (notes 1.2)
cost: losses.mean() * log(2, 3) => J: No known mistake makes exactly this tensor
cost: 2 * losses.mean() => J: a factor of 2 too many
cost: losses.mean() / 0 => J: J in the forward pass … No known mistake makes exactly this tensor
Output.cost: J / 2 => J: computed by Output.cost (not the tensor that the formulas give … 0.5 times the right one
input: X / 255 => the input X of layer 1: 0.003922 times the right one
input: X.float().double() => the input X of layer 1: nearly the right one
input: X + noise(X) => the input X of layer 1: No known mistake makes exactly this tensor
block: (g(Z), g(g(Z))) => Z[1]: computed by block or forward_propagation (not the tensor that the formulas give
block: (Z, 0.7 * g(Z)) => A[1]: 0.7 times the right one
block: (Z, g(Z).bfloat16().to(Z.dtype)) => A[1]: not the tensor that the formulas give
cache: cache.A.half().to(cache.A.dtype) => the input A[1] of layer 2: not the tensor that the formulas give
""")
def test_a_mistake_is_named(
    place: str, code: str, expected: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_named(with_mistake(place, code, make_problem, monkeypatch), expected)


@pytest.mark.parametrize("dtype", DTYPES)
@cases("""
cost: losses.sum() => J: the sum over the examples is not divided by m
cost: losses.sum() / m / m => J: divided by m twice
cost: losses.sum() / (m - 1) => J: divided by m - 1 instead of m
cost: -losses.sum() / m => J: the sign is turned around
cost: losses.exp().mean() => J: No known mistake makes exactly this tensor
cache: cache.Z => the input A[1] of layer 2: not the tensor that the formulas give
cache: 2 * cache.A => the input A[1] of layer 2: 2 times the right
cache: cache.A[:, :2] => the input A[1] of layer 2: No known mistake
""")
def test_a_mistake_is_named_in_every_dtype(
    place: str, code: str, expected: str, dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = with_mistake(place, code, make_problem, monkeypatch)
    assert_named((network.to(dtype), X.to(dtype), Y.to(dtype)), expected)


def test_a_wrong_tensor_of_a_network_with_one_layer_is_named(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches = DeepNetwork.caches
    monkeypatch.setattr(DeepNetwork, "caches", lambda self, X: [each._replace(A=each.Z) for each in caches(self, X)])
    assert_named(make_problem([4, 1], 12), "A[1]: not the tensor that the formulas give")


def test_a_wrong_cost_of_one_example_is_named(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """m - 1 is 0."""
    network, X, Y = with_mistake("cost", "-losses.mean()", make_problem, monkeypatch)
    assert_named((network, X[:1], Y[:1]), "J: the sign is turned around: J = (1/m) Σ L (notes 1.2)")


# b = 0


def test_a_bias_of_0_hides_no_mistake(monkeypatch: pytest.MonkeyPatch, generator: torch.Generator) -> None:
    """b starts at 0, so that 2 b makes the right Z."""
    network = DeepNetwork([2, 4, 1], "tanh", initialization="small", dtype=torch.float64, generator=generator)
    X = torch.randn(30, 2, dtype=torch.float64, generator=generator)
    of_linear("A @ W.T + 2 * b", monkeypatch)
    found = finding_of((network, X, (X[:, :1] > 0).double()))
    assert "b is added twice" in str(found)
    assert found.seen.en.endswith(", seen with random b")
    with torch.no_grad():
        network.layers[0].b.fill_(0.5)
    assert "random b" not in str(finding_of((network, X, (X[:, :1] > 0).double())))


# What nothing judges


def test_what_nothing_judges_is_named_with_the_reason_and_hides_no_mistake(make_problem: MakeProblem) -> None:
    """sine is an activation of the user's own, for which torch has no module."""
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    own = {"function": torch.sin, "derivative_by": torch.cos, "argument": "Z", "name": "sine", "module": None}
    network.hidden_activation = replace(network.hidden_activation, **own)
    report, why = compare_gradients(network, X, Y), "sine has no fitting module"
    assert report.agrees
    assert str(report) == (
        "all 12 tensors are equal, 2 more are not judged (judged: 12 by autograd, 12 by central differences, "
        f"7 as trained by J.backward(); not judged, because {why}: A[1], A[2])"
    )
    assert report.as_record()["not_judged"] == {"A[1]": why, "A[2]": why}
    network.output = replace(network.output, losses=by_code("two_terms(Z, Y, 0.5, 0.5)", "Z, Y"))
    wrong = compare_gradients(network, X, Y)
    assert wrong.forward.tensor.en == "the losses L"
    assert str(wrong).endswith(f"a right forward pass; not judged, because {why}: A[1], A[2])")


HIDDEN, INFINITE = "rounding errors in this dtype hide it", "the right numbers are not finite"


@pytest.mark.parametrize(
    ("X", "dtype", "unjudged"),
    [
        ([1000, 1004], torch.bfloat16, {"Z[1]": HIDDEN}),
        ([1e200, 1], torch.float64, {"the losses L": INFINITE, "J": INFINITE}),
    ],
)
def test_numbers_that_prove_nothing_are_not_judged(X: list, dtype: torch.dtype, unjudged: dict) -> None:
    """Z = X₁ - X₂ is 4 of 1000 in bfloat16, where 4 are lost; and (10²⁰⁰)² is too large for float64."""
    network = DeepNetwork([2, 1], output="identity", dtype=dtype)
    with torch.no_grad():
        network.layers[0].W.copy_(torch.tensor([[1, -1]]))
    judged = judged_forward(network, torch.tensor([X], dtype=dtype), torch.ones(1, 1, dtype=dtype), 0)
    assert judged.wrong is None
    assert {name.en: why.en for name, why in judged.unjudged.items()} == unjudged


def test_the_record_holds_plain_values() -> None:
    found = FormulaFinding(
        same("J"), "cost", same("off"), sentences=(same("the sign is turned"),), right=same("J = (1/m) Σ L")
    )
    assert found.as_record() == {
        "tensor": "J",
        "formula": "cost",
        "symptom": "off",
        "sentences": ["the sign is turned"],
        "breaks_off": False,
    }


# A right forward pass has no finding, however it is written; a wrong loss is found, however small it is


@pytest.mark.sweep(27)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [0.01, 1, 30])
def test_a_right_forward_pass_has_no_finding(
    activation: str, output: str, dtype: torch.dtype, scale: float, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([50, 6, 4, 3], 40, hidden_activation=activation, output=output)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.mul_(scale)
    assert judged_forward(network.to(dtype), X.to(dtype), Y.to(dtype)).wrong is None
    if output != "identity":  # its labels are no whole numbers
        assert judged_forward(network, X.to(dtype), Y.to(torch.int16)).wrong is None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("scale", [255, 1e4])
def test_large_numbers_raise_no_alarm(
    scale: float, output: str, dtype: torch.dtype, generator: torch.Generator, make_problem: MakeProblem
) -> None:
    """Probabilities underflow to 0, and exp and log lose what large Z have too many digits for."""
    for m in (1, 300):
        network, X, Y = make_problem([50, 6, 5], m, hidden_activation="relu", output=output)
        X = scale * torch.randn(m, 50, dtype=torch.float64, generator=generator)
        assert judged_forward(network.to(dtype), X.to(dtype), Y.to(dtype)).wrong is None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [1e-3, 1])
def test_right_formulas_that_are_written_otherwise_raise_no_alarm(
    scale: float, dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], 40, hidden_activation="tanh")
    tanh = by_code("(Z.exp() - (-Z).exp()) / (Z.exp() + (-Z).exp())", "Z")
    network.hidden_activation = replace(network.hidden_activation, function=tanh)
    written = {"value": by_code("1 / (1 + (-Z).exp())", "Z"), "losses": by_code("two_terms(Z, Y, 1, 1)", "Z, Y")}
    network.output = replace(network.output, **written)
    of_linear("A @ W.T + b", monkeypatch)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.mul_(scale)
            layer.b.mul_(scale)
    assert judged_forward(network.to(dtype), X.to(dtype), Y.to(dtype)).wrong is None


def sure(size: float, dtype: torch.dtype, loss: str) -> Problem:
    """A network whose Z is X: about `size`, and on the side of the label for nine of ten examples."""
    network = DeepNetwork([1, 1], dtype=dtype)
    with torch.no_grad():
        network.layers[0].W.fill_(1)
    Y = (torch.arange(100) % 2).reshape(-1, 1)
    side = torch.where(torch.arange(100) % 10 < 9, 1, -1).reshape(-1, 1) * (2 * Y - 1)
    network.output = replace(network.output, losses=by_code(loss, "Z, Y"))
    return network, (size * side * torch.linspace(0.8, 1.2, 100).reshape(-1, 1)).to(dtype), Y.to(dtype)


@pytest.mark.parametrize(("dtype", "size"), [(torch.bfloat16, 3), (torch.float32, 12), (torch.float64, 20)])
@pytest.mark.parametrize(
    "loss",
    [
        "2 * right_loss(Z, Y)",
        "-right_loss(Z, Y)",
        "right_loss(Z, zeros_like(Y)) * (1 - Y[:, 0])",
        "right_loss(Z, ones_like(Y)) * Y[:, 0]",
        "(Z.sigmoid() - Y).square().sum(dim=1)",
    ],
)
def test_a_wrong_loss_of_sure_predictions_is_found(loss: str, dtype: torch.dtype, size: float) -> None:
    found = judged_forward(*sure(size, dtype, loss)).wrong
    assert found.tensor.en == "the losses L"
    assert judged_forward(*sure(size, dtype, "right_loss(Z, Y)")).wrong is None


@pytest.mark.parametrize(("dtype", "size"), [(torch.bfloat16, 3), (torch.float32, 12), (torch.float64, 12)])
@pytest.mark.parametrize(
    "loss",
    [
        "-(Y * Z.sigmoid().log() + (1 - Y) * (1 - Z.sigmoid()).log()).sum(dim=1)",
        "(softplus(Z) - Y * Z).sum(dim=1)",
        "(Z.clamp(min=0) - Y * Z + (1 + (-Z.abs()).exp()).log()).sum(dim=1)",
    ],
)
def test_a_right_loss_of_sure_predictions_raises_no_alarm(loss: str, dtype: torch.dtype, size: float) -> None:
    """torch's softplus is Z from Z = 20 on, which loses digits in float64."""
    assert judged_forward(*sure(size, dtype, loss)).wrong is None
