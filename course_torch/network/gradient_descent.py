"""The course's training loop: full-batch gradient descent, without Lightning (notes 1.3, 2.5, 3.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import check_name
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import check_batch
from course_torch.network.fast_descent import DirectLayer, GramLayer, fast_descent
from course_torch.network.propagation import backward_propagation


@dataclass(frozen=True)
class History:
    """J before iterations 0, record_every, 2 · record_every, …"""

    costs: list[float]
    record_every: int


@torch.no_grad()
def gradient_descent(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    *,
    learning_rate: float,
    iterations: int,
    record_every: int = 100,
    method: str = "auto",
) -> History:
    """Repeat `iterations` times W -= α dW, b -= α db on all m examples at once; α is `learning_rate`.

    The network is updated in place. The cost is recorded before every `record_every`-th update, as the course
    prints it. Methods, all exact and equal to rounding:

    plain   the formulas as they stand, below
    fused   the same with reused buffers and one product for each update (`fast_descent.DirectLayer`)
    gram    the same without the first layer's W in the loop, for wide examples (`fast_descent.GramLayer`)
    auto    fused or gram, whichever has fewer multiplications

    Raises InputError where X or Y does not fit the network, and for an unknown method.
    """
    check_batch(network.layer_sizes, X, Y)
    network.output.check_labels(Y)
    if method == "auto":
        method = fewest_multiplications(len(X), network.layer_sizes, iterations)
    check_name("method", method, METHODS)
    return History(METHODS[method](network, X, Y, learning_rate, iterations, record_every), record_every)


def plain(
    network: DeepNetwork, X: Tensor, Y: Tensor, learning_rate: float, iterations: int, record_every: int
) -> list[float]:
    """The loop of the lecture: forward, cost, backward, update."""
    costs: list[float] = []
    for iteration in range(iterations):
        caches = network.caches(X)
        if iteration % record_every == 0:
            costs.append(network.output.cost(caches[-1].Z, Y).item())
        steps = backward_propagation(Y, network.layers, caches, network.hidden_activation, network.output, m=len(X))
        for layer, step in zip(network.layers, steps, strict=True):
            for parameter, gradient in zip(layer.learned(), step.gradients, strict=False):  # W and dW, b and db, …
                assert gradient is not None
                parameter -= learning_rate * gradient
    return costs


def buffered(kind: type[DirectLayer] | type[GramLayer]) -> Callable[..., list[float]]:
    """A fast form with that kind of first layer."""

    def descend(
        network: DeepNetwork, X: Tensor, Y: Tensor, learning_rate: float, iterations: int, record_every: int
    ) -> list[float]:
        first = kind(X, network.layers[0].W, network.layers[0].b)
        return fast_descent(
            network, X, Y, first, learning_rate=learning_rate, iterations=iterations, record_every=record_every
        )

    return descend


def fewest_multiplications(m: int, layer_sizes: Sequence[int], iterations: int) -> str:
    """ "gram" where its first layer costs less in all: m² n_1 a step, and X Xᵀ once, against 2 m n_x n_1 a step."""
    n_x, n_1 = layer_sizes[:2]
    gram = m * m * n_x + 2 * m * n_x * n_1 + iterations * m * m * n_1
    return "gram" if gram < iterations * 2 * m * n_x * n_1 else "fused"


METHODS: dict[str, Callable[..., list[float]]] = {
    "plain": plain,
    "fused": buffered(DirectLayer),
    "gram": buffered(GramLayer),
}
