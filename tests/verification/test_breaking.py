"""The real code is broken on purpose, and whole again afterwards."""

import pytest
import torch
from torch import Tensor

from course_torch.formulas import layers
from course_torch.mistakes.context import TensorName
from course_torch.verification.backward_tensors import in_order
from course_torch.verification.breakable import Call
from course_torch.verification.breaking import broken, broken_tensors
from course_torch.verification.problems import random_problem

PARTS = {
    "dZ[L]": TensorName("dZ", 3),
    "g'": TensorName("dZ", 2),
    "dZ": TensorName("dZ", 2),
    "dslope": TensorName("dslope", 2),
    "dW": TensorName("dW", 3),
    "db": TensorName("db", 3),
    "dA": TensorName("dA", 2),
}


def doubled(call: Call) -> Tensor:
    return 2 * call.right


@pytest.mark.parametrize("part", PARTS)
def test_a_wrong_function_makes_a_wrong_tensor_in_both_ways_through_the_code(part: str) -> None:
    network, X, Y = problem = random_problem(0, "leaky_relu")
    right = in_order(network.backward_steps(X, Y, input_derivative=True))
    network.cost(X, Y).backward()
    gradients = [parameter.grad.clone() for parameter in network.parameters()]
    made = broken_tensors(*problem, {part: doubled})
    assert next(name for name in right if not torch.equal(made[name], right[name])) == PARTS[part]
    torch.testing.assert_close(made[PARTS[part]], 2 * right[PARTS[part]])
    network.zero_grad()
    with broken(*problem, {part: doubled}):
        network.cost(X, Y).backward()
    same = zip(network.parameters(), gradients, strict=True)
    assert not all(torch.allclose(parameter.grad, gradient) for parameter, gradient in same)


def test_the_code_is_whole_again_even_after_an_error() -> None:
    problem = random_problem(0)
    before = dict(vars(layers)), problem[0].output

    def fail(call: Call) -> Tensor:
        assert layers.linear_backward is not before[0]["linear_backward"]
        raise ZeroDivisionError

    with broken(*problem, {"dW": fail}), pytest.raises(ZeroDivisionError):
        problem[0].backward_steps(*problem[1:])
    assert dict(vars(layers)) == before[0]
    assert problem[0].output is before[1]


def test_a_wrong_shape_ends_the_backward_pass_and_what_was_made_is_kept() -> None:
    made = broken_tensors(*random_problem(0), {"dZ[L]": lambda call: call.A - call.Y.flatten()})
    assert made[TensorName("dZ", 3)].shape == (9, 9)
    assert TensorName("dZ", 2) not in made


def test_a_wrong_function_sees_the_layer_it_is_called_for() -> None:
    seen = []

    def watch(call: Call) -> Tensor:
        seen.append((call.l, call.L, call.m))
        assert call.W.shape == call.right.shape == call.dW.shape
        assert call.b.shape == (1, call.Z.shape[1])
        assert call.A_prev.shape[1] == call.W.shape[1]
        assert call.A.shape == call.Z.shape == call.dZ.shape
        return call.right

    broken_tensors(*random_problem(0), {"dW": watch})
    assert seen == [(3, 3, 9), (2, 3, 9), (1, 3, 9)]


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu"])
def test_a_wrong_derivative_sees_the_right_one(activation: str) -> None:
    network, X, Y = random_problem(0, activation)
    seen = []

    def watch(call: Call) -> Tensor:
        slope = call.network.layers[call.l - 1].slope
        seen.append(torch.equal(call.right, network.hidden_activation.derivative(call.Z, call.A, slope)))
        return call.right

    broken_tensors(network, X, Y, {"g'": watch})
    assert seen == [True, True]


def test_all_tensors_are_made_down_to_dA_of_X() -> None:
    network, X, Y = random_problem(0)
    assert set(broken_tensors(network, X, Y, {})) == set(in_order(network.backward_steps(X, Y, input_derivative=True)))
