"""Steps of a backward pass made from a few numbers: most code of the diagnosis needs no network."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import ForwardPass, Kind, TensorName
from course_torch.mistakes.record import Edit, Mistake, mistake


def tensor(*rows: object) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def named(tensors: Mapping[tuple[Kind, int], Tensor]) -> dict[TensorName, Tensor]:
    return {TensorName(*name): each for name, each in tensors.items()}


def forward_pass(
    Y: Tensor, *caches: LayerCache, W: Sequence[Tensor] = (), slope: Tensor | None = None, activation: str = "tanh"
) -> ForwardPass:
    """A forward pass of as many layers as there are caches. W may be left out where only its number counts."""
    W = W or [torch.zeros(cache.Z.shape[1], cache.A_prev.shape[1]) for cache in caches]
    slopes = [slope] * (len(caches) - 1) + [None]
    return ForwardPass(caches, W, slopes, Y, ACTIVATIONS[activation], "sigmoid")


def layer_of(m: int, n_in: int, n_out: int) -> LayerCache:
    """A cache of zeros, where only the shapes count."""
    zeros = torch.zeros(m, n_out, dtype=torch.float64)
    return LayerCache(torch.zeros(m, n_in, dtype=torch.float64), zeros, zeros)


def cause(key: str, sentence: str = "it is wrong", *edits: Edit) -> Mistake:
    """A record that says the same in both languages."""
    return mistake(key, key, "1.1", sentence, sentence, *edits)
