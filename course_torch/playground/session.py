"""A session: the network, its examples, the pass that trains it, and its updates, step by step and back."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from course_torch.data.csv_file import Table
from course_torch.data.split import Batch
from course_torch.errors import InputError
from course_torch.exercises.judge.learners_pass import LearnersPass
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerGradients
from course_torch.language import Text
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.evaluation import Result, evaluate
from course_torch.network.propagation import backward_propagation
from course_torch.playground.settings import Examples, Settings, in_words, is_number

Pass = Callable[[DeepNetwork, Batch], tuple[Tensor, Sequence[LayerGradients]]]
"""Computes J and the gradients of layers 1 to L. Raises StoppedError if that is impossible."""


DIVERGED = Text("J = {J} at step {step}", "第 {step} 步的 J = {J}")


class StoppedError(Exception):
    """The training cannot go on. `reason` is a word for the page: shapes, diverged, mine."""

    def __init__(self, reason: str, message: Text) -> None:
        super().__init__(message.en)
        self.reason, self.message = reason, message


@torch.no_grad()
def by_formulas(network: DeepNetwork, batch: Batch) -> tuple[Tensor, list[LayerGradients]]:
    """The hand-written passes in the order of operations of `J.backward()`: 1/m enters at dZ[L] (NetworkCost).

    The steps are then those of train.py bit for bit, and autograd's engine, which takes half of the time, is left out.
    """
    X, Y, m = batch
    caches = network.caches(X)
    J = network.output.cost(caches[-1].Z, Y, m)
    steps = backward_propagation(
        Y, network.layers, caches, network.hidden_activation, network.output, m=1, dJ=average(torch.ones_like(J), m)
    )
    return J, [step.gradients for step in steps]


def by_own_pass(own_pass: LearnersPass, network: DeepNetwork, batch: Batch) -> tuple[Tensor, list[LayerGradients]]:
    """J and the gradients of the learner's file. Raises StoppedError if it fails."""
    try:
        return own_pass(network, batch.X, batch.Y)
    except InputError as error:
        raise StoppedError("mine", error.text) from error


class GradientDescent:
    """W -= α dW for every parameter, as torch.optim.SGD without momentum, bit for bit.

    torch's optimizers import its compiler, which takes longer than all else that the first frame needs.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], learning_rate: float) -> None:
        self.parameters, self.learning_rate = parameters, learning_rate
        self.state: dict[nn.Parameter, dict[str, Any]] = {}

    @torch.no_grad()
    def step(self) -> None:
        for parameter in self.parameters:
            assert parameter.grad is not None
            parameter.add_(parameter.grad, alpha=-self.learning_rate)  # rounds once, as SGD does


def updates_of(config: NetworkConfig, parameters: Sequence[nn.Parameter]) -> GradientDescent | torch.optim.Optimizer:
    """The update of the config."""
    if config.optimizer == "gradient_descent":
        return GradientDescent(parameters, config.learning_rate)
    return config.optimizer_of(parameters)


def copied(state: dict[str, Any]) -> dict[str, Any]:
    """A copy of what an optimizer keeps for a parameter."""
    return {name: each.clone() if isinstance(each, Tensor) else each for name, each in state.items()}


RING = 400
"""Steps and edits that Back can undo."""
LARGEST_WEIGHT = 1e6
VALUE = Text(
    "value: found {found}, expected a number from -{most} to {most}", "值：得到 {found}，应为 -{most} 到 {most} 的数"
)
RECORD_EVERY = 10
"""Steps between two points of the cost's curve."""


class Snapshot(NamedTuple):
    """Everything that a step or an edit changes."""

    step: int
    parameters: list[Tensor]
    optimizer: list[dict[str, Any]]
    as_exported: bool
    edited: bool


class CostPoint(NamedTuple):
    """A point of the curve: J of the training part and of the held-out part, before the step `step`."""

    step: int
    train: float
    held_out: float


class Session:
    """One training from step 0.

    right_pass    computes the gradients: the formulas, or the learner's pass if there is one
    used_pass     what trains: `right_pass`, or a mistake
    as_exported   whether train.py with the same settings reaches the same parameters
    edited        whether a weight or a bias was edited by hand

    Raises InputError for the learner's own points if there are none.
    """

    def __init__(self, settings: Settings, table: Table | None = None, own_pass: LearnersPass | None = None) -> None:
        self.settings, self.examples = settings, Examples(settings, table)
        config = settings.model_config()
        self.network = config.network().to(self.examples.dtype)
        self.parameters = list(self.network.parameters())
        self.updates = updates_of(config, self.parameters)
        self.right_pass: Pass = by_formulas if own_pass is None else partial(by_own_pass, own_pass)
        self.used_pass: Pass = self.right_pass
        self.step = 0
        self.as_exported, self.edited = True, False
        self.costs: list[CostPoint] = []
        self._ring: deque[Snapshot] = deque(maxlen=RING)

    @property
    def batch(self) -> Batch:
        """The examples of the next step."""
        return self.examples.batch(self.step)

    def advance(self) -> None:
        """Make one step. Raises StoppedError if it cannot be made; nothing has changed then."""
        if self.step % RECORD_EVERY == 0 and (not self.costs or self.costs[-1].step < self.step):
            self.costs.append(CostPoint(self.step, *map(self.cost, (self.examples.train, self.examples.held_out))))
        J, gradients = self.used_pass(self.network, self.batch)
        if not J.isfinite():
            raise StoppedError("diverged", DIVERGED.fill(J=J.item(), step=self.step))
        self._ring.append(self._snapshot())
        for layer, each in zip(self.network.layers, gradients, strict=True):
            for parameter, gradient in zip(layer.learned(), each, strict=False):  # W and dW, b and db, …
                parameter.grad = gradient
        self.updates.step()
        self.step += 1
        self.as_exported &= self.used_pass is self.right_pass

    @torch.no_grad()
    def edit(self, l: int, i: int, j: int | None, value: object) -> None:
        """W[l]_ij = value, or b[l]_i = value if j is None: an edit by hand, which `back` undoes. i and j count from 0.

        The value is rounded to float32. Raises InputError if it is no finite number, or too large.
        """
        if not is_number(value, LARGEST_WEIGHT):
            raise InputError(VALUE.fill(found=in_words(value), most=f"{LARGEST_WEIGHT:.0f}"))
        self._ring.append(self._snapshot())
        layer = self.network.layers[l - 1]
        (layer.b[0] if j is None else layer.W[i])[i if j is None else j] = torch.tensor(value, dtype=torch.float32)
        self.as_exported, self.edited = False, True
        self._forget_costs()

    @torch.no_grad()
    def cost(self, batch: Batch) -> float:
        return self.network.output.cost(self.network.caches(batch.X)[-1].Z, batch.Y).item()

    def result(self, batch: Batch) -> Result:
        """Cost and accuracy."""
        return evaluate(self.network, [(batch.X, batch.Y)])

    @property
    def steps_back(self) -> int:
        """The number of steps and edits that `back` can undo."""
        return len(self._ring)

    @torch.no_grad()
    def back(self, steps: int) -> None:
        """Undo the latest steps and edits, as far as the ring of snapshots goes."""
        steps = min(steps, len(self._ring))
        if steps == 0:
            return
        earlier = [self._ring.pop() for _ in range(steps)][-1]
        self.step, self.as_exported, self.edited = earlier.step, earlier.as_exported, earlier.edited
        self.updates.state.clear()
        for parameter, value, state in zip(self.parameters, earlier.parameters, earlier.optimizer, strict=True):
            parameter.copy_(value)
            if state:
                self.updates.state[parameter] = state
        self._forget_costs()

    def _forget_costs(self) -> None:
        """Drop the points of the curve from the current step on: they were of other parameters."""
        self.costs = [each for each in self.costs if each.step < self.step]

    def _snapshot(self) -> Snapshot:
        """Copy the parameters and the optimizer's moving averages."""
        return Snapshot(
            self.step,
            [each.detach().clone() for each in self.parameters],
            [copied(self.updates.state.get(each, {})) for each in self.parameters],
            self.as_exported,
            self.edited,
        )
