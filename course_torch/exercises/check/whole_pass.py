"""The functions of a learner's file together: their whole pass, and their training on the flower.

The whole pass is a function at the end of the file that calls the learner's functions, from X to dW and db.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from course_torch.data.planar import flower_points
from course_torch.exercises.judge.sentences import not_loaded, without_result
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.cells import PASS, Piece
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import Function, used_by
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.signatures import places, required_by
from course_torch.exercises.sandbox.client import Answer, Failure, Learner
from course_torch.exercises.sandbox.layout import Part, all_handed, in_layout, parts
from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork

NAME = "course_torch_pass"
PART = Text("{name}: found {found}, expected {expected}", "{name}：得到 {found}，应当是 {expected}")
SHAPE = Text(
    "shape of {name} (in rows): found {found}, expected {expected}",
    "{name} 的形状（按行）：得到 {found}，应当是 {expected}",
)
IN_PASS = Text("in its forward and backward pass {symptom}", "正向传播和反向传播时，{symptom}")


def with_pass(source: Source, chapter: Chapter, parts: Iterable[Chapter] = ()) -> Source:
    """The file with the chapter's function NAME at its end. Only what the functions of the chapters need runs."""
    training = [chapter.training.function] if chapter.training else []
    beside = (task for part in parts for task in part.tasks if task.name in source.functions)
    tasks = [*Contents(source, chapter).present, *beside]
    text = chapter.whole_pass
    for task in tasks:
        call = partial(own_call, source.functions[task.name], task)
        text = re.sub(rf"\b{task.key}\((.*?)\)", call, text)
    asked = frozenset([NAME, *training, *(name for task in tasks for name in (task.name, task.key))])
    pieces = (*source.pieces, Piece(PASS, text))
    return replace(source, pieces=pieces, asked=asked)


def own_call(function: Function, task: Task, call: re.Match[str]) -> str:
    """A call in the whole pass, with the function's arguments in its own order, and those that it requires besides."""
    given = dict(enumerate(call[1].split(", ")))
    further = required_by(function)[len(given) :]
    return f"{task.name}({', '.join([*(given[place] for place in places(function, task)), *further])})"


def run_pass(
    learner: Learner, X: Tensor, Y: Tensor, parameters: Mapping[str, Tensor], patience: float = 0
) -> dict[str, Tensor] | Text:
    """cost, dW1, db1, … by the learner's forward and backward pass, or why there are none.

    parameters   W1, b1, … WL, bL
    patience     seconds of processor time after which the call fails; 0 is no limit

    Raises ValueError if the examples are too large for one call.
    """
    layout = learner.source.layout
    arguments = all_handed({"X": X, "Y": Y, "parameters": dict(parameters)}, layout)
    answer = learner.call(NAME, arguments, patience=patience)
    if isinstance(answer, Failure):
        symptom = without_result(answer, learner.source.path.name)
        return not_loaded(answer) if learner.failure else IN_PASS.fill(symptom=symptom)
    right = {"cost": X.new_zeros(()), **{f"d{name}": tensor for name, tensor in parameters.items()}}
    found: dict[str, Tensor] = {}
    for part in parts(answer.result, right, "result", layout):
        if not isinstance(part, Part):
            return PART.fill(**part._asdict())
        if part.found.shape != part.right.shape:
            shapes = {"found": tuple(part.found.shape), "expected": tuple(part.right.shape)}
            return SHAPE.fill(name=part.name, **shapes)
        found[part.name] = part.found
    return found


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
