"""The two passes through the layers, by hand."""

import torch

from course_torch import DeepNetwork


def test_both_passes_by_hand(float64: None) -> None:
    """2-2-1 with leaky ReLU (slope 1/4, learned) and the identity output.

    Z[1] = ((3, -4), (1, 0)), A[1] = ((3, -1), (1, 0)), Z[2] = 2 · 3 - 4 + 1 = 3 and 2 + 1 = 3.
    dZ[2] = A - Y = (2, 6), dA[1] = dZ[2] W[2] = ((4, 8), (12, 24)), g' = ((1, 1/4), (1, 1/4)) as g'(0) = slope.
    dW[2] = ½ (2 · 3 + 6 · 1, -2), dslope = ½ (8 · -4) and dW[1] = ½ dZ[1]ᵀ X with dZ[1] = ((4, 2), (12, 6)).
    """
    network = DeepNetwork([2, 2, 1], "leaky_relu", "identity", slope=0.25, learn_slope=True)
    W, b = ([[1, -1], [1, 1]], [[2, 4]]), ([[0, -3]], [[1]])
    with torch.no_grad():
        for layer, W_l, b_l in zip(network.layers, W, b, strict=True):
            layer.W[:], layer.b[:] = torch.tensor(W_l), torch.tensor(b_l)
    X, Y = torch.tensor([[1.0, -2.0], [2.0, 1.0]]), torch.tensor([[1.0], [-3.0]])
    first, second = network.caches(X)
    assert (first.A_prev is X, second.A_prev is first.A) == (True, True)
    assert first.Z.tolist() == [[3, -4], [1, 0]]
    assert first.A.tolist() == [[3, -1], [1, 0]]
    assert second.Z.tolist() == second.A.tolist() == [[3], [3]]
    below, top = network.backward_steps(X, Y, input_derivative=True)
    assert [top.dZ.tolist(), below.dZ.tolist()] == [[[2], [6]], [[4, 2], [12, 6]]]
    assert [top.dA_prev.tolist(), below.dA_prev.tolist()] == [[[4, 8], [12, 24]], [[6, -2], [18, -6]]]
    assert [top.gradients.dW.tolist(), below.gradients.dW.tolist()] == [[[6, -1]], [[14, 2], [7, 1]]]
    assert [top.gradients.db.tolist(), below.gradients.db.tolist()] == [[[4]], [[8, 4]]]
    assert (top.gradients.dslope, below.gradients.dslope.item()) == (None, -16)
