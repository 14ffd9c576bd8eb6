"""The fast forms of full-batch gradient descent: the formulas of `propagation`, fused and reordered.

The loop computes only what it needs and allocates nothing. Tensors have features along the first axis and examples
along the second. A (n + 1, m) ends in a row of ones. [W b] (n_out, n_in + 1) contains the bias as the weights of this
row, so that Z = [W b] A_prev and [dW db] = (1/m) dZ A_prevᵀ are one product each. The values of all layers lie in one
buffer, and their gradients in another, so that the update is one operation: on a small network the calls of torch are
the time. See docs/gram.md.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from course_torch.formulas.activations import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import slope_gradient
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import is_finite
from course_torch.network.parameters import LayerParameters


class DirectLayer:
    """A layer in the direct form: `value` is [W b] and `gradient` m [dW db]. A_prev is (n_in + 1, m)."""

    def __init__(self, A_prev: Tensor, layer: LayerParameters) -> None:
        self.A_prev, self.A_prev_T = A_prev, A_prev.T
        self.value = torch.cat([layer.W, layer.b.T], dim=1)
        self.gradient = torch.empty_like(self.value)
        self.Z, self.dZ = (A_prev.new_empty(len(layer.W), A_prev.shape[1]) for _ in range(2))

    def forward(self) -> None:
        torch.mm(self.value, self.A_prev, out=self.Z)

    def backward(self) -> None:
        """Sum over the examples apart from W: added to W, each of the small terms would be rounded away."""
        torch.mm(self.dZ, self.A_prev_T, out=self.gradient)

    def parameters(self) -> tuple[Tensor, Tensor]:
        return self.value[:, :-1], self.value[:, -1:].T


def direct_layer_1(X: Tensor, layer: LayerParameters) -> DirectLayer:
    """Create layer 1 in the direct form.

    With many examples each feature is contiguous in memory, which makes the sums over the examples faster and more
    exact. With many features X keeps its layout, because the transposed copy would take longer than some steps.
    """
    m, n_x = X.shape
    if m > n_x:
        return DirectLayer(torch.cat([X.T, X.new_ones(1, m)]), layer)
    return DirectLayer(torch.cat([X, X.new_ones(m, 1)], dim=1).T, layer)


class GramLayer:
    """Layer 1 in the Gram form: it updates Z[1] without W, and computes W = W₀ + C X with C (n_1, m) at the end.

    Each step adds a combination of the examples to W, so Z = Z₀ + C K. The matrix K = X Xᵀ + 1 (m, m) is computed
    once; the 1 accounts for the bias, a weight of a feature that is always 1. The form is exact: only the order of the
    sums differs. `value` is C, and `gradient` is dZ.
    """

    def __init__(self, X: Tensor, K: Tensor, layer: LayerParameters) -> None:
        self.X, self.K, self.W, self.b = X, K, layer.W, layer.b
        self.Z_0 = torch.addmm(self.b.T, self.W, X.T)
        self.value, self.gradient, self.Z = (torch.zeros_like(self.Z_0) for _ in range(3))

    @property
    def dZ(self) -> Tensor:
        return self.gradient

    def forward(self) -> None:
        torch.addmm(self.Z_0, self.value, self.K, out=self.Z)

    def backward(self) -> None:
        """Layer 2 has written dZ into the gradient."""

    def parameters(self) -> tuple[Tensor, Tensor]:
        return self.W + self.value @ self.X, self.b + self.value.sum(dim=1, keepdim=True).T


def gram_layer_1(X: Tensor, layer: LayerParameters) -> GramLayer | DirectLayer:
    """Create layer 1 in the Gram form, or in the direct form if an inner product of two examples overflows.

    K holds squares of features, which overflow long before the products of the direct form.
    """
    K = gram_matrix(X).add_(1)
    return GramLayer(X, K, layer) if is_finite(K) else direct_layer_1(X, layer)


def gram_matrix(X: Tensor) -> Tensor:
    """K = X Xᵀ: K is symmetric, so its upper right quarter is copied from the lower left quarter."""
    half = (len(X) + 1) // 2
    first, second = X[:half], X[half:]
    K = X.new_empty(len(X), len(X))
    torch.mm(X, first.T, out=K[:, :half])
    K[:half, half:] = K[half:, :half].T
    torch.mm(second, second.T, out=K[half:, half:])
    return K


def in_one_buffer(layers: Sequence[DirectLayer | GramLayer]) -> tuple[Tensor, Tensor]:
    """Put the values of all layers into one buffer, and their gradients into another."""
    values = torch.cat([layer.value.flatten() for layer in layers])
    gradients, sizes = torch.empty_like(values), [layer.value.numel() for layer in layers]
    for layer, value, gradient in zip(layers, values.split(sizes), gradients.split(sizes), strict=True):
        layer.value, layer.gradient = value.view_as(layer.value), gradient.view_as(layer.value)
    return values, gradients


class HiddenLayer:
    """The activation between two layers. Views are created once, because each takes a microsecond."""

    def __init__(
        self, activation: Activation, slope: Tensor | None, before: DirectLayer | GramLayer, behind: DirectLayer
    ) -> None:
        self.activation, self.slope, self.behind = activation, slope, behind
        self.Z, self.dZ, self.dZ_behind = before.Z, before.dZ, behind.dZ
        self.A, self.W_T = behind.A_prev[:-1], behind.value[:, :-1].T

    def forward(self) -> None:
        """A[l] = g(Z[l]) and Z[l+1] = [W b] A[l]."""
        self.activation.write_value(self.Z, self.slope, self.A)
        self.behind.forward()

    def backward(self, rate: float) -> None:
        """The gradient of layer l + 1, dA[l] = Wᵀ dZ[l+1], dZ[l] = dA[l] * g'(Z[l]), and the update of the slope."""
        self.behind.backward()
        torch.mm(self.W_T, self.dZ_behind, out=self.dZ)  # dA
        learned = self.slope if self.slope is not None and self.slope.requires_grad else None
        dslope = None if learned is None else slope_gradient(self.dZ.T, self.Z.T, self.activation, m=1)
        self.activation.turn_into_dZ(self.dZ, self.Z, self.A, self.slope)
        if learned is not None and dslope is not None:
            learned.sub_(dslope, alpha=rate)


def fast_descent(
    form_of_layer_1: Callable[[Tensor, LayerParameters], DirectLayer | GramLayer],
    network: DeepNetwork,
    X: Tensor,
    Y: Tensor,
    learning_rate: float,
    iterations: int,
    record_every: int,
) -> list[float]:
    """Run full-batch gradient descent with reused buffers. Returns the costs before every record_every-th update."""
    m, output, ones = len(X), network.output, X.new_ones(1, len(X))
    rate = average(learning_rate, m)
    first, others = form_of_layer_1(X, network.layers[0]), list[DirectLayer]()
    for parameters in network.layers[1:]:
        others.append(DirectLayer(torch.cat([[first, *others][-1].Z, ones]), parameters))
    values, gradients = in_one_buffer(layers := [first, *others])
    hidden = [
        HiddenLayer(network.hidden_activation, parameters.slope, before, behind)
        for parameters, before, behind in zip(network.layers, layers, others, strict=False)
    ]
    logits, dZ_logits, target = layers[-1].Z.T, layers[-1].dZ.T, Y.to(X.dtype)
    costs: list[float] = []
    for iteration in range(iterations):
        first.forward()
        for layer in hidden:
            layer.forward()
        if iteration % record_every == 0:
            costs.append(output.cost(logits, Y).item())
        dZ_logits.copy_(output.derivative(output.value(logits), target))
        for layer in reversed(hidden):
            layer.backward(rate)
        first.backward()
        values.sub_(gradients, alpha=rate)
    for parameters, trained in zip(network.layers, layers, strict=True):
        W, b = trained.parameters()
        parameters.W.copy_(W)
        parameters.b.copy_(b)
    return costs
