"""Cost and accuracy of a network on a part of a set."""

from typing import NamedTuple

import torch

from course_torch.data.chunks import chunks
from course_torch.data.data_set import Part, features
from course_torch.formulas.average import average
from course_torch.network.deep_network import DeepNetwork


class Result(NamedTuple):
    """Cost J and the fraction of examples labelled right."""

    cost: float
    accuracy: float


@torch.no_grad()
def evaluate(network: DeepNetwork, part: Part, scale: int) -> Result:
    """One forward pass over all examples of the part, a chunk of them at a time."""
    m = len(part.Y)
    cost, right = 0.0, 0.0
    for X, Y in chunks(part):
        caches = network.caches(features(X, scale, network.layers[0].W.dtype))
        cost += network.output.cost(caches[-1].Z, Y, m).item()
        right += network.output.scores(caches[-1].A, Y, part.Y).sum().item()
    return Result(cost, average(right, m))
