"""The fast forms of full-batch gradient descent: the formulas of `propagation`, fused and reordered.

The loop computes only what it needs and allocates nothing. Tensors have features along the first axis and examples
along the second. A (n + 1, m) ends in a row of ones. [W b] (n_out, n_in + 1) contains the bias as the weights of this
row, so that Z = [W b] A_prev and [dW db] = (1/m) dZ A_prevᵀ are one product each. See docs/gram.md.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.formulas.layers import slope_gradient
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import is_finite


class DirectLayer:
    """A layer in the direct form: it keeps [W b] and multiplies it with A_prev (n_in + 1, m).

    `forward()` writes Z (n_out, m) into the tensor `Z`. `update(dZ, rate)` computes [W b] -= rate dZ A_prevᵀ.
    `parameters()` returns W (n_out, n_in) and b (1, n_out).
    """

    def __init__(self, A_prev: Tensor, W: Tensor, b: Tensor, Z: Tensor) -> None:
        self.A_prev, self.A_prev_T, self.Z = A_prev, A_prev.T, Z
        self.W_b = torch.cat([W, b.T], dim=1)
        self.m_times_dW_b = torch.empty_like(self.W_b)

    def forward(self) -> None:
        torch.mm(self.W_b, self.A_prev, out=self.Z)

    def update(self, dZ: Tensor, rate: float) -> None:
        """Compute the sum over the examples apart from W: added to W, each of its small terms would be rounded away."""
        torch.mm(dZ, self.A_prev_T, out=self.m_times_dW_b)
        self.W_b.sub_(self.m_times_dW_b, alpha=rate)

    def parameters(self) -> tuple[Tensor, Tensor]:
        return self.W_b[:, :-1], self.W_b[:, -1:].T


def direct_layer_1(X: Tensor, W: Tensor, b: Tensor, Z: Tensor) -> DirectLayer:
    """Create layer 1 in the direct form.

    With many examples each feature is contiguous in memory, which makes the sums over the examples faster and more
    exact. With many features X keeps its layout, because the transposed copy would take longer than some steps.
    """
    m, n_x = X.shape
    if m > n_x:
        return DirectLayer(torch.cat([X.T, X.new_ones(1, m)]), W, b, Z)
    return DirectLayer(torch.cat([X, X.new_ones(m, 1)], dim=1).T, W, b, Z)


class GramLayer:
    """Layer 1 in the Gram form: it updates Z[1] without W, and computes W = W₀ + C X with C (n_1, m) at the end.

    Each step adds a combination of the examples to W, so Z = Z₀ + C K. The matrix K = X Xᵀ + 1 (m, m) is computed
    once; the 1 accounts for the bias, a weight of a feature that is always 1. The form is exact: only the order of the
    sums differs.
    """

    def __init__(self, X: Tensor, K: Tensor, W: Tensor, b: Tensor, Z: Tensor) -> None:
        self.X, self.K, self.W, self.b, self.Z = X, K, W, b, Z
        self.Z_0 = torch.addmm(b.T, W, X.T)
        self.C = torch.zeros_like(Z)

    def forward(self) -> None:
        torch.mm(self.C, self.K, out=self.Z)
        self.Z.add_(self.Z_0)

    def update(self, dZ: Tensor, rate: float) -> None:
        self.C.sub_(dZ, alpha=rate)

    def parameters(self) -> tuple[Tensor, Tensor]:
        return self.W + self.C @ self.X, self.b + self.C.sum(dim=1, keepdim=True).T


def gram_layer_1(X: Tensor, W: Tensor, b: Tensor, Z: Tensor) -> GramLayer | DirectLayer:
    """Create layer 1 in the Gram form, or in the direct form if an inner product of two examples overflows.

    K holds squares of features, which overflow long before the products of the direct form.
    """
    K = gram_matrix(X).add_(1)
    return GramLayer(X, K, W, b, Z) if is_finite(K) else direct_layer_1(X, W, b, Z)


def gram_matrix(X: Tensor) -> Tensor:
    """K = X Xᵀ: K is symmetric, so its upper right quarter is copied from the lower left quarter."""
    half = (len(X) + 1) // 2
    first, second = X[:half], X[half:]
    K = X.new_empty(len(X), len(X))
    torch.mm(X, first.T, out=K[:, :half])
    K[:half, half:] = K[half:, :half].T
    torch.mm(second, second.T, out=K[half:, half:])
    return K


class HiddenLayer:
    """Hidden layer l, with the weights of layer l + 1.

    Buffers and their views are created once, because each view takes a microsecond.
    """

    def __init__(self, network: DeepNetwork, l: int, Z: list[Tensor], dZ: list[Tensor]) -> None:
        """Index l - 1 of the lists Z and dZ is layer l."""
        layer, next_layer = network.layers[l - 1], network.layers[l]
        self.activation, self.slope = network.hidden_activation, layer.slope
        self.Z, self.dZ, self.dZ_next = Z[l - 1], dZ[l - 1], dZ[l]
        A_and_ones = torch.cat([self.Z, self.Z.new_ones(1, self.Z.shape[1])])
        self.A = A_and_ones[:-1]
        self.next = DirectLayer(A_and_ones, next_layer.W, next_layer.b, Z[l])
        self.W_T = self.next.W_b[:, :-1].T

    def forward(self) -> None:
        """A[l] = g(Z[l]) and Z[l+1] = [W b] A[l]."""
        self.activation.write_value(self.Z, self.slope, self.A)
        self.next.forward()

    def backward(self, rate: float) -> None:
        """dA[l] = Wᵀ dZ[l+1], [W b] -= rate dZ[l+1] A[l]ᵀ, dZ[l] = dA[l] * g'(Z[l]), and the update of the slope."""
        torch.mm(self.W_T, self.dZ_next, out=self.dZ)  # dA, before W is updated
        self.next.update(self.dZ_next, rate)
        if self.slope is None or not self.slope.requires_grad:
            self.activation.turn_into_dZ(self.dZ, self.Z, self.A, self.slope)
        else:
            dslope = slope_gradient(self.dZ.T, self.Z.T, self.activation, m=1)
            self.activation.turn_into_dZ(self.dZ, self.Z, self.A, self.slope)
            self.slope.sub_(dslope, alpha=rate)


def fast_descent(
    form_of_layer_1: Callable[[Tensor, Tensor, Tensor, Tensor], DirectLayer | GramLayer],
    network: DeepNetwork,
    X: Tensor,
    Y: Tensor,
    learning_rate: float,
    iterations: int,
    record_every: int,
) -> list[float]:
    """Run full-batch gradient descent with reused buffers.

    Returns the costs before every record_every-th update.
    """
    m, output = len(X), network.output
    rate = average(learning_rate, m)
    Z = [X.new_empty(n, m) for n in network.layer_sizes[1:]]
    dZ = [X.new_empty(n, m) for n in network.layer_sizes[1:]]
    logits, dZ_logits, target = Z[-1].T, dZ[-1].T, Y.to(X.dtype)
    first = form_of_layer_1(X, network.layers[0].W, network.layers[0].b, Z[0])
    hidden_layers = [HiddenLayer(network, l, Z, dZ) for l in range(1, len(Z))]
    costs: list[float] = []
    for iteration in range(iterations):
        first.forward()
        for layer in hidden_layers:
            layer.forward()
        if iteration % record_every == 0:
            costs.append(output.cost(logits, Y).item())
        dZ_logits.copy_(output.derivative(output.value(logits), target))
        for layer in reversed(hidden_layers):
            layer.backward(rate)
        first.update(dZ[0], rate)
    for parameters, trained in zip(network.layers, [first, *(layer.next for layer in hidden_layers)], strict=True):
        W, b = trained.parameters()
        parameters.W.copy_(W)
        parameters.b.copy_(b)
    return costs
