"""Random networks with examples on which every mistake shows."""

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import shows_all
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.deep_network import DeepNetwork

ALIVE = 1e-3
"""The smallest ‖dW‖ of a layer. Below it nearly all ReLU units are inactive, and a mistake might not show."""
NEEDS = ("tanh", "relu", "leaky_relu", "square", "zeros")
"""The values of `need` for right networks, in turn."""

Problem = tuple[DeepNetwork, Tensor, Tensor]


def random_problem(
    seed: int, need: str = "any", output: str = "sigmoid", dtype: torch.dtype = torch.float64
) -> Problem:
    """A network of 3 to 5 layers with m examples: tanh for even seeds, ReLU for odd ones.

    All widths differ from m. They also differ from each other, or are all 5 if `need` is "square" or "deep". Z is of
    order 1, no bias is 0, all classes occur, and every hidden layer has positive and negative Z. `need` may also be an
    activation, or "zeros" for a ReLU unit with Z exactly 0. Softmax has 3 classes.
    """
    generator = torch.Generator().manual_seed(seed)
    hidden_layers, m = 2 + seed % 3, (9, 11, 23)[seed % 3]
    hidden_layers = max(3, hidden_layers) if need == "deep" else hidden_layers
    n_x, narrowest, n_y = (10, 4, 3) if output == "softmax" else (8, 2, 1)
    widths = (
        [5] * hidden_layers
        if need in ("square", "deep")
        else (narrowest + torch.randperm(5, generator=generator)[:hidden_layers]).tolist()
    )
    activation = need if need in ACTIVATIONS else "relu" if need == "zeros" else ("tanh", "relu")[seed % 2]
    while True:
        network = DeepNetwork(
            [n_x, *widths, n_y],
            activation,
            output,
            slope=0.1,
            learn_slope=True,
            dtype=torch.float64,
            generator=generator,
        )
        with torch.no_grad():
            for layer in network.layers:
                layer.b.normal_(generator=generator)
            if need == "zeros":
                network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 0
        X = torch.randn(m, network.layer_sizes[0], dtype=torch.float64, generator=generator)
        Y = labels(output, m, n_y, generator)
        if shows_all(network, X) and all(each.dW.norm() > ALIVE for each in network.manual_gradients(X, Y)):
            return network.to(dtype), X.to(dtype), Y.to(dtype)


def labels(output: str, m: int, n_y: int, generator: torch.Generator) -> Tensor:
    """Random numbers for the identity output, otherwise the classes in turn."""
    if output == "identity":
        return torch.randn(m, n_y, dtype=torch.float64, generator=generator)
    classes = torch.arange(m) % max(2, n_y)
    if n_y == 1:
        return classes.double().reshape(-1, 1)
    return torch.eye(n_y, dtype=torch.float64)[classes]
