"""What the training function of a right file reaches on the flower."""

from dataclasses import dataclass

import torch
from torch import Tensor

from course_torch.data.planar import flower_points
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import used_by
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.sandbox.client import Answer, Learner
from course_torch.exercises.sandbox.layout import all_handed, in_layout
from course_torch.exercises.tasks.task import Chapter
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


def may_train(source: Source, chapter: Chapter, verdicts: list[Verdict]) -> bool:
    """Whether the chapter's training function and the functions of the chapter that it calls are right."""
    right = {verdict.task.name for verdict in verdicts if verdict.state == "right" and not verdict.way.given.names}
    function = chapter.training.function if chapter.training else ""
    judged = {task.name for task in Contents(source, chapter).judged}
    return function in right and used_by(source.functions, function) & judged <= right


@torch.no_grad()
def demonstrate(learner: Learner, chapter: Chapter) -> Demonstration | None:
    """Train the network of the chapter by the learner's function. Returns None if the function fails here."""
    training = chapter.training
    assert training is not None
    network, (X, labels) = chapter.flower_network(), flower_points(seed=1)
    Y, layout = labels.double(), learner.source.layout
    before = network.cost(X, Y).item()
    answer = learner.call(training.function, all_handed(training.arguments(network, X, Y), layout))
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
