"""Central differences of the outputs of any function, and how far each of them may be trusted."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

NUDGES = (1e-5, 1e-6, 1e-7, 1e-4, 1e-3)
"""Tried in turn while an entry is rough: smaller ones beside a kink, larger ones if the function rounds to float32."""
ROUGH = 1e-4
"""An entry whose error is larger than this, relative to the largest derivative, is tried with another nudge."""
TRUSTED = 1e-2
"""An entry whose error is still larger than this judges nothing."""
TINY, STEPS = 1e-7, 4
"""The size of the steps along which rounding errors show, and how many are made on each side."""
ENTRIES = 500
"""Larger tensors are judged by a random sample of this many entries."""


class Differences(NamedTuple):
    """Derivatives of k entries by each of n outputs.

    indices   of the entries in the flattened tensor
    values    (k, n)
    errors    (k, n): half of the difference between the slopes on both sides of the point, and the rounding error. At a
              kink this is half of the jump
    fair      (k,) whether an entry can judge
    """

    indices: Tensor
    values: Tensor
    errors: Tensor
    fair: Tensor

    def whole(self, x: Tensor) -> bool:
        """Whether every entry of the tensor is judged."""
        return len(self.indices) == x.numel() and bool(self.fair.all())

    @property
    def total(self) -> Tensor:
        """The derivatives of the sum of the outputs."""
        return self.values.sum(dim=1)


def central_differences(
    outputs: Callable[[Tensor], Tensor], x: Tensor, generator: torch.Generator, indices: Tensor | None = None
) -> Differences:
    """The derivatives of n numbers, `outputs(x)`, by these entries of x, or by all or a random sample of them."""
    if indices is None:
        indices = torch.randperm(x.numel(), generator=generator)[:ENTRIES].sort().values
    here = outputs(x)
    rounding = rounding_of(outputs, x, here, generator)
    values = torch.zeros(len(indices), len(here), dtype=torch.float64)
    errors = torch.full_like(values, torch.inf)
    todo = torch.arange(len(indices))
    for nudge in NUDGES:
        for k in todo.tolist():
            value, error = slope_at(outputs, x, int(indices[k]), here, nudge, rounding)
            if error.sum() < errors[k].sum():
                values[k], errors[k] = value, error
        scale = values.abs().max() if values.numel() else torch.tensor(0.0)
        todo = torch.nonzero(errors.amax(dim=1) > ROUGH * scale + torch.finfo(x.dtype).eps / nudge).flatten()
        if not len(todo):
            break
    known = values[errors.isfinite().all(dim=1)]
    scale = known.abs().max() if known.numel() else torch.tensor(0.0)
    fair = values.isfinite().all(dim=1) & (errors.amax(dim=1) <= TRUSTED * scale + 1e-9)
    return Differences(indices, values, errors, fair)


def rounding_of(outputs: Callable[[Tensor], Tensor], x: Tensor, here: Tensor, generator: torch.Generator) -> Tensor:
    """The rounding error of each output: ε of the dtype, or what shows along tiny steps in a random direction.

    Along tiny steps a smooth function is a straight line, with a bend at a kink. A function that rounds to float32
    inside is a staircase.
    """
    direction = TINY * (2 * torch.randint(0, 2, x.shape, generator=generator) - 1).to(x) * x.abs().clamp(min=1)
    along = torch.stack([outputs(x + step * direction) for step in range(-STEPS, STEPS + 1)])
    bends = (along[2:] - 2 * along[1:-1] + along[:-2]).abs().median(dim=0).values
    return (torch.finfo(x.dtype).eps * (1 + here.abs())).maximum(bends.nan_to_num(nan=0.0))


def slope_at(
    outputs: Callable[[Tensor], Tensor], x: Tensor, index: int, here: Tensor, nudge: float, rounding: Tensor
) -> tuple[Tensor, Tensor]:
    """The central difference at one entry, and its error."""
    moved = x.contiguous().clone()
    at = moved.view(-1)[index].item()
    step = nudge * max(1.0, abs(at))

    def outputs_at(value: float) -> Tensor:
        moved.view(-1)[index] = value
        return outputs(torch.empty_like(x).copy_(moved))  # in the layout of x

    above, below = outputs_at(at + step), outputs_at(at - step)
    return (above - below) / (2 * step), ((above - 2 * here + below).abs() / 2 + rounding) / step
