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
    """One forward pass over all examples of the part."""
    X = features(part.X, scale, network.layers[0].W.dtype)
    caches = network.caches(X)
    right = correct(caches[-1].A, part.Y, network.output)
    return Result(network.cost_of(caches, part.Y).item(), average(right.double().sum(), len(X)).item())
