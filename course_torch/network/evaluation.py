"""Cost and accuracy of a network on examples that come a batch at a time."""

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.predictions import correct


class Result(NamedTuple):
    """Cost J and the fraction of examples labelled right."""

    cost: float
    accuracy: float


@torch.no_grad()
def evaluate(network: DeepNetwork, batches: Iterable[tuple[Tensor, Tensor]]) -> Result:
    """J and accuracy over all examples of the batches (X, Y): one forward pass for each batch."""
    losses, right, m = 0.0, 0, 0
    for X, Y in batches:
        caches = network.caches(X)
        losses += network.cost_of(caches, Y, m=1).item()
        right += int(correct(caches[-1].A, Y, network.output).sum())
        m += len(Y)
    return Result(average(losses, m), average(float(right), m))
