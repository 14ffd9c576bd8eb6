"""What a suspect is made from, for a network of two layers with leaky slope 1/4 in layer 1."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import Kind, TensorName
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


def step(kind: Kind, l: int) -> Step:
    return Step(TensorName(kind, l), RIGHT, FORWARD)


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
    assert (step(kind, l).layer, step(kind, l).place) == (layer, place)


def test_the_tensors_of_the_forward_pass_are_those_of_the_layer() -> None:
    for l, expected in {1: (X, Z1, A1, W1), 2: (A1, Z2, A2, W2)}.items():
        seen = step("dW", l)
        for tensor_seen, tensor_expected in zip((seen.A_prev, seen.Z, seen.A, seen.W), expected, strict=True):
            assert tensor_seen is tensor_expected
    assert (step("dW", 1).L, step("dW", 1).m) == (2, 2)


def test_the_right_tensors_are_those_of_the_layer() -> None:
    assert step("dA", 1).reference is RIGHT[TensorName("dA", 1)]
    assert step("dA", 1).dZ is RIGHT[TensorName("dZ", 2)]
    assert step("db", 1).dW is RIGHT[TensorName("dW", 1)]
    assert step("dW", 1).dA is RIGHT[TensorName("dA", 1)]


def test_dA_of_the_output_is_that_of_the_cross_entropy() -> None:
    """-1 / 0.5 = -2 for the label 1, 1 / (1 - 0.75) = 4 for the label 0."""
    assert step("dW", 2).dA.tolist() == [[-2], [4]]


def test_labels_have_the_dtype_of_A() -> None:
    whole = forward_pass(Y.long(), *FORWARD.caches)
    assert Step(TensorName("dZ", 2), RIGHT, whole).Y.dtype == torch.float64


def test_the_derivative_is_that_of_the_layer_with_its_slope() -> None:
    assert step("dZ", 1).derivative.tolist() == [[0.25, 1], [1, 0.25]]
    assert FORWARD.derivative(1, tensor([-1])).tolist() == [[0.25]]


def test_the_derivative_follows_from_g_alone() -> None:
    """sigmoid'(0) = ¼, even if the formula of g' says something else. A wrong formula gives no suspect."""
    zero = LayerCache(X, torch.zeros_like(Z1), torch.full_like(Z1, 0.5))
    right = forward_pass(Y, zero, LayerCache(A1, Z2, A2), activation="sigmoid")
    wrong = replace(right, hidden_activation=replace(right.hidden_activation, derivative_by=lambda A: A))
    for each in (right, wrong):
        assert Step(TensorName("dZ", 1), RIGHT, each).derivative.unique().tolist() == [0.25]
    assert [each.unique().tolist() for each in right.formula_of_derivative(1, torch.full_like(Z1, 3))] == [[-6]]
    assert list(wrong.formula_of_derivative(1, Z1)) == []


@pytest.mark.parametrize(
    ("kind", "l", "of", "expected"),
    [("dW", 2, "dZ", [("dZ", 1)]), ("dW", 1, "dZ", [("dZ", 2)]), ("dZ", 1, "dA", [("dA", 0)])],
)
def test_tensors_of_other_layers(kind: Kind, l: int, of: Kind, expected: list) -> None:
    seen: list[Tensor] = step(kind, l).others(of)
    assert [id(each) for each in seen] == [id(RIGHT[TensorName(*name)]) for name in expected]


def test_the_step_of_another_kind_is_that_of_the_same_layer() -> None:
    assert step("dA", 1).at("dW") == step("dW", 2)
    assert step("dW", 1).at("dZ") == step("dZ", 1)
