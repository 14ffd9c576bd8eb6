"""How the training functions of the chapters are called on the flower."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from course_torch.exercises.task import Training, Value
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork


def drawn(layer_sizes: list[int], hidden_activation: str, initialization: str) -> Callable[[], DeepNetwork]:
    """A function that builds a float64 network with its parameters of seed 1."""
    return lambda: DeepNetwork(
        layer_sizes,
        hidden_activation,
        initialization=initialization,
        dtype=torch.float64,
        generator=torch.Generator().manual_seed(1),
    )


def by_optimize(network: Callable[[], DeepNetwork], learning_rate: float, iterations: int, note: Text) -> Training:
    """A call of optimize(w, b, X, Y, num_iterations, learning_rate), which returns ({"w", "b"}, grads, costs)."""

    def arguments(network: DeepNetwork, X: Tensor, Y: Tensor) -> Mapping[str, Value]:
        w, b = network.layers[0].W.detach().T, network.layers[0].b.item()
        return {"w": w, "b": b, "X": X, "Y": Y, "num_iterations": iterations, "learning_rate": learning_rate}

    return Training("optimize", network, arguments, lambda result: {"W1": result[0]["w"].T, "b1": result[0]["b"]}, note)


def by_train(network: Callable[[], DeepNetwork], learning_rate: float, iterations: int) -> Training:
    """A call of train(X, Y, parameters, learning_rate, iterations), which returns (parameters, costs)."""

    def arguments(network: DeepNetwork, X: Tensor, Y: Tensor) -> Mapping[str, Value]:
        parameters = {
            f"{kind}{l}": tensor.detach()
            for l, layer in enumerate(network.layers, start=1)
            for kind, tensor in (("W", layer.W), ("b", layer.b))
        }
        return {"X": X, "Y": Y, "parameters": parameters, "learning_rate": learning_rate, "iterations": iterations}

    return Training("train", network, arguments, lambda result: result[0])
