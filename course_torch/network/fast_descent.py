"""The fast forms of full-batch gradient descent: the formulas of `propagation`, fused and reordered.

The loop computes only what it needs and allocates nothing. Tensors have features along the first axis and examples
along the second. A (n + 1, m) ends in a row of ones. [W b] (n_out, n_in + 1) contains the bias as the weights of this
row, so that Z = [W b] A_prev and [W b] -= α/m dZ A_prevᵀ are one product each. See docs/gram.md.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.formulas.layers import slope_gradient
from course_torch.network.deep_network import DeepNetwork


class DirectLayer:
    """Layer 1 in the direct form: it keeps W and b and multiplies them with X.

    `forward(Z)` writes Z[1] (n_1, m). `update(dZ, rate)` computes W -= rate dZ X and updates b likewise.
    `parameters()` returns W (n_1, n_x) and b (1, n_1).
    """

    def __init__(self, X: Tensor, W: Tensor, b: Tensor) -> None:
        self.X = torch.cat([X, X.new_ones(len(X), 1)], dim=1)
        self.W_b = torch.cat([W, b.T], dim=1)

    def forward(self, Z: Tensor) -> None:
        torch.mm(self.W_b, self.X.T, out=Z)

    def update(self, dZ: Tensor, rate: float) -> None:
        self.W_b.addmm_(dZ, self.X, alpha=-rate)

    def parameters(self) -> tuple[Tensor, Tensor]:
        return self.W_b[:, :-1], self.W_b[:, -1:].T


class GramLayer:
    """Layer 1 in the Gram form: it updates Z[1] without W, and computes W = W₀ + C X with C (n_1, m) at the end.

    Each step adds a combination of the examples to W, so Z = W Xᵀ + b changes by -rate dZ K. The matrix
    K = X Xᵀ + 1 (m, m) is computed once; the 1 accounts for the bias, a weight of a feature that is always 1. The
    form is exact: only the order of the sums differs.
    """

    def __init__(self, X: Tensor, W: Tensor, b: Tensor) -> None:
        self.X, self.W, self.b = X, W, b
        self.K = X @ X.T + 1
        self.Z = W @ X.T + b.T
        self.C = torch.zeros_like(self.Z)

    def forward(self, Z: Tensor) -> None:
        Z.copy_(self.Z)

    def update(self, dZ: Tensor, rate: float) -> None:
        self.C.sub_(dZ, alpha=rate)
        self.Z.addmm_(dZ, self.K, alpha=-rate)

    def parameters(self) -> tuple[Tensor, Tensor]:
        return self.W + self.C @ self.X, self.b + self.C.sum(dim=1, keepdim=True).T


class Hidden(NamedTuple):
    """Buffers of hidden layer l and the weights of layer l + 1.

    Views of the buffers are created once, because each view takes a microsecond.
    """

    Z: Tensor
    A: Tensor
    A_and_ones: Tensor
    A_and_ones_T: Tensor
    dZ: Tensor
    slope: Tensor | None
    W_b: Tensor  # of layer l + 1
    W_T: Tensor
    Z_next: Tensor
    dZ_next: Tensor

    @classmethod
    def of(cls, network: DeepNetwork, l: int, Z: list[Tensor], dZ: list[Tensor]) -> "Hidden":
        """Create the buffers of layer l. Index l - 1 of the lists Z and dZ is layer l."""
        A_and_ones = torch.cat([Z[l - 1], Z[l - 1].new_ones(1, Z[l - 1].shape[1])])
        W_b = torch.cat([network.layers[l].W, network.layers[l].b.T], dim=1)
        return cls(
            Z=Z[l - 1],
            A=A_and_ones[:-1],
            A_and_ones=A_and_ones,
            A_and_ones_T=A_and_ones.T,
            dZ=dZ[l - 1],
            slope=network.layers[l - 1].slope,
            W_b=W_b,
            W_T=W_b[:, :-1].T,
            Z_next=Z[l],
            dZ_next=dZ[l],
        )


def fast_descent(
    network: DeepNetwork,
    X: Tensor,
    Y: Tensor,
    first: DirectLayer | GramLayer,
    *,
    learning_rate: float,
    iterations: int,
    record_every: int,
) -> list[float]:
    """Run full-batch gradient descent with reused buffers; `first` is layer 1.

    Returns the costs before every record_every-th update.
    """
    activation, output = network.hidden_activation, network.output
    m = len(X)
    rate = average(learning_rate, m)
    Z = [X.new_empty(n, m) for n in network.layer_sizes[1:]]
    dZ = [X.new_empty(n, m) for n in network.layer_sizes[1:]]
    logits, dZ_logits, target = Z[-1].T, dZ[-1].T, Y.to(X.dtype)
    hidden = [Hidden.of(network, l, Z, dZ) for l in range(1, len(Z))]
    costs: list[float] = []
    for iteration in range(iterations):
        first.forward(Z[0])
        for layer in hidden:
            activation.write_value(layer.Z, layer.slope, layer.A)
            torch.mm(layer.W_b, layer.A_and_ones, out=layer.Z_next)
        if iteration % record_every == 0:
            costs.append(output.cost(logits, Y).item())
        dZ_logits.copy_(output.derivative(output.value(logits), target))
        for layer in reversed(hidden):
            torch.mm(layer.W_T, layer.dZ_next, out=layer.dZ)  # dA, before W is updated
            layer.W_b.addmm_(layer.dZ_next, layer.A_and_ones_T, alpha=-rate)
            learned = layer.slope is not None and layer.slope.requires_grad
            dslope = slope_gradient(layer.dZ.T, layer.Z.T, activation, m=1) if learned else None
            activation.turn_into_dZ(layer.dZ, layer.Z, layer.A, layer.slope)
            if layer.slope is not None and dslope is not None:
                layer.slope.sub_(dslope, alpha=rate)
        first.update(dZ[0], rate)
    write_back(network, first.parameters(), [layer.W_b for layer in hidden])
    return costs


def write_back(network: DeepNetwork, first: tuple[Tensor, Tensor], W_b: list[Tensor]) -> None:
    """Copy the final parameters into the network."""
    others = [(each[:, :-1], each[:, -1:].T) for each in W_b]
    for layer, (W, b) in zip(network.layers, [first, *others], strict=True):
        layer.W.copy_(W)
        layer.b.copy_(b)
