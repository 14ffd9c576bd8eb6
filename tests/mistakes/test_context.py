"""What a text can name, for a network of two layers with leaky slope 1/4 in layer 1."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import (
    BackwardContext,
    ForwardContext,
    ForwardPass,
    Kind,
    TensorName,
    true_derivative,
)
from course_torch.mistakes.record import Edit
from tests.conftest import Problem
from tests.mistakes.in_numpy import value_of
from tests.verification.by_hand import forward_pass, named, tensor

X, Z1, A1 = tensor([1, 2], [3, 4]), tensor([-4, 8], [2, -1]), tensor([-1, 8], [2, -0.25])
Z2, A2, Y = tensor([0], [1]), tensor([0.5], [0.75]), tensor([1], [0])
W1, W2 = tensor([1, 0], [0, 1]), tensor([2, 3])
SLOPE = torch.tensor(0.25, dtype=torch.float64)
FORWARD = forward_pass(
    Y, LayerCache(X, Z1, A1), LayerCache(A1, Z2, A2), W=[W1, W2], slope=SLOPE, activation="leaky_relu"
)
RIGHT = named(
    {
        ("dZ", 2): tensor([-0.5], [0.75]),
        ("dW", 2): tensor([10, 11]),
        ("db", 2): tensor([12]),
        ("dA", 1): tensor([13, 14], [15, 16]),
        ("dZ", 1): tensor([17, 18], [19, 20]),
        ("dW", 1): tensor([21, 22], [23, 24]),
        ("dA", 0): tensor([25, 26], [27, 28]),
    }
)


def context(kind: Kind, l: int, **changes: object) -> BackwardContext:
    return BackwardContext(TensorName(kind, l), RIGHT, replace(FORWARD, **changes))


@pytest.mark.parametrize(
    ("kind", "of_loss"), [("dZ", True), ("dA", True), ("dW", False), ("db", False), ("dslope", False)]
)
def test_only_dZ_and_dA_are_derivatives_of_the_loss(kind: Kind, of_loss: bool) -> None:
    assert TensorName(kind, 3).of_loss is of_loss


def test_a_name_is_printed_with_its_layer() -> None:
    assert str(TensorName("dW", 2)) == "dW[2]"


# The backward pass


def test_the_forward_pass_holds_what_a_diagnosis_needs(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem([4, 3, 1], hidden_activation="leaky_relu")
    caches = network.caches(X)
    seen = ForwardPass.of(network, caches, Y)
    assert (seen.caches is caches, seen.Y is Y, seen.hidden_activation is network.hidden_activation) == (True,) * 3
    assert [torch.equal(W, layer.W) for W, layer in zip(seen.W, network.layers, strict=True)] == [True, True]
    assert not any(W.requires_grad for W in seen.W)
    assert [slope is layer.slope for slope, layer in zip(seen.slopes, network.layers, strict=True)] == [True, True]
    assert seen.output == "sigmoid"


@pytest.mark.parametrize(
    ("kind", "l", "layer", "place"),
    [
        ("dZ", 2, 2, "dZ[L]"),
        ("dZ", 1, 1, "dZ"),
        ("dW", 2, 2, "dW"),
        ("db", 1, 1, "db"),
        ("dA", 1, 2, "dA"),
        ("dA", 0, 1, "dA"),
        ("dslope", 1, 1, "dslope"),
    ],
)
def test_the_layer_and_the_place_of_a_tensor(kind: Kind, l: int, layer: int, place: str) -> None:
    """Layer l makes dA[l-1]."""
    assert (context(kind, l).layer, context(kind, l).place) == (layer, place)


def test_the_tensors_of_the_forward_pass_are_those_of_the_layer() -> None:
    for l, expected in {1: (X, Z1, A1, W1), 2: (A1, Z2, A2, W2)}.items():
        seen = context("dW", l)
        for tensor_seen, tensor_expected in zip((seen.A_prev, seen.Z, seen.A, seen.W), expected, strict=True):
            assert tensor_seen is tensor_expected
        assert (seen.L, seen.m, seen.X) == (2, 2, X)
        assert seen.i.tolist() == [[0], [1]]
    assert (context("dW", 1).n, context("dW", 2).n, context("dW", 1).function) == (2, 1, "leaky_relu")
    assert (context("dW", 2).function, context("dA", 1).function, context("dA", 0).function) == (
        *("sigmoid", "sigmoid", "leaky_relu"),
    )


def test_b_is_what_the_product_lacks() -> None:
    """Z[1] = X W[1] + b with W[1] the unit matrix: -4 - 1 and 8 - 2."""
    assert context("db", 1).b.tolist() == [[-5, 6]]


def test_labels_have_the_dtype_of_A_and_belong_to_the_output_layer() -> None:
    assert context("dZ", 2, Y=Y.long()).Y.dtype == torch.float64
    assert context("dA", 1).Y.tolist() == Y.tolist()
    with pytest.raises(IndexError):
        _ = context("dZ", 1).Y


def test_g_prime_follows_from_g_alone() -> None:
    """sigmoid'(0) = ¼, even if the formula of g' says something else."""
    sigmoid = forward_pass(Y, LayerCache(X, 0 * Z1, 0 * Z1 + 0.5), LayerCache(A1, Z2, A2), activation="sigmoid")
    wrong = replace(sigmoid.hidden_activation, derivative_by=lambda A: A)
    for activation in (sigmoid.hidden_activation, wrong):
        assert true_derivative(activation, 0 * Z1).unique().tolist() == [0.25]
    forward = replace(sigmoid, hidden_activation=wrong)
    assert BackwardContext(TensorName("dZ", 1), RIGHT, forward).g_prime(0 * Z1).unique().tolist() == [0.25]


def test_other_layers() -> None:
    first, last = context("dW", 1), context("dW", 2)
    assert [there.other.layer for there in context("dA", 0).with_others()] == [2]
    outside = (lambda: last.above, lambda: first.below, lambda: last.other, lambda: last.g_prime(Z2))
    for there_is_none in outside:
        with pytest.raises(IndexError):
            there_is_none()


# The forward pass


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_logarithms_keep_their_digits(output: str) -> None:
    """log A = -100 of sigmoid, and 0 - 100 of softmax, where A itself is 0 beside 1."""
    seen = ForwardContext(output, value_of(output), Z=tensor([-100, 0]))
    assert seen.log_A[0, 0].item() == pytest.approx(-100, rel=1e-15)
    assert seen.log_rest[0, 1].item() == pytest.approx(-0.6931471805599453, rel=1e-15)


# What a text sees


@pytest.mark.parametrize(
    "seen", [context("dW", 2), ForwardContext("sigmoid", value_of("sigmoid"), Z=Z2)], ids=["backward", "forward"]
)
def test_a_text_sees_the_attributes_and_nothing_else(seen: Mapping[str, Tensor]) -> None:
    assert seen["Z"] is Z2
    with pytest.raises(KeyError, match="dX"):
        seen["dX"]


@pytest.mark.parametrize(
    ("edit", "allowed"),
    [
        (Edit("dW", "", ""), True),
        (Edit("dW", "", "", "tanh sigmoid"), True),
        (Edit("dW", "", "", "tanh"), False),
        (Edit("dW", "", "", need="classes"), False),
        (Edit("dW", "", "", need="square"), True),  # the sizes say it themselves
    ],
)
def test_an_edit_is_possible_with_its_functions_and_several_outputs(edit: Edit, allowed: bool) -> None:
    assert context("dW", 2).allows(edit) is allowed
    assert ForwardContext("sigmoid", value_of("sigmoid"), Z=Z2).allows(edit) is allowed
