"""What the learner's functions can do: their training loop separates the course's flower."""

from dataclasses import dataclass

import torch
from torch import Tensor

from course_torch.data.planar import flower_points
from course_torch.exercises.form import handed, in_layout
from course_torch.exercises.process import Answer, Learner
from course_torch.exercises.task import Training
from course_torch.network.deep_network import DeepNetwork


@dataclass(frozen=True)
class Demonstration:
    """The network with the learner's parameters, the flower, and J before and after."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor
    before: float
    after: float

    @property
    def accuracy(self) -> float:
        """Fraction of the points that the network labels right."""
        return (self.network.predict(self.X) == self.Y).double().mean().item()


@torch.no_grad()
def demonstrate(learner: Learner, training: Training) -> Demonstration | None:
    """Train the network of the chapter by the learner's function. Returns None if the function fails here."""
    network, (X, labels) = training.network(), flower_points(seed=1)
    Y, layout = labels.double(), learner.source.layout
    before = network.cost(X, Y).item()
    arguments = training.arguments(network, X, Y)
    answer = learner.call(training.function, [handed(value, name, layout) for name, value in arguments.items()])
    if not isinstance(answer, Answer):
        return None
    try:
        parameters = training.parameters(answer.result)
        for l, layer in enumerate(network.layers, start=1):
            for name, parameter in ((f"W{l}", layer.W), (f"b{l}", layer.b)):
                parameter.copy_(in_layout(torch.as_tensor(parameters[name]), name, layout).reshape(parameter.shape))
    except (TypeError, KeyError, IndexError, ValueError, RuntimeError):
        return None
    return Demonstration(network, X, Y, before, network.cost(X, Y).item())
