"""The two passes through the layers, by hand and with every option that they take."""

import pytest
import torch

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.layers import BackwardStep
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.parameters import LayerTensors
from course_torch.network.propagation import Layer, backward_propagation, forward_propagation

pytestmark = pytest.mark.usefixtures("float64")
LEAKY, IDENTITY = ACTIVATIONS["leaky_relu"], OUTPUTS["identity"]
X, Y = [[1.0, -2.0], [2.0, 1.0]], [[1.0], [-3.0]]


@pytest.fixture
def layers() -> list[LayerTensors]:
    """2-2-1 with leaky ReLU (slope 1/4, learned) and the identity output."""
    W_1, b_1 = torch.tensor([[1.0, -1.0], [1.0, 1.0]]), torch.tensor([[0.0, -3.0]])
    W_2, b_2 = torch.tensor([[2.0, 4.0]]), torch.tensor([[1.0]])
    return [LayerTensors(W_1, b_1, torch.tensor(0.25, requires_grad=True)), LayerTensors(W_2, b_2, None)]


def backward_steps(layers: list[LayerTensors], **options: object) -> list[BackwardStep]:
    caches = forward_propagation(torch.tensor(X), layers, LEAKY, IDENTITY)
    with torch.no_grad():
        return backward_propagation(torch.tensor(Y), layers, caches, LEAKY, IDENTITY, **options)


def test_forward_by_hand(layers: list[LayerTensors]) -> None:
    """Z[1] = ((3, -4), (1, 0)), A[1] = ((3, -1), (1, 0)), Z[2] = 2 · 3 - 4 + 1 = 3 and 2 + 1 = 3."""
    assert all(isinstance(layer, Layer) for layer in layers)
    features = torch.tensor(X)
    first, second = forward_propagation(features, layers, LEAKY, IDENTITY)
    assert first.A_prev is features
    assert first.Z.tolist() == [[3.0, -4.0], [1.0, 0.0]]
    assert second.A_prev is first.A
    assert first.A.tolist() == [[3.0, -1.0], [1.0, 0.0]]
    assert second.Z.tolist() == second.A.tolist() == [[3.0], [3.0]]


def test_backward_by_hand(layers: list[LayerTensors]) -> None:
    """dZ[2] = A - Y = (2, 6), dA[1] = dZ[2] W[2] = ((4, 8), (12, 24)), g' = ((1, 1/4), (1, 1/4)) as g'(0) = slope.

    dW[2] = ½ (2 · 3 + 6 · 1, -2), dslope = ½ (8 · -4) and dW[1] = ½ dZ[1]ᵀ X with dZ[1] = ((4, 2), (12, 6)).
    """
    first, second = backward_steps(layers, m=2, input_derivative=True)
    assert second.dZ.tolist() == [[2.0], [6.0]]
    assert second.gradients.dW.tolist() == [[6.0, -1.0]]
    assert second.gradients.db.tolist() == [[4.0]]
    assert second.gradients.dslope is None
    assert second.dA_prev.tolist() == [[4.0, 8.0], [12.0, 24.0]]
    assert first.dZ.tolist() == [[4.0, 2.0], [12.0, 6.0]]
    assert first.gradients.dW.tolist() == [[14.0, 2.0], [7.0, 1.0]]
    assert first.gradients.db.tolist() == [[8.0, 4.0]]
    assert first.gradients.dslope.item() == -16.0
    assert first.dA_prev.tolist() == [[6.0, -2.0], [18.0, -6.0]]
