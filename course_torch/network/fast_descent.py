"""The fast forms of full-batch gradient descent: the mathematics of `propagation`, fused and reordered.

Nothing is computed that is not used and nothing is allocated in the loop. Features run along the first axis,
examples along the second: A (n + 1, m) ends in a row of ones, and [W b] (n_out, n_in + 1) holds the bias as weights of
these ones, so that Z = [W b] A_prev and [W b] -= α/m dZ A_prevᵀ are one product each. See docs/gram.md.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.formulas.costs import OUTPUTS, cost
from course_torch.network.deep_network import DeepNetwork

aten = torch.ops.aten


class IntoBuffers(NamedTuple):
    """`value(Z, slope, A)` writes g(Z) into A; `backward(dA, Z, A, slope)` turns dA into dZ = dA * g'(Z) in place."""

    value: Callable[..., object]
    backward: Callable[..., object]


ACTIVATIONS_INTO = {
    "sigmoid": IntoBuffers(
        lambda Z, slope, A: torch.sigmoid(Z, out=A),
        lambda dA, Z, A, slope: aten.sigmoid_backward.grad_input(dA, A, grad_input=dA),
    ),
    "tanh": IntoBuffers(
        lambda Z, slope, A: torch.tanh(Z, out=A),
        lambda dA, Z, A, slope: aten.tanh_backward.grad_input(dA, A, grad_input=dA),
    ),
    "relu": IntoBuffers(
        lambda Z, slope, A: torch.clamp_min(Z, 0, out=A),
        lambda dA, Z, A, slope: aten.threshold_backward.grad_input(dA, Z, 0, grad_input=dA),
    ),
    "leaky_relu": IntoBuffers(
        lambda Z, slope, A: torch.where(Z > 0, Z, slope * Z, out=A),
        lambda dA, Z, A, slope: dA.mul_(torch.where(Z > 0, 1, slope)),
    ),
    "identity": IntoBuffers(lambda Z, slope, A: A.copy_(Z), lambda dA, Z, A, slope: dA),
}
"""The pairs of `formulas.activations` as operations that allocate nothing; a test holds them equal."""


class DirectLayer:
    """Layer 1, which sees X and may be far wider than the others: W and b as they are.

    `forward(Z)` writes Z[1] (n_1, m); `update(dZ, rate)` does W -= rate dZ X and b with it; `parameters()` gives W
    (n_1, n_x) and b (1, n_1).
    """

    def __init__(self, X: Tensor, W: Tensor, b: Tensor) -> None:
        self.X, self.W, self.b = X, W.clone(), b.T.clone()

    def forward(self, Z: Tensor) -> None:
        torch.addmm(self.b, self.W, self.X.T, out=Z)

    def update(self, dZ: Tensor, rate: float) -> None:
        self.W.addmm_(dZ, self.X, alpha=-rate)
        self.b.sub_(dZ.sum(dim=1, keepdim=True), alpha=rate)

    def parameters(self) -> tuple[Tensor, Tensor]:
        return self.W, self.b.T


class GramLayer:
    """Z[1] followed without W: every step moves W by a combination of the examples, W = W₀ + C X with C (n_1, m).

    So Z = W Xᵀ + b moves by -rate dZ K with K = X Xᵀ + 1 (m, m), computed once; the 1 is the bias, whose examples are
    all 1. W is put together at the end. Exact: only the order of the sums differs.
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


def with_ones(A: Tensor) -> Tensor:
    """(n, m) -> (n + 1, m), the last row 1."""
    return torch.cat([A, A.new_ones(1, A.shape[1])])


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
    """Full-batch descent with buffers; `first` holds layer 1. Returns the costs before every record_every-th update."""
    value, backward = ACTIVATIONS_INTO[network.hidden_activation]
    output = OUTPUTS[network.output]
    hidden, m = network.layer_sizes[1:-1], len(X)
    rate = average(learning_rate, m)
    target = Y.T.to(X.dtype).contiguous()
    W_b = [torch.cat([layer.W, layer.b.T], dim=1) for layer in network.layers[1:]]  # of layers 2 … L
    slopes = [layer.slope for layer in network.layers]
    Z = [X.new_empty(n, m) for n in network.layer_sizes[1:]]
    A = [with_ones(X.new_empty(n, m)) for n in hidden]
    dZ = [X.new_empty(n, m) for n in network.layer_sizes[1:]]
    L, costs = len(Z), []
    for iteration in range(iterations):
        first.forward(Z[0])
        for l in range(L - 1):
            value(Z[l], slopes[l], A[l][:-1])
            torch.mm(W_b[l], A[l], out=Z[l + 1])
        if iteration % record_every == 0:
            costs.append(cost(output.losses(Z[-1].T, Y), m).item())
        torch.sub(output.value(Z[-1].T).T, target, out=dZ[-1])
        for l in range(L - 2, -1, -1):
            torch.mm(W_b[l][:, :-1].T, dZ[l + 1], out=dZ[l])
            W_b[l].addmm_(dZ[l + 1], A[l].T, alpha=-rate)
            slope = slopes[l]
            learned = slope is not None and slope.requires_grad
            dslope = (dZ[l] * Z[l].clamp(max=0)).sum() if learned else None
            backward(dZ[l], Z[l], A[l][:-1], slope)
            if slope is not None and dslope is not None:
                slope.sub_(dslope, alpha=rate)
        first.update(dZ[0], rate)
    write_back(network, first.parameters(), W_b)
    return costs


def write_back(network: DeepNetwork, first: tuple[Tensor, Tensor], W_b: list[Tensor]) -> None:
    """Hand the final parameters to the network."""
    others = [(each[:, :-1], each[:, -1:].T) for each in W_b]
    for layer, (W, b) in zip(network.layers, [first, *others], strict=True):
        layer.W.copy_(W)
        layer.b.copy_(b)
