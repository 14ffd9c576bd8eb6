"""The hand-written pass goes as far as it can, and says where it ends and why; then the update is judged.

A case is `formula: code => words`. The code replaces the formula; the report says the words, where ` … ` stands between
words that are apart.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from inspect import unwrap

import pytest
import torch

from course_torch import compare_gradients
from course_torch.errors import InputError
from course_torch.formulas import layers
from course_torch.formulas.activations import ACTIVATIONS, Fused
from course_torch.formulas.outputs import check_probabilities
from course_torch.network import propagation
from course_torch.verification.exceptions import Raised, one_line, tried
from course_torch.verification.networks.calls import update as update_judge
from course_torch.verification.networks.calls.backward import hand_written
from tests.conftest import MakeProblem, Problem

ARGUMENTS = {
    "linear": "A_prev, W, b",
    "linear_backward": "dZ, A_prev, m",
    "linear_backward_input": "dZ, W",
    "activation_backward": "dA, cache, activation, slope",
    "slope_gradient": "dA, Z, activation, m",
    "average": "total, m",
    "update": "W, dW, alpha",
    "output": "A, Y",
    "relu": "Z",
    "backward_propagation": "right, *arguments, **options",
    "linear_step": "right, *arguments, **options",
    "J.backward()": "right, *arguments, **options",
}
"""Formula, or function that calls formulas -> its arguments. A name of an activation stands for its derivative by A."""
CALLERS = {
    "backward_propagation": ("network.deep_network", propagation.backward_propagation),
    "linear_step": ("network.propagation", layers.linear_step),
    "J.backward()": ("network.autograd_bridge", propagation.backward_propagation),
}
"""Function that calls formulas -> the module that calls it, and the right function, the first argument of a code."""


def with_mistake(formula: str, code: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> Problem:
    """A problem of 7 examples whose formula is replaced. The wrong one keeps its name and its docstring."""
    wrong = eval(f"lambda {ARGUMENTS.get(formula, 'A')}: {code}", vars(torch).copy())
    activation = formula if formula in ACTIVATIONS else "tanh"
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="leaky_relu" if "slope" in formula else activation)
    if formula in ACTIVATIONS:
        right = network.hidden_activation.derivative_by
        wrong.__name__, wrong.__doc__ = right.__name__, right.__doc__
        network.hidden_activation = replace(network.hidden_activation, derivative_by=wrong, fused=Fused())
    elif formula == "output":
        network.output = replace(network.output, derivative=wrong)
    elif formula in CALLERS:
        module, right = CALLERS[formula]
        name = right.__name__
        monkeypatch.setattr(f"course_torch.{module}.{name}", lambda *given, **options: wrong(right, *given, **options))
    else:
        module = update_judge if formula == "update" else layers
        wrong.__name__, wrong.__doc__ = formula, getattr(module, formula).__doc__
        monkeypatch.setattr(module, formula, wrong)
    if formula == "slope_gradient":
        return make_problem([4, 6, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    return network, X, Y


CASES = """
linear_backward: (dZ.T @ A_prev / m, dZ.sum(dim=0) / m) => an axis missing: keep it … 0 as trained
linear_backward: (A_prev.T @ dZ / m, dZ.sum(0, keepdim=True) / m) => transposed … 0 as trained
linear_backward: (dZ.sum(dim=0, keepdim=True) / m, dZ.T @ A_prev / m) => dW and db are swapped
linear_backward: (dZ @ A_prev, dZ) => breaks off at dW[3] … cannot be multiplied … The formula is dW = (1/m) dZᵀ
linear_backward: dZ[99] => breaks off at dW[3] … raises IndexError … The formula is dW = (1/m) dZᵀ A_prev, db
linear_backward: dZ.T @ A_prev / m => returns a tensor of shape (1, 3), expected dW and db
linear_backward: None => returns None (does it end with return?), expected dW and db
linear_backward: (dZ.T @ A_prev / m, 0.0) => breaks off at db[3] … returns the number 0.0 as db, expected a tensor
linear_backward_input: dZ.sum(dim=0, keepdim=True) @ W => the examples are summed … 0 as trained
linear_backward_input: 0.5 => breaks off at dA[2] … returns the number 0.5, expected a tensor
linear_backward_input: dZ.mul_(2) @ W => judged only up to dA[2]: linear_backward_input( … changes dZ in place
activation_backward: dA @ cache.Z => breaks off at dZ[2] … The formula is dZ = dA * g'(Z)
activation_backward: None => returns None (does it end with return?), expected a tensor
slope_gradient: None => breaks off at dslope[2]: slope_gradient(
average: total / undefined => raises NameError … (layers.py:
output: None => breaks off at dZ[3] … expected a tensor
output: (A - Y).numpy() => breaks off at dZ[3] … expected a tensor
output: (A - Y).float() => dtype float32, expected float64 … Then … Y (7, 1)) returns a tensor of float32, e
tanh: 1.0 => breaks off at dZ[2]: tanh_derivative_from_A(A (7, 3)) returns the number 1.0, expected a tensor
tanh: 1.0 => The formula is g'(Z) = 1 - A². (judged: 4 by
tanh: None => tanh_derivative_from_A(A (7, 3)) returns None (does it end with return?), expected a tensor
tanh: ones(()) => tanh_derivative_from_A(A (7, 3)) returns a tensor of shape (), expected a tensor of shape (7, 3)
tanh: (1 - A * A)[:1] => tanh_derivative_from_A(A (7, 3)) returns a tensor of shape (1, 3), expected a tensor of
tanh: (1 - A * A).long() => tanh_derivative_from_A(A (7, 3)) returns a tensor of int64, expected float64
tanh: (1 - A * A,) => tanh_derivative_from_A(A (7, 3)) returns a value of type tuple, expected a tensor
tanh: 1 / 0 => tanh_derivative_from_A(A (7, 3)) raises ZeroDivisionError
tanh: ones_like(A) => first wrong: dZ[2] … g'(Z) is missing in a hidden layer
tanh: 1 - tanh(A) ** 2 => first wrong: dZ[2] … the derivative is taken at A
tanh: 1 - A => first wrong: dZ[2] … A is used instead of A²
tanh: 1 + A * A => first wrong: dZ[2] … a sign is wrong in the derivative
tanh: A * (1 - A) => first wrong: dZ[2] … the derivative is that of sigmoid
sigmoid: A => first wrong: dZ[2] … the activation is used instead of its derivative
relu: (Z < 0).to(Z.dtype) => first wrong: dZ[2] … the mask is reversed
backward_propagation: undefined => backward_steps raises NameError … Each formula alone is right
backward_propagation: right(*arguments, **options)[::-1] => Each formula alone is right: look at their calls
linear_step: right(*arguments, **options)._replace(dA_prev=None) => raises AssertionError (propagation.py: … Each
J.backward(): undefined => the backward pass breaks off: J.backward() … raises NameError
update: W => the step of W[1] in the update, computed by update (0 times … The parameter W[1] did not change
update: W - alpha * dW => The parameter W[1] did not change: this update was not made
update: W.add_(alpha * dW) => the step goes uphill: subtract α times the gradients … formula is W = W - α dW. (judged:
update: W.sub_(dW) => the learning rate is missing
update: W.sub_(alpha**2 * dW) => the learning rate is applied twice
update: W.sub_(dW / alpha) => the gradients are divided by the learning rate
update: W.sub_(2 * alpha * dW) => the step is 2 times the right one
update: W.sub_(alpha * dW * dW) => No known mistake makes exactly this tensor
update: W.copy_(-alpha * dW) => No known mistake makes exactly this tensor
update: W.copy_((W.float() - alpha * dW.float()).to(W.dtype)) => nearly the right one). No known mistake makes exactly
update: W.sub_(1.00001 * alpha * dW) => the step is 1.00001 times the right one
update: W.sub_(alpha @ dW) => the update breaks off at the step of W[1]: update raises TypeError
update: W if W.shape == (3, 6) else W.sub_(alpha * dW) => first wrong: the step of W[2] in the update
update: W if W.shape == (1, 3) else W.sub_(alpha * dW) => first wrong: the step of b[2] in the update
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_a_wrong_formula_is_named(case: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _, words = case.partition(" => ")
    report = compare_gradients(*with_mistake(*made.split(": ", 1), make_problem, monkeypatch))
    assert not report.agrees
    assert [part for part in words.split(" … ") if part not in str(report)] == [], str(report)
    assert ("Each formula alone is right" in str(report)) is ("Each" in words)
    if "the backward pass breaks off" in str(report):
        assert report.as_record()["broken"].startswith("the backward pass breaks off")
    if made.startswith("update"):
        assert {row.verdict for row in report} == {"equal"}
        assert report.as_record()["update"] is not None


def formula_with(name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, name, eval(f"lambda {ARGUMENTS[name]}: {code}", vars(torch).copy()))


# The tensors up to the end of the pass


@pytest.mark.parametrize(
    ("name", "code", "kept"),
    [
        ("linear_backward_input", "dZ @ W.T", ["dZ[3]", "dW[3]", "db[3]"]),
        ("linear_backward", "(dZ.T @ A_prev / m, 0.0)", ["dZ[3]", "dW[3]"]),
    ],
)
def test_tensors_before_the_end_are_kept(
    name: str, code: str, kept: list[str], make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    whole, _ = hand_written(network, X, Y)
    formula_with(name, code, monkeypatch)
    found, ended = hand_written(network, X, Y)
    assert [str(name) for name in found] == kept
    assert all(torch.allclose(tensor, whole[name]) for name, tensor in found.items())
    assert ended is not None


def test_a_report_on_gradients_that_are_missing_does_not_agree(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 1])
    nothing = compare_gradients(network, X, Y, gradients=lambda *_: [])
    first = compare_gradients(network, X, Y, gradients=lambda *_: network.manual_gradients(X, Y)[:1])
    assert not nothing.agrees
    assert not first.agrees
    assert "not computed: dW[3], db[3], dW[2], db[2]" in str(first)


# 400 examples


def test_labels_that_lost_their_axis_are_named_for_many_examples_too(make_problem: MakeProblem) -> None:
    """A - Y is then a table of 160,000 numbers. The factor of so many numbers must be exact to be 1."""
    network, X, Y = make_problem([2, 4, 1], 400)
    network.output = replace(network.output, derivative=lambda A, Y: A - Y.flatten())
    assert "A - Y was broadcast to an (m, m) table" in str(compare_gradients(network, X, Y))


def test_a_tensor_in_float32_lost_its_precision(make_problem: MakeProblem) -> None:
    """The rounding errors of float32 make many mistakes fit, such as a constant factor."""
    network, X, Y = make_problem([2, 4, 1], 400)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.mul_(0.01)
            layer.b.zero_()
    network.output = replace(network.output, derivative=lambda A, Y: (A - Y).float())
    assert compare_gradients(network, X, Y).diagnosis.causes == ("float32",)


# Where it was raised, and arguments that are changed


def test_a_file_of_formulas_shows_its_line(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    formula_with("average", "total / undefined", monkeypatch)
    line = unwrap(layers.linear_backward).__code__.co_firstlineno
    (number,) = re.findall(r"raises NameError: .* \(layers\.py:(\d+)\)", str(compare_gradients(*make_problem())))
    assert 0 < int(number) - line < 10


@pytest.mark.parametrize("file", ["/home/me/network/mine.py", "formulas/mine.py"])
def test_only_a_file_of_the_package_is_named_beside_an_exception(file: str) -> None:
    """A folder of the user may be called network or formulas too."""
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile("1 / 0", file, "exec"))
    assert one_line(caught.value) == "ZeroDivisionError: division by zero"
    with pytest.raises(InputError) as rejected:
        check_probabilities(torch.tensor([[2]]))
    assert re.search(r" \(outputs\.py:\d+\)$", one_line(rejected.value))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("linear", "addmm(b, A_prev.mul_(2), W.T)"),
        ("linear", "addmm(b, A_prev, W.mul_(2).T)"),
        ("linear_backward_input", "dZ @ W.mul_(2)"),
        ("linear_backward_input", "dZ @ W.data.mul_(2)"),
        ("linear_backward", "(dZ.T @ A_prev.mul_(2) / m, dZ.sum(dim=0, keepdim=True) / m)"),
    ],
)
def test_a_formula_that_works_in_place_leaves_network_and_examples_as_they_were(
    name: str, code: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 1])
    before = [each.detach().clone() for each in (*network.parameters(), X, Y)]
    formula_with(name, code, monkeypatch)
    assert not compare_gradients(network, X, Y).agrees
    assert all(map(torch.equal, before, (*network.parameters(), X, Y)))


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


# The update


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [1e-30, 1, 1e30])
def test_the_rounding_of_W_is_no_mistake(dtype: torch.dtype, size: float, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], m=30, hidden_activation="tanh")
    network.layers[0].W.data.mul_(size)
    assert compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype)).update is None


def test_the_update_is_judged_beside_a_wrong_backward_pass(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge subtracts autograd's dW: a wrong dW makes no wrong update."""
    formula_with("linear_backward_input", "-dZ @ W", monkeypatch)
    report = compare_gradients(*make_problem())
    assert report.update is None
    assert report.diagnosis is not None
    monkeypatch.setattr(update_judge, "update", lambda W, dW, alpha: W.add_(alpha * dW))
    assert "Then first wrong: the step of W[1] in the update" in str(compare_gradients(*make_problem()))


def test_a_slope_that_is_not_updated_is_named(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_judge, "update", lambda W, dW, alpha: W.sub_(alpha * dW) if W.shape else W)
    report = compare_gradients(*make_problem(hidden_activation="leaky_relu", learn_slope=True))
    assert "first wrong: the step of slope[1] in the update" in str(report)


def test_a_function_of_the_user_updates_nothing(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_judge, "update", None)
    assert compare_gradients(*make_problem(), gradients=lambda network, X, Y: network.manual_gradients(X, Y)).agrees
