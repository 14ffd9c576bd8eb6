"""Cost and accuracy of a network on a part of a set."""

from typing import NamedTuple

import torch

from course_torch.data.data_set import Part, features
from course_torch.formulas.average import average
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.predictions import correct


class Result(NamedTuple):
    """Cost J and the fraction of examples labelled right."""

    cost: float
    accuracy: float


@torch.no_grad()
def evaluate(network: DeepNetwork, part: Part, scale: int) -> Result:
    """One forward pass over all examples of the part, a chunk of them at a time."""
    m = len(part.Y)
    cost, right = 0.0, 0
    for X, Y in part.in_chunks():
        caches = network.caches(features(X, scale, network.layers[0].W.dtype))
        cost += network.cost_of(caches, Y, m).item()
        right += int(correct(caches[-1].A, Y, network.output).sum())
    return Result(cost, average(float(right), m))
