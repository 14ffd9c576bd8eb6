"""Hidden units that hardly learn, because g'(Z) is nearly 0 for the examples (notes 2.3, 2.4)."""

import torch
from torch import Tensor

from course_torch.formulas.activation import Activation
from course_torch.formulas.layers import LayerCache

FLAT = 0.05
"""A unit is flat at an example if g'(Z) is below this fraction of g'(0)."""
MOST = 0.9
"""A unit is saturated if it is flat at this fraction of the examples."""


def dead_units(g: Activation, cache: LayerCache, slope: Tensor | None) -> list[int]:
    """The units, from 1, whose g'(Z) is 0 for every example: ReLU units with Z ≤ 0 everywhere learn nothing."""
    dead = (g.derivative(cache.Z, cache.A, slope) == 0).all(dim=0)
    return numbers(dead) if g.kink else []


def saturated_units(g: Activation, cache: LayerCache, slope: Tensor | None) -> list[int]:
    """The units, from 1, in the flat ends of g for most examples: sigmoid and tanh units with large |Z|."""
    if g.kink:
        return []
    zero = torch.zeros_like(cache.Z[:1, :1])
    flat = g.derivative(cache.Z, cache.A, slope) < FLAT * g.derivative(zero, g.value(zero, slope), slope)
    return numbers(flat.sum(dim=0) >= MOST * len(flat))


def numbers(chosen: Tensor) -> list[int]:
    """The numbers of the chosen units, from 1."""
    return [int(i) + 1 for i in chosen.nonzero()[:, 0]]
