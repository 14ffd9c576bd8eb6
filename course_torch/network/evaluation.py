"""Cost and score of a network on examples that come a batch at a time."""

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.network.deep_network import DeepNetwork


class Result(NamedTuple):
    """Cost J and the score of the network's output: accuracy or R2 (`Output.score` is its name)."""

    cost: float
    score: float


@torch.no_grad()
def evaluate(network: DeepNetwork, batches: Iterable[tuple[Tensor, Tensor]]) -> Result:
    """J and the score over all examples of the batches (X, Y), with one forward pass for each batch."""
    outputs = [(network.caches(X)[-1].Z, Y) for X, Y in batches]
    Z, Y = (torch.cat(tensors) for tensors in zip(*outputs, strict=True))
    scores = network.output.scores(network.output.value(Z), Y, Y)
    return Result(network.output.cost(Z, Y).item(), average(scores.sum(), len(Y)).item())
