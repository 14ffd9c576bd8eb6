"""The learner's own forward and backward pass, as the gradients of a network of this project."""

import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from course_torch.data.table import DataConfig
from course_torch.errors import InputError
from course_torch.exercises.judge.answer import message, not_loaded
from course_torch.exercises.judge.checking import check_file
from course_torch.exercises.recognition.chapters import NAME, chapter_of, for_chapter, used_by, with_pass
from course_torch.exercises.recognition.stand_ins import helpers_for
from course_torch.exercises.sandbox.layout import Part, all_handed, parts
from course_torch.exercises.sandbox.process import Answer, Failure, Learner
from course_torch.exercises.sandbox.source import read_source
from course_torch.exercises.tasks.cases import named_parameters
from course_torch.exercises.tasks.task import Chapter
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerGradients
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork


class LearnersPass:
    """J and the gradients of a network, computed by a learner's file in its own process.

    Raises InputError if the file cannot be read, or if its chapter has another kind of network.
    """

    def __init__(self, path: Path, network: DeepNetwork) -> None:
        source = read_source(path)
        self.chapter = chapter_of(source)
        check_network(self.chapter, network, path)
        source = for_chapter(source, self.chapter)
        self.helpers = helpers_for(source, self.chapter)
        self.source = with_pass(source, self.chapter)
        self._learner: Learner | None = None

    def check(self) -> None:
        """Reject a file whose pass is wrong. Raises InputError with the checker's answer."""
        check = check_file(self.source.path, language="en")
        if check.failure is not None:
            raise InputError(f"{self.source.path}: {not_loaded(check.failure, 'en')}")
        used = used_by(self.source, NAME)
        for verdict in check.verdicts:
            if verdict.task.name in used and verdict.state != "right":
                raise InputError(f"{self.source.path}: {message(verdict, 'en')}")

    def __call__(self, network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[Tensor, list[LayerGradients]]:
        """J and the gradients of layers 1 to L. Raises InputError if the learner's code fails."""
        if self._learner is None:
            self._learner = Learner(self.source, self.helpers, processor_seconds=None)
            weakref.finalize(self, self._learner.close)
        parameters = named_parameters(network)
        right = {"cost": X.new_zeros(()), **{f"d{name}": tensor for name, tensor in parameters.items()}}
        arguments = {"X": X.detach(), "Y": Y.to(X.dtype), "parameters": parameters}
        layout = self.source.layout
        try:
            answer = self._learner.call(NAME, all_handed(arguments, layout))
        except ValueError as error:
            sizes = f"{len(X)} examples of {X.shape[1]} features"
            raise InputError(f"{self.source.path}: found {sizes}, {error}; use fewer at a time") from error
        found = self._tensors(answer, right)
        gradients = [
            LayerGradients(found[f"dW{l}"].to(layer.W), found[f"db{l}"].to(layer.b))
            for l, layer in enumerate(network.layers, start=1)
        ]
        return found["cost"].to(X.dtype), gradients

    def cost(self, network: DeepNetwork, X: Tensor, Y: Tensor, m: float | None = None) -> Tensor:
        """J by the learner's forward pass: J.backward() gives the gradients of the learner's backward pass.

        The learner divides by the number of examples. `m` replaces it, as in `DeepNetwork.cost`.
        """
        J, gradients = self(network, X, Y)
        share = average(float(len(X)), len(X) if m is None else m)
        tensors = [gradient for layer in gradients for gradient in (layer.dW, layer.db)]
        parameters = [parameter for layer in network.layers for parameter in (layer.W, layer.b)]
        return share * LearnersCost.apply(J, tensors, *parameters)

    def _tensors(self, answer: Answer | Failure, right: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The tensors of an answer. Raises InputError."""
        if isinstance(answer, Failure):
            loaded = self._learner is not None and self._learner.failure is None
            why = failed_call(answer) if loaded else not_loaded(answer, "en")
            raise InputError(f"{self.source.path}: {why}")
        found: dict[str, Tensor] = {}
        for part in parts(answer.result, dict(right), "result", self.source.layout):
            if not isinstance(part, Part):
                raise InputError(f"{self.source.path}: {part.name}: found {part.found.en}, expected {part.expected.en}")
            if part.found.shape != part.right.shape:
                shapes = f"found {tuple(part.found.shape)}, expected {tuple(part.right.shape)}"
                raise InputError(f"{self.source.path}: shape of {part.name} (in rows): {shapes}")
            found[part.name] = part.found
        return found


def failed_call(failure: Failure) -> str:
    """Why the forward and backward pass of a file gave no result."""
    if failure.type == "timeout":
        return f"its forward and backward pass did not return within {failure.message} s"
    if failure.type == "end":
        return f"its forward and backward pass ended the process ({failure.message})"
    place, message = failure.where and f" in {failure.where}", failure.message and f": {failure.message}"
    return f"its forward and backward pass raises {failure.type}{place}{message}"


class LearnersCost(torch.autograd.Function):
    """J, whose backward pass hands out gradients that are computed already."""

    @staticmethod
    def forward(ctx: Any, J: Tensor, gradients: list[Tensor], *parameters: Tensor) -> Tensor:
        ctx.save_for_backward(*gradients)
        return J.clone()

    @staticmethod
    def backward(ctx: Any, dJ: Tensor) -> tuple[Tensor | None, ...]:
        return None, None, *(dJ * gradient for gradient in ctx.saved_tensors)


def check_has_pass(chapter: Chapter, path: Path | str) -> None:
    """Reject a chapter without a backward pass. Raises InputError."""
    if not chapter.whole_pass:
        raise InputError(f"{path}: found chapter {chapter.name}, which has no backward pass")


def check_network(chapter: Chapter, network: DeepNetwork, path: Path) -> None:
    """Reject a network that the functions of the chapter do not compute. Raises InputError."""
    L, hidden = len(network.layers), network.hidden_activation.name
    check_has_pass(chapter, path)
    layers_fit = chapter.layers in (None, L)
    hidden_fits = L == 1 or hidden == chapter.hidden_activation
    if not (layers_fit and hidden_fits and network.output.name == "sigmoid" and network.layer_sizes[-1] == 1):
        sizes = f"{chapter.layers} layers" if chapter.layers else "any number of layers"
        raise InputError(
            f"{path}: chapter {chapter.name} has {sizes}, {chapter.hidden_activation} in hidden layers and one sigmoid "
            f"output, found {L} layers, {hidden} and {network.layer_sizes[-1]} {network.output.name}"
        )


FLOWER_NETWORK = NetworkConfig(layer_sizes=(2, 4, 1), hidden_activation="tanh", learning_rate=1.2)
FLOWER = DataConfig(name="planar")


def network_for(mine: str) -> NetworkConfig:
    """The flower's network in the form of the file's chapter. Raises InputError if the file cannot be read."""
    chapter = chapter_of(read_source(Path(mine)))
    check_has_pass(chapter, mine)
    sizes = (2, 1) if chapter.layers == 1 else FLOWER_NETWORK.layer_sizes
    return replace(FLOWER_NETWORK, layer_sizes=sizes, hidden_activation=chapter.hidden_activation)
