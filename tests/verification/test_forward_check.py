"""The forward pass is judged by an independent computation: which tensor is wrong, by which formula, and why."""

from collections.abc import Callable
from dataclasses import replace
from math import log

import pytest
import torch
from torch import Tensor, nn

from course_torch import DeepNetwork, compare_gradients
from course_torch.formulas import layers
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.output import Output
from course_torch.language import Text, same
from course_torch.verification.forward_check import is_same, wrong_forward
from course_torch.verification.pass_failure import Finding
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]
OUTPUTS = ("sigmoid", "softmax", "identity")


def with_linear(wrong: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    def linear(A_prev: Tensor, W: Tensor, b: Tensor) -> object:
        """Z = A_prev Wᵀ + b: the linear step."""
        return wrong(A_prev, W, b)

    for module in ("formulas.layers", "network.propagation"):
        monkeypatch.setattr(f"course_torch.{module}.linear", linear)


def finding_of(problem: Problem) -> Finding:
    """The finding, which the whole report must repeat."""
    found, report = wrong_forward(*problem), compare_gradients(*problem)
    assert found is not None
    assert not report.agrees
    assert report.forward == found
    assert str(report) == f"{found} (no gradient was judged: every judge needs a right forward pass)"
    assert "\n" not in str(report)
    return found


def assert_named(problem: Problem, tensor: str, sentence: str) -> None:
    """The finding names this tensor, and says this of it."""
    found = finding_of(problem)
    assert found.tensor.en == tensor
    assert sentence in str(found)


@pytest.mark.sweep(27)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("scale", [0.01, 1, 30])
def test_a_right_forward_pass_has_no_finding(
    activation: str, output: str, dtype: torch.dtype, scale: float, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([50, 6, 4, 3], 40, hidden_activation=activation, output=output)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.mul_(scale)
    assert wrong_forward(network.to(dtype), X.to(dtype), Y.to(dtype)) is None
    if output != "identity":  # its labels are no whole numbers
        assert wrong_forward(network, X.to(dtype), Y.to(torch.int16)) is None


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("scale", [255, 1e4])
def test_large_numbers_raise_no_alarm(
    scale: float, output: str, dtype: torch.dtype, generator: torch.Generator, make_problem: MakeProblem
) -> None:
    """Probabilities underflow to 0, and exp and log lose what large Z have too many digits for."""
    for m in (1, 300):
        network, X, Y = make_problem([50, 6, 5], m, hidden_activation="relu", output=output)
        X = scale * torch.randn(m, 50, dtype=torch.float64, generator=generator)
        assert wrong_forward(network.to(dtype), X.to(dtype), Y.to(dtype)) is None


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("scale", [1e-3, 1])
def test_right_formulas_that_are_written_otherwise_raise_no_alarm(
    scale: float, dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], 40, hidden_activation="tanh")
    network.hidden_activation = replace(
        network.hidden_activation, function=lambda Z: (Z.exp() - (-Z).exp()) / (Z.exp() + (-Z).exp())
    )
    network.output = replace(
        network.output, value=lambda Z: 1 / (1 + (-Z).exp()), losses=lambda Z, Y: two_terms(Z, Y, 1, 1)
    )
    with_linear(lambda A, W, b: A @ W.T + b, monkeypatch)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.mul_(scale)
            layer.b.mul_(scale)
    assert wrong_forward(network.to(dtype), X.to(dtype), Y.to(dtype)) is None


LINEAR = [
    (lambda A, W, b: A @ W.T + 2 * b, "b is added twice"),
    (lambda A, W, b: A @ W.T - b, "b is subtracted"),
    (lambda A, W, b: A @ W.T, "b is not added"),
    (lambda A, W, b: A @ W.T + 3 * b, "b is multiplied by 3"),
    (lambda A, W, b: 0.5 * A @ W.T + b, "A_prev Wᵀ is multiplied by 0.5"),
    (lambda A, W, b: -(A @ W.T + b), "every number is -1 times the right one"),
    (lambda A, W, b: (A.float() @ W.float().T + b.float()).double(), "precision is lost"),
]


@pytest.mark.parametrize(("wrong", "sentence"), LINEAR)
def test_a_wrong_linear_step_is_named(
    wrong: Callable[..., object], sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    with_linear(wrong, monkeypatch)
    found = finding_of(problem)
    assert (found.tensor.en, found.formula) == ("Z[1]", "linear")
    assert sentence in str(found)
    assert "The formula is Z = A_prev Wᵀ + b." in str(found)


def test_a_bias_of_0_hides_no_mistake(monkeypatch: pytest.MonkeyPatch, generator: torch.Generator) -> None:
    """b starts at 0, so that 2 b makes the right Z."""
    network = DeepNetwork([2, 4, 1], "tanh", initialization="small", dtype=torch.float64, generator=generator)
    X = torch.randn(30, 2, dtype=torch.float64, generator=generator)
    with_linear(lambda A, W, b: A @ W.T + 2 * b, monkeypatch)
    found = finding_of((network, X, (X[:, :1] > 0).double()))
    assert "b is added twice" in str(found)
    assert found.seen.en.endswith(", seen with random b")
    with torch.no_grad():
        network.layers[0].b.fill_(0.5)
    assert "random b" not in str(finding_of((network, X, (X[:, :1] > 0).double())))


def test_a_square_W_that_is_not_transposed_is_named(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    with_linear(lambda A, W, b: A @ W + b if len(W) == W.shape[1] else A @ W.T + b, monkeypatch)
    assert_named(make_problem([4, 3, 3, 1], hidden_activation="tanh"), "Z[2]", "W is not transposed")


VALUES = [
    ("tanh", torch.sigmoid, "sigmoid is computed instead of g"),
    ("tanh", lambda Z: Z, "identity is computed instead of g"),
    ("tanh", lambda Z: torch.tanh(2 * Z), "Z is doubled or halved"),
    ("tanh", lambda Z: 1 - torch.tanh(Z) ** 2, "the derivative g'(Z) is computed"),
    ("tanh", lambda Z: 1 / torch.tanh(Z), "the fraction is upside down"),
    ("tanh", lambda Z: torch.tanh(Z.float()), "precision is lost, a relative error of about 6e-08"),
    ("tanh", lambda Z: torch.tanh(Z.float()).double(), "precision is lost"),
    ("tanh", lambda Z: (Z.exp() + (-Z).exp()) / (Z.exp() - (-Z).exp()), "the fraction is upside down"),
    ("tanh", lambda Z: (Z.exp() - (-Z).exp()) / 2, "the denominator is wrong"),
    ("tanh", lambda Z: Z.exp() - (-Z).exp(), "the denominator is wrong"),
    ("sigmoid", lambda Z: 1 / (1 + Z.exp()), "g(-Z) is computed"),
    ("sigmoid", lambda Z: 1 / (1 - (-Z).exp()), "sigmoid is 1 / (1 + exp(-Z))"),
    ("sigmoid", lambda Z: 1 + (-Z).exp(), "the fraction is upside down"),
    ("relu", lambda Z: Z.clamp(max=0), "the two sides are swapped"),
    ("leaky_relu", lambda Z, slope: torch.where(Z > 0, slope * Z, Z), "the two sides are swapped"),
    ("leaky_relu", lambda Z, slope: torch.relu(Z), "relu is computed instead of g"),
    (
        "leaky_relu",
        lambda Z, slope: torch.where(Z > 0, Z, 0.5 * Z),
        "another slope is used where Z ≤ 0: A is the slope times Z",
    ),
    ("tanh", lambda Z: torch.tanh(0.5 * Z), "Z is doubled or halved"),
    ("relu", torch.abs, "the absolute value of Z is taken"),
    ("relu", lambda Z: (Z > 0).double(), "the derivative g'(Z) is computed"),
    ("sigmoid", lambda Z: Z.log(), "nan or inf"),
    ("tanh", lambda Z: -torch.tanh(Z), "every number is -1 times the right one: a minus sign is missing or too many"),
    ("tanh", lambda Z: torch.tanh(-Z), "every number is -1 times the right one: a minus sign is missing or too many"),
    ("relu", lambda Z: 2 * torch.relu(Z), "every number is 2 times the right one"),
    ("relu", lambda Z: torch.relu(Z) / 2, "every number is 0.5 times the right one"),
    ("leaky_relu", lambda Z, slope: 2 * torch.where(Z > 0, Z, slope * Z), "every number is 2 times the right one"),
]


@pytest.mark.parametrize(("activation", "wrong", "sentence"), VALUES)
def test_a_wrong_activation_is_named(
    activation: str, wrong: Callable[[Tensor], Tensor], sentence: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation=activation)
    network.hidden_activation = replace(network.hidden_activation, function=wrong)
    assert_named((network, X, Y), "A[1]", sentence)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda Z: Z.softmax(dim=0), "softmax runs along the examples"),
        (lambda Z: Z.exp(), "exp(Z) is not divided by its sum"),
        (lambda Z: Z.exp() / Z.exp().sum(), "divided by one sum over all examples"),
        (torch.sigmoid, "sigmoid is computed instead of g"),
        (lambda Z: Z > 0, "dtype bool, expected float64). Probably a comparison or a mask is returned"),
        (lambda Z: Z.softmax(dim=1).to(torch.complex128), "Probably keep the dtype of the arguments"),
        (lambda Z: Z.softmax(dim=1).to(torch.complex64), "precision is lost, a relative error of about 6e-08"),
        (lambda Z: Z.softmax(dim=1).long(), "the numbers were rounded to whole numbers"),
    ],
)
def test_a_wrong_output_is_named(wrong: Callable[[Tensor], Tensor], sentence: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3], output="softmax")
    network.output = replace(network.output, value=wrong)
    assert_named((network, X, Y), "A[2]", sentence)


def test_a_minus_sign_of_identity_is_no_sign_of_an_exponent(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3], output="identity")
    network.output = replace(network.output, value=torch.neg)
    found = finding_of((network, X, Y))
    assert [each.en for each in found.sentences] == [
        "every number is -1 times the right one: a minus sign is missing or too many"
    ]


def two_terms(Z: Tensor, Y: Tensor, ones: float, zeros: float) -> Tensor:
    A = 1 / (1 + (-Z).exp())
    return -(ones * Y * A.log() + zeros * (1 - Y) * (1 - A).log()).sum(dim=1)


def with_epsilon(Z: Tensor, Y: Tensor) -> Tensor:
    A = Z.sigmoid()
    return -(Y * (A + 1e-8).log() + (1 - Y) * (1 - A + 1e-8).log()).sum(dim=1)


LOSSES = [
    ("sigmoid", lambda Z, Y: two_terms(Z, Y, 1, 0), "the term (1 - Y) log(1 - A) is missing"),
    ("sigmoid", lambda Z, Y: two_terms(Z, Y, 0, 1), "the term Y log A is missing"),
    ("sigmoid", lambda Z, Y: two_terms(Z, Y, 1, -1), "one of the two terms has the wrong sign"),
    ("sigmoid", lambda Z, Y: two_terms(Z, Y, -1, -1), "every number is -1 times the right one: a minus sign"),
    ("sigmoid", lambda Z, Y: two_terms(Z, 1 - Y, 1, 1), "log A and log(1 - A) are swapped"),
    ("sigmoid", lambda Z, Y: two_terms(Z, Y, 1, 1) / log(2), "a logarithm to base 2"),
    ("sigmoid", lambda Z, Y: two_terms(Z, Y, 0.5, 0.5), "every number is 0.5 times the right one"),
    ("sigmoid", lambda Z, Y: two_terms(Z, Y, 1, 1) / 3, "averaged, not summed"),
    ("sigmoid", lambda Z, Y: (Z.sigmoid() - Y).square().sum(dim=1), "this is another loss"),
    ("softmax", lambda Z, Y: two_terms(Z, Y, 1, 1), "this is another loss"),
    ("softmax", lambda Z, Y: -(Y * (Z.softmax(dim=1) + 1e-12).log()).sum(dim=1), "an epsilon is added"),
    ("sigmoid", lambda Z, Y: with_epsilon(Z, Y), "an epsilon is added inside a logarithm"),
    (
        "softmax",
        lambda Z, Y: -(Y * (Z.softmax(dim=1) + 0.02).log()).sum(dim=1),
        "0.02 is added to A inside the logarithm",
    ),
    ("softmax", lambda Z, Y: -(Y * Z.softmax(dim=1)).sum(dim=1), "the logarithm is missing"),
    ("identity", lambda Z, Y: (Z - Y).square().sum(dim=1), "every number is 2 times the right one: the ½ is missing"),
    ("identity", lambda Z, Y: (Z - Y).sum(dim=1), "the square is missing"),
]


@pytest.mark.parametrize(("output", "wrong", "sentence"), LOSSES)
def test_a_wrong_loss_is_named(
    output: str, wrong: Callable[[Tensor, Tensor], Tensor], sentence: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([4, 6, 3], 11, output=output)
    network.output = replace(network.output, losses=wrong)
    assert_named((network, X, Y), "the losses L", sentence)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda losses, m: losses.sum(), "the sum over the examples is not divided by m"),
        (lambda losses, m: losses.sum() / m / m, "divided by m twice"),
        (lambda losses, m: losses.sum() / (m - 1), "divided by m - 1 instead of m"),
        (lambda losses, m: -losses.sum() / m, "the sign is turned around"),
        (lambda losses, m: losses.exp().mean(), "No known mistake makes exactly this tensor"),
    ],
)
def test_a_wrong_cost_is_named(
    wrong: Callable[..., Tensor], sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("formulas.output", "verification.forward_check"):
        monkeypatch.setattr(f"course_torch.{module}.cost", wrong)
    network, X, Y = make_problem()
    for dtype in (torch.float64, torch.float32, torch.bfloat16):
        assert_named((network.to(dtype), X.to(dtype), Y.to(dtype)), "J", sentence)


PLAIN_COSTS = [
    (lambda losses, m: losses.sum() / m / log(10), "J is 1/log 10 times the right one, as by a logarithm to base 10"),
    (lambda losses, m: losses.sum() / m * log(2, 3), "No known mistake makes exactly this tensor"),
]


@pytest.mark.parametrize(("wrong", "sentence"), PLAIN_COSTS)
def test_a_cost_of_another_logarithm_is_named(
    wrong: Callable[..., Tensor], sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("formulas.output", "verification.forward_check"):
        monkeypatch.setattr(f"course_torch.{module}.cost", wrong)
    assert_named(make_problem([4, 6, 1], 30), "J", sentence)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda A, W, b: A @ W + b, "linear(A_prev (7, 4), W (6, 4), b (1, 6)) raises RuntimeError: "),
        (lambda A, W, b: None, "returns None (does it end with return?), expected the shape (7, 6)"),
        (lambda A, W, b: (A @ W.T + b).sum(dim=1), "returns a tensor of shape (7,), expected the shape (7, 6)"),
    ],
)
def test_a_forward_pass_that_breaks_off_is_a_finding(
    wrong: Callable[..., object], sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_linear(wrong, monkeypatch)
    found = finding_of(make_problem([4, 6, 3, 1], hidden_activation="tanh"))
    assert str(found).startswith("the forward pass breaks off at Z[1]: linear(A_prev (7, 4), W (6, 4), b (1, 6)) r")
    assert sentence in str(found)


@pytest.mark.parametrize("wrong", [lambda Z, Y: None, lambda Z, Y: Z, lambda Z, Y: 1 / 0])
def test_a_loss_that_fails_is_a_finding(wrong: Callable[..., object], make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 1])
    network.output = replace(network.output, losses=wrong)
    assert "breaks off at the losses L" in str(finding_of((network, X, Y)))


@pytest.mark.parametrize(
    ("wrong", "lost"),
    [
        (lambda A, W, b: (A @ W.T + b).detach(), "A_prev and W and b"),
        (lambda A, W, b: A @ W.T + b.detach(), "b"),
        (lambda A, W, b: A @ W.detach().T + b, "W"),
    ],
)
def test_right_numbers_that_autograd_cannot_follow_are_a_finding(
    wrong: Callable[..., Tensor], lost: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_linear(wrong, monkeypatch)
    found = finding_of(make_problem([4, 6, 3, 1], hidden_activation="tanh"))
    assert f"b (1, 6)) cuts {lost} off: autograd finds no way back" in str(found)


HALF = {
    "Z[1]": ("linear", lambda A, W, b: (A @ W.T + (A @ W.T).detach()) / 2 + b, "A_prev"),
    "A[1]": ("function", lambda Z: (Z.tanh() + Z.tanh().detach()) / 2, "Z"),
    "A[3]": ("value", lambda Z: Z.sigmoid() * (1 + Z) / (1 + Z).detach(), "Z"),
    "the losses L": ("losses", lambda Z, Y: (nn.functional.softplus(Z) - (Y * Z).detach()).sum(dim=1), "Z"),
    "J": ("cost", lambda L, m: (L.sum() + L[1:].sum().detach() - L[1:].sum()) / m, "losses"),
}
"""Tensor -> where its formula stands, the formula with one term behind detach, and the argument."""


@pytest.mark.parametrize("tensor", HALF)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_a_formula_of_which_one_term_is_detached_is_blamed_itself(
    tensor: str, dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, wrong, argument = HALF[tensor]
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    if where == "linear":
        with_linear(wrong, monkeypatch)
    elif where == "function":
        network.hidden_activation = replace(network.hidden_activation, function=wrong)
    elif where == "cost":
        monkeypatch.setattr("course_torch.verification.forward_check.cost", wrong)
        monkeypatch.setattr("course_torch.formulas.output.cost", wrong)
    else:
        network.output = replace(network.output, **{where: wrong})
    found = finding_of((network.to(dtype), X.to(dtype), Y.to(dtype)))
    assert found.tensor.en == tensor
    assert found.seen.en.startswith(f"gives autograd another derivative by {argument} (")


def test_random_b_is_tried_before_a_missing_derivative_by_b(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With b = 0 the numbers without b are right, and autograd finds no way to b."""
    with_linear(lambda A, W, b: A @ W.T, monkeypatch)
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        for layer in network.layers:
            layer.b.zero_()
    found = finding_of((network, X, Y))
    assert "seen with random b" in found.seen.en
    assert "b" in found.sentences[0].en


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            lambda Z: torch.from_numpy(Z.numpy()).tanh(),
            "raises RuntimeError: Can't call numpy() on Tensor that requires",
        ),
        (lambda Z: Z.tanh().mul_(1), "raises RuntimeError: one of the variables needed for gradient computation"),
    ],
)
def test_right_numbers_that_autograd_cannot_record_are_a_finding(
    wrong: Callable[[Tensor], Tensor], sentence: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    network.hidden_activation = replace(network.hidden_activation, function=wrong)
    found = finding_of((network, X, Y))
    assert (found.tensor.en, found.breaks_off) == ("A[1]", True)
    assert sentence in found.seen.en
    assert found.seen.en.endswith("when autograd records it")


def test_too_little_memory_is_no_finding(make_problem: MakeProblem) -> None:
    def too_large(Z: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            raise torch.OutOfMemoryError
        return Z.tanh()

    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    network.hidden_activation = replace(network.hidden_activation, function=too_large)
    with pytest.raises(torch.OutOfMemoryError):
        wrong_forward(network, X, Y)


def test_an_argument_that_is_changed_in_place_is_a_finding(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_linear(lambda A, W, b: torch.addmm(b.add_(1), A, W.T), monkeypatch)
    found = finding_of(make_problem([4, 6, 3, 1], hidden_activation="tanh"))
    assert "b (1, 6)) changes b in place, expected a new tensor" in str(found)


IN_PLACE = {
    "X": lambda A, W, b: torch.addmm(b, A.mul_(2), W.T),
    "W": lambda A, W, b: torch.addmm(b, A, W.mul_(2).T),
    "b": lambda A, W, b: torch.addmm(b.add_(1), A, W.T),
    "b without a version": lambda A, W, b: torch.addmm(b.data.add_(1), A, W.T),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_a_formula_that_works_in_place_leaves_network_and_examples_as_they_were(
    name: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    before = [each.detach().clone() for each in (*network.parameters(), X, Y)]
    with_linear(IN_PLACE[name], monkeypatch)
    assert not compare_gradients(network, X, Y).agrees
    assert all(map(torch.equal, before, (*network.parameters(), X, Y)))


def test_a_formula_that_draws_random_numbers_is_named(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_linear(lambda A, W, b: A @ W.T + b + torch.randn(1), monkeypatch)
    problem = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    assert "it gives another tensor at each call" in str(compare_gradients(*problem))


DTYPES = (torch.float64, torch.float32, torch.bfloat16)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("handed", "sentence"),
    [
        (lambda cache: cache.Z, "Z[1] is handed on instead"),
        (lambda cache: 2 * cache.A, "2 times the right one"),
        (lambda cache: -cache.A, "-1 times the right one"),
        (lambda cache: cache.A[:, :2], "No known mistake"),
        (lambda cache: cache.A.half().to(cache.A.dtype), "precision is lost"),
    ],
)
def test_a_pass_that_hands_on_another_tensor_is_named(
    handed: Callable[..., Tensor],
    sentence: str,
    dtype: torch.dtype,
    make_problem: MakeProblem,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network, X, Y = make_problem([4, 3, 3, 1], hidden_activation="tanh")
    network, X, Y = network.to(dtype), X.to(dtype), Y.to(dtype)
    right = network.caches(X)
    wrong = [right[0], right[1]._replace(A_prev=handed(right[0])), right[2]]
    monkeypatch.setattr(DeepNetwork, "caches", lambda self, X: wrong)
    if torch.equal(wrong[1].A_prev, right[0].A):  # float16 has all digits of bfloat16
        return
    found = finding_of((network, X, Y))
    assert found.tensor.en == "the input A[1] of layer 2"
    assert found.formula == "block or forward_propagation"
    assert sentence in str(found)
    if wrong[1].A_prev.shape == right[0].A.shape:
        assert "but Z[2] is right, so only the copy in the cache is wrong" in str(found)


BY_BLOCK = [
    (lambda Z, g: (g(Z), g(g(Z))), "Z[1]", "Probably A[1] is handed on instead"),
    (lambda Z, g: (Z, 0.7 * g(Z)), "A[1]", "every number is 0.7 times the right one"),
    (lambda Z, g: (Z, g(Z).bfloat16().to(Z.dtype)), "A[1]", "the difference is as large as bfloat16's rounding errors"),
    (lambda Z, g: (Z, nn.functional.dropout(g(Z))), "A[1]", "it gives another tensor at each call"),
]


@pytest.mark.parametrize(("wrong", "tensor", "sentence"), BY_BLOCK)
def test_the_numbers_of_a_wrong_block_are_read_as_those_of_a_wrong_formula(
    wrong: Callable[..., tuple[Tensor, Tensor]],
    tensor: str,
    sentence: str,
    make_problem: MakeProblem,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = layers.block

    def block(A_prev: Tensor, *arguments: object) -> layers.LayerCache:
        cache = right(A_prev, *arguments)
        return layers.LayerCache(A_prev, *wrong(cache.Z, torch.tanh))

    monkeypatch.setattr("course_torch.network.propagation.block", block)
    found = finding_of(make_problem([4, 6, 5, 1], 30, hidden_activation="tanh"))
    assert (found.tensor.en, found.formula) == (tensor, "block or forward_propagation")
    assert sentence in str(found)


def test_a_J_that_is_not_the_mean_of_its_losses_is_placed_in_the_cost_of_the_output(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Output.cost
    monkeypatch.setattr(Output, "cost", lambda self, Z, Y, m=None: right(self, Z, Y, m) / 2)
    found = finding_of(make_problem([4, 6, 1], 30, hidden_activation="tanh"))
    assert (found.tensor.en, found.formula) == ("J", "Output.cost")
    assert "Probably J is half the right one" in str(found)


def test_another_X_is_described(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    right = DeepNetwork.caches
    monkeypatch.setattr(DeepNetwork, "caches", lambda self, X: right(self, X / 255))
    problem = make_problem([4, 6, 1], 30, hidden_activation="tanh")
    assert_named(problem, "the input X of layer 1", "every number is 0.003922 times the right one")


@pytest.mark.parametrize("dtype", DTYPES)
def test_another_run_of_the_same_pass_is_the_same(dtype: torch.dtype, generator: torch.Generator) -> None:
    right = torch.randn(50, 4, generator=generator).to(dtype)
    assert is_same(right * (1 + 2 * torch.finfo(dtype).eps), right)
    assert is_same(right.clone(), right)
    assert not is_same(right * (1 + 100 * torch.finfo(dtype).eps), right)
    assert not is_same(-right, right)
    assert not is_same(right[:1], right)
    assert not is_same(right.flatten(), right)
    assert not is_same(None, right)


def sine_network(make_problem: MakeProblem) -> Problem:
    """An activation of the user's own, for which torch has no module."""
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    own = {"function": torch.sin, "derivative_by": torch.cos, "argument": "Z", "name": "sine", "module": None}
    network.hidden_activation = replace(network.hidden_activation, **own)
    return network, X, Y


def test_what_nothing_judges_is_counted_and_named_with_the_reason(make_problem: MakeProblem) -> None:
    report = compare_gradients(*sine_network(make_problem))
    assert report.agrees
    assert str(report) == (
        "all 12 tensors are equal, 2 more are not judged (judged: 12 by autograd, 12 by central differences, "
        "7 as trained by J.backward(); not judged, because sine has no module: A[1], A[2])"
    )
    why = "sine has no module"
    assert report.as_record()["not_judged"] == {"A[1]": why, "A[2]": why}


def test_a_wrong_tensor_beside_one_that_nothing_judges_is_found(make_problem: MakeProblem) -> None:
    network, X, Y = sine_network(make_problem)
    network.output = replace(network.output, losses=lambda Z, Y: two_terms(Z, Y, 0.5, 0.5))
    report = compare_gradients(network, X, Y)
    assert report.forward is not None
    assert report.forward.tensor.en == "the losses L"
    assert str(report).endswith("a right forward pass; not judged, because sine has no module: A[1], A[2])")


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
    seen: dict[Text, Text] = {}
    assert wrong_forward(network, torch.tensor([X], dtype=dtype), torch.ones(1, 1, dtype=dtype), 0, seen) is None
    assert {name.en: why.en for name, why in seen.items()} == unjudged


def test_the_record_holds_plain_values() -> None:
    found = Finding(same("J"), "cost", same("off"), (same("the sign is turned"),), same("J = (1/m) Σ L"))
    assert found.as_record() == {
        "tensor": "J",
        "formula": "cost",
        "symptom": "off",
        "sentences": ["the sign is turned"],
        "breaks_off": False,
    }
