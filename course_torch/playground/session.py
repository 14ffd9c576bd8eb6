"""A session: examples, network and optimizer, the step that trains, and the way back."""

from collections import deque
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.data.csv_file import Table
from course_torch.exercises.own_pass import OwnPass
from course_torch.network.evaluation import Result, evaluate
from course_torch.playground.examples import Batch, Examples
from course_torch.playground.passes import Pass, StoppedError, by_formulas, by_own_pass
from course_torch.playground.settings import Settings
from course_torch.playground.updates import copied, updates_of

RING = 400
"""Steps that Back can go."""
RECORD_EVERY = 10
"""Steps between two points of the cost's curve."""


class Snapshot(NamedTuple):
    """Everything that a step changes."""

    step: int
    parameters: list[Tensor]
    optimizer: list[dict[str, Any]]
    as_exported: bool


class CostPoint(NamedTuple):
    """A point of the curve: J of the training part and of the held-out part, before the step `step`."""

    step: int
    train: float
    held_out: float


class Session:
    """One training from step 0.

    right_pass    computes the gradients: the formulas, or the learner's pass if there is one
    used_pass     what trains: `right_pass`, or a mistake
    as_exported   whether every step so far was that of train.py with the same settings

    Raises InputError for the learner's own points if there are none.
    """

    def __init__(self, settings: Settings, table: Table | None = None, own_pass: OwnPass | None = None) -> None:
        self.settings, self.examples = settings, Examples(settings, table)
        config = settings.model_config()
        self.network = config.network().to(self.examples.dtype)
        self.parameters = list(self.network.parameters())
        self.updates = updates_of(config, self.parameters)
        self.right_pass: Pass = by_formulas if own_pass is None else partial(by_own_pass, own_pass)
        self.used_pass: Pass = self.right_pass
        self.step = 0
        self.as_exported = True
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
            raise StoppedError("diverged", f"J = {J.item()} at step {self.step}")
        self._ring.append(self._snapshot())
        for layer, each in zip(self.network.layers, gradients, strict=True):
            for parameter, gradient in zip(layer.learned(), each, strict=False):  # W and dW, b and db, …
                parameter.grad = gradient
        self.updates.step()
        self.step += 1
        self.as_exported &= self.used_pass is self.right_pass

    @torch.no_grad()
    def cost(self, batch: Batch) -> float:
        return self.network.output.cost(self.network.caches(batch.X)[-1].Z, batch.Y).item()

    def result(self, batch: Batch) -> Result:
        """Cost and accuracy."""
        return evaluate(self.network, [(batch.X, batch.Y)])

    @property
    def steps_back(self) -> int:
        """The number of steps that `back` can go."""
        return len(self._ring)

    @torch.no_grad()
    def back(self, steps: int) -> None:
        """Return to an earlier step, as far as the ring of snapshots goes."""
        steps = min(steps, len(self._ring))
        if steps == 0:
            return
        earlier = [self._ring.pop() for _ in range(steps)][-1]
        self.step, self.as_exported = earlier.step, earlier.as_exported
        self.updates.state.clear()
        for parameter, value, state in zip(self.parameters, earlier.parameters, earlier.optimizer, strict=True):
            parameter.copy_(value)
            if state:
                self.updates.state[parameter] = state
        self.costs = [each for each in self.costs if each.step <= self.step]

    def _snapshot(self) -> Snapshot:
        """Copy the parameters and the optimizer's moving averages."""
        return Snapshot(
            self.step,
            [each.detach().clone() for each in self.parameters],
            [copied(self.updates.state.get(each, {})) for each in self.parameters],
            self.as_exported,
        )
