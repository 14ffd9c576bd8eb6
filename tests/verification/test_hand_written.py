"""The hand-written pass goes as far as it can, and says where it ends and why."""

import re
from collections.abc import Callable
from dataclasses import replace
from inspect import unwrap

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.errors import InputError
from course_torch.formulas import layers
from course_torch.formulas.activation import Fused
from course_torch.formulas.layers import LayerGradients
from course_torch.formulas.outputs import check_probabilities
from course_torch.mistakes.context import TensorName
from course_torch.network import propagation
from course_torch.verification.hand_written import break_off, hand_written
from course_torch.verification.pass_failure import Raised, one_line, tried
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]
FORMULAS = "course_torch.formulas.layers"


def broken(name: str, function: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace a formula by a wrong one, which keeps its name and its docstring."""
    function.__name__, function.__doc__ = name, getattr(layers, name).__doc__
    monkeypatch.setattr(f"{FORMULAS}.{name}", function)


def test_a_whole_pass_has_every_tensor(make_problem: MakeProblem) -> None:
    found, ended = hand_written(*make_problem([4, 6, 3, 1]))
    assert ended is None
    assert [str(name) for name in found] == [
        *("dZ[3]", "dW[3]", "db[3]", "dA[2]"),
        *("dZ[2]", "dW[2]", "db[2]", "dA[1]"),
        *("dZ[1]", "dW[1]", "db[1]", "dA[0]"),
    ]


def test_tensors_before_the_exception_are_kept(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    whole, _ = hand_written(network, X, Y)
    broken("linear_backward_input", lambda dZ, W: dZ @ W.T, monkeypatch)
    found, ended = hand_written(network, X, Y)
    assert [str(name) for name in found] == ["dZ[3]", "dW[3]", "db[3]"]
    assert all(torch.equal(tensor, whole[name]) for name, tensor in found.items())
    assert ended is not None
    assert ended.tensor.en == "dA[2]"
    assert ended.formula == "linear_backward_input(dZ (7, 1), W (1, 3))"
    assert ended.right.en.startswith("Probably W and Wᵀ are confused")


@pytest.mark.parametrize(
    ("name", "wrong", "tensor", "cause"),
    [
        (
            "linear_backward",
            lambda dZ, A_prev, m: (dZ @ A_prev, dZ),
            "dW",
            "Probably a transpose is missing or too many",
        ),
        (
            "activation_backward",
            lambda dA, cache, activation, slope: dA @ cache.Z,
            "dZ",
            "Probably @ is used instead of *",
        ),
        (
            "linear_backward",
            lambda dZ, A_prev, m: dZ[99],
            "dW",
            "The formula is dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ",
        ),
    ],
)
def test_an_exception_names_a_mistake_only_if_the_mistake_raises_it(
    name: str,
    wrong: Callable[..., object],
    tensor: str,
    cause: str,
    make_problem: MakeProblem,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken(name, wrong, monkeypatch)
    _, ended = hand_written(*make_problem([4, 6, 3, 1]))
    assert ended is not None
    assert ended.tensor.en.startswith(f"{tensor}[")
    assert ended.right.en.startswith(cause)


def test_a_mistake_outside_the_formulas_is_a_finding_too(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*arguments: object, **options: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr("course_torch.network.deep_network.backward_propagation", wrong)
    report = compare_gradients(*make_problem())
    assert not report.agrees
    assert "backward_steps raises IndexError: list index out of range" in str(report)


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        ("linear_backward", lambda dZ, A_prev, m: (dZ.T @ A_prev / m, dZ.sum(dim=0) / m), "an axis missing: keep it"),
        ("linear_backward", lambda dZ, A_prev, m: (A_prev.T @ dZ / m, dZ.sum(0, keepdim=True) / m), "transposed"),
        ("linear_backward_input", lambda dZ, W: dZ.sum(dim=0, keepdim=True) @ W, "the examples are summed"),
    ],
)
def test_a_tensor_of_another_shape_is_diagnosed(
    name: str, wrong: Callable[..., object], sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J.backward() would end in an error of torch, so nothing is trained."""
    broken(name, wrong, monkeypatch)
    report = compare_gradients(*make_problem([4, 6, 3, 1]))
    assert sentence in str(report)
    assert "0 as trained" in str(report)


@pytest.mark.parametrize(
    ("activation", "wrong", "cause"),
    [
        ("tanh", lambda A: torch.ones_like(A), "no g'"),
        ("tanh", lambda A: 1 - torch.tanh(A) ** 2, "g'(A)"),
        ("tanh", lambda A: 1 - A, "A not squared"),
        ("tanh", lambda A: 1 + A * A, "sign in g'"),
        ("tanh", lambda A: A * (1 - A), "g' of sigmoid"),
        ("sigmoid", lambda A: A, "A for g'"),
        ("relu", lambda Z: (Z < 0).to(Z.dtype), "mask reversed"),
    ],
)
@pytest.mark.parametrize("sizes", [[2, 4, 1], [4, 6, 3, 1]])
def test_a_wrong_derivative_has_one_cause(
    sizes: list[int], activation: str, wrong: Callable[[Tensor], Tensor], cause: str, make_problem: MakeProblem
) -> None:
    """Suspects must not be made from the wrong derivative: each would fit itself."""
    network, X, Y = make_problem(sizes, hidden_activation=activation)
    network.hidden_activation = replace(network.hidden_activation, derivative_by=wrong, fused=Fused())
    diagnosis = compare_gradients(network, X, Y).diagnosis
    assert diagnosis is not None
    assert diagnosis.causes == (cause,)


class Zeros(DeepNetwork):
    """A network that answers with zeros."""

    def manual_gradients(self, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        return [LayerGradients(torch.zeros_like(layer.W), torch.zeros_like(layer.b)) for layer in self.layers]


def test_a_report_judges_what_a_subclass_answers(make_problem: MakeProblem) -> None:
    _, X, Y = make_problem([4, 6, 3, 1])
    network = Zeros([4, 6, 3, 1], "tanh", dtype=torch.float64)
    assert set(compare_gradients(network, X, Y).named("different")) == {
        *("dW[1]", "dW[2]", "dW[3]"),
        *("db[1]", "db[2]", "db[3]"),
    }


def test_formula_after_formula_gives_the_tensors_of_the_pass(make_problem: MakeProblem) -> None:
    """`break_off` repeats the order of `backward_propagation`."""
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    whole, _ = hand_written(network, X, Y)
    found: dict[TensorName, Tensor] = {}
    assert break_off(network, X, Y, found) is None
    assert found.keys() == whole.keys()
    assert all(torch.equal(tensor, whole[name]) for name, tensor in found.items())


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        (
            "linear_backward",
            lambda dZ, A_prev, m: dZ.T @ A_prev / m,
            "returns a tensor of shape (1, 3), expected dW and db",
        ),
        ("linear_backward", lambda dZ, A_prev, m: None, "returns None (does it end with return?), expected dW and db"),
        ("linear_backward_input", lambda dZ, W: 0.5, "returns the number 0.5, expected a tensor"),
        (
            "activation_backward",
            lambda dA, cache, activation, slope: None,
            "returns None (does it end with return?), expected a tensor",
        ),
    ],
)
def test_a_formula_that_returns_no_tensor_is_a_finding(
    name: str, wrong: Callable[..., object], sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(name, wrong, monkeypatch)
    report = compare_gradients(*make_problem([4, 6, 3, 1]))
    assert not report.agrees
    assert sentence in str(report)


def test_no_mistake_is_named_behind_a_wrong_shape(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every matrix product refuses a number, so its message proves nothing."""
    broken("activation_backward", lambda dA, cache, activation, slope: dA.sum(), monkeypatch)
    report = compare_gradients(*make_problem([4, 6, 3, 1]))
    assert report.diagnosis is not None
    assert str(report.diagnosis.tensor) == "dZ[2]"
    assert "a transpose is missing" not in str(report)


def test_a_report_on_gradients_that_are_missing_does_not_agree(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 1])
    nothing = compare_gradients(network, X, Y, gradients=lambda *_: [])
    first = compare_gradients(network, X, Y, gradients=lambda *_: network.manual_gradients(X, Y)[:1])
    assert not nothing.agrees
    assert not first.agrees
    assert "not computed: dW[3], db[3], dW[2], db[2]" in str(first)


def test_a_slope_without_a_gradient_is_missing(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    network, X, Y = make_problem([4, 6, 1], hidden_activation="leaky_relu", learn_slope=True)
    broken("slope_gradient", lambda dA, Z, activation, m: None, monkeypatch)
    report = compare_gradients(network, X, Y)
    assert not report.agrees
    assert "breaks off at dslope[1]: slope_gradient(" in str(report)


@pytest.mark.parametrize("wrong", [lambda A, Y: None, lambda A, Y: (A - Y).numpy()])
def test_the_derivative_at_the_output_must_be_a_tensor(wrong: Callable[..., object], make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 1])
    network.output = replace(network.output, derivative=wrong)
    report = compare_gradients(network, X, Y)
    assert "breaks off at dZ[2]" in str(report)
    assert "expected a tensor" in str(report)


def test_labels_that_lost_their_axis_are_named_for_many_examples_too(make_problem: MakeProblem) -> None:
    """A - Y is then a table of 160,000 numbers. The factor of so many numbers must be exact to be 1."""
    network, X, Y = make_problem([2, 4, 1], 400)
    network.output = replace(network.output, derivative=lambda A, Y: A - Y.flatten())
    assert "A - Y was broadcast to an (m, m) table" in str(compare_gradients(network, X, Y))


def test_a_number_for_db_leaves_dW_alone(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    network, X, Y = make_problem([4, 6, 3, 1])
    right = network.manual_gradients(X, Y)[-1].dW
    broken("linear_backward", lambda dZ, A_prev, m: (dZ.T @ A_prev / m, 0.0), monkeypatch)
    found, ended = hand_written(network, X, Y)
    assert torch.equal(found[TensorName("dW", 3)], right)
    assert ended is not None
    assert ended.tensor.en == "db[3]"
    assert ended.seen.en == "returns the number 0.0 as db, expected a tensor"


@pytest.mark.parametrize(
    ("wrong", "event"),
    [
        (lambda A: 1.0, "returns the number 1.0, expected a tensor"),
        (lambda A: None, "returns None (does it end with return?), expected a tensor"),
        (lambda A: torch.ones(()), "returns a tensor of shape (), expected the shape (7, 3)"),
        (lambda A: (1 - A * A)[:1], "returns a tensor of shape (1, 3), expected the shape (7, 3)"),
        (lambda A: (1 - A * A).long(), "returns a tensor of int64, expected float64"),
        (lambda A: (1 - A * A,), "returns a value of type tuple, expected a tensor"),
        (lambda A: 1 / 0, "raises ZeroDivisionError: division by zero"),
    ],
)
def test_a_derivative_that_is_no_tensor_like_Z_is_blamed_itself(
    wrong: Callable[[Tensor], object], event: str, make_problem: MakeProblem
) -> None:
    """dA * 1.0 is a tensor, and dA * None raises in activation_backward."""

    def tanh_derivative_from_A(A: Tensor) -> object:
        """g'(Z) = 1 - A²: the derivative of tanh from A."""
        return wrong(A)

    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    network.hidden_activation = replace(network.hidden_activation, derivative_by=tanh_derivative_from_A)
    sentence = f"the backward pass breaks off at dZ[2]: tanh_derivative_from_A(A (7, 3)) {event}"
    assert str(compare_gradients(network, X, Y)).startswith(f"{sentence}. The formula is g'(Z) = 1 - A². (judged: 4 by")


def test_swapped_results_are_named(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    broken("linear_backward", lambda dZ, A_prev, m: (dZ.sum(dim=0, keepdim=True) / m, dZ.T @ A_prev / m), monkeypatch)
    diagnosis = compare_gradients(*make_problem([4, 6, 3, 1])).diagnosis
    assert diagnosis is not None
    assert diagnosis.causes == ("swapped",)


def test_a_tensor_in_float32_lost_its_precision(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounding errors of float32 make many mistakes fit, such as a constant factor."""
    network, X, Y = make_problem([2, 4, 1], 400)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.mul_(0.01)
            layer.b.zero_()
    network.output = replace(network.output, derivative=lambda A, Y: (A - Y).float())
    report = compare_gradients(network, X, Y)
    assert report.diagnosis is not None
    assert report.diagnosis.causes == ("float32",)
    assert "dtype float32, expected float64" in str(report)
    assert (
        "Then the backward pass breaks off at dZ[2]: <lambda>(A (400, 1), Y (400, 1)) returns a tensor of float32, e"
        in str(report)
    )


def test_a_file_of_formulas_shows_its_line(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "average", lambda total, m: total / undefined)  # noqa: F821
    line = unwrap(layers.linear_backward).__code__.co_firstlineno
    text = str(compare_gradients(*make_problem([4, 6, 3, 1])))
    (number,) = re.findall(r"raises NameError: name 'undefined' is not defined \(layers\.py:(\d+)\)", text)
    assert 0 < int(number) - line < 10


def test_right_formulas_that_are_called_wrongly_are_named(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = propagation.backward_propagation
    monkeypatch.setattr(
        "course_torch.network.deep_network.backward_propagation",
        lambda *given, **options: real(*given, **options)[::-1],
    )
    assert "Each formula alone is right: look at their calls" in str(compare_gradients(*make_problem()))


def test_a_wrong_formula_is_not_called_right_alone(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    broken("linear_backward_input", lambda dZ, W: 2 * dZ @ W, monkeypatch)
    assert "alone is right" not in str(compare_gradients(*make_problem()))


def test_a_subclass_with_wrong_gradients_has_no_wrong_calls(make_problem: MakeProblem) -> None:
    _, X, Y = make_problem([4, 6, 3, 1])
    assert "alone is right" not in str(compare_gradients(Zeros([4, 6, 3, 1], "tanh", dtype=torch.float64), X, Y))


def test_a_call_that_loses_a_tensor_is_a_finding(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    real = layers.linear_step
    monkeypatch.setattr(
        "course_torch.network.propagation.linear_step",
        lambda *given, **options: real(*given, **options)._replace(dA_prev=None),
    )
    text = str(compare_gradients(*make_problem()))
    assert "the backward pass breaks off: backward_steps raises AssertionError (propagation.py:" in text
    assert "Each formula alone is right: look at their calls" in text


def test_a_training_that_raises_is_a_finding(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object, **options: object) -> None:
        raise KeyError("no such gradient")

    monkeypatch.setattr("course_torch.network.autograd_bridge.backward_propagation", wrong)
    report = compare_gradients(*make_problem())
    assert not report.agrees
    assert "the backward pass breaks off: J.backward()" in str(report)
    assert "raises KeyError: 'no such gradient'" in str(report)


def test_an_argument_that_is_changed_in_place_ends_the_pass(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken("linear_backward_input", lambda dZ, W: dZ.mul_(2) @ W, monkeypatch)
    report = compare_gradients(*make_problem([4, 6, 3, 1]))
    sentence = "linear_backward_input(dZ (7, 1), W (1, 3)) changes dZ in place, expected a new tensor"
    assert str(report).startswith(f"the backward pass is judged only up to dA[2]: {sentence}")  # it runs


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("linear_backward_input", lambda dZ, W: dZ @ W.mul_(2)),
        ("linear_backward_input", lambda dZ, W: dZ @ W.data.mul_(2)),
        ("linear_backward", lambda dZ, A_prev, m: (dZ.T @ A_prev.mul_(2) / m, dZ.sum(dim=0, keepdim=True) / m)),
    ],
)
def test_a_formula_that_works_in_place_leaves_network_and_examples_as_they_were(
    name: str, wrong: Callable[..., object], make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 1])
    before = [each.detach().clone() for each in (*network.parameters(), X, Y)]
    broken(name, wrong, monkeypatch)
    assert not compare_gradients(network, X, Y).agrees
    assert all(map(torch.equal, before, (*network.parameters(), X, Y)))


@pytest.mark.parametrize("file", ["/home/me/network/mine.py", "formulas/mine.py"])
def test_only_a_file_of_the_package_is_named_beside_an_exception(file: str) -> None:
    """A folder of the user may be called network or formulas too."""
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile("1 / 0", file, "exec"))
    assert one_line(caught.value) == "ZeroDivisionError: division by zero"
    with pytest.raises(InputError) as rejected:
        check_probabilities(torch.tensor([[2]]))
    assert re.search(r" \(outputs\.py:\d+\)$", one_line(rejected.value))


def test_too_little_memory_is_never_blamed_on_a_formula() -> None:
    def formula(error: Exception) -> Callable[[], None]:
        def raising() -> None:
            raise error

        return raising

    assert tried(formula(ValueError("mine"))).text.en == "raises ValueError: mine"
    assert isinstance(tried(formula(InputError("mine"))), Raised)
    for error, passing in [(torch.OutOfMemoryError(), ()), (InputError("of the user"), (InputError,))]:
        with pytest.raises(type(error)):
            tried(formula(error), *passing)
