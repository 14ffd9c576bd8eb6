"""The course's training loop: full-batch gradient descent, without Lightning (notes 1.3, 2.5, 3.2)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import check_batch
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
) -> History:
    """Repeat `iterations` times W -= α dW, b -= α db on all m examples at once; α is `learning_rate`.

    The network is updated in place. The cost is recorded before every `record_every`-th update, as the course
    prints it. Raises InputError where X or Y does not fit the network.
    """
    check_batch(network.layer_sizes, X, Y)
    costs: list[float] = []
    for iteration in range(iterations):
        caches = network.caches(X)
        if iteration % record_every == 0:
            costs.append(network.cost_of(caches, Y).item())
        steps = backward_propagation(Y, network.layers, caches, network.hidden_activation, m=len(X))
        for layer, step in zip(network.layers, steps, strict=True):
            for parameter, gradient in zip(layer.learned(), step.gradients, strict=False):  # W and dW, b and db, …
                assert gradient is not None
                parameter -= learning_rate * gradient
    return History(costs, record_every)
