"""Random draws of rows: the splits of a set that does not define them, and the order of the examples in an epoch."""

from collections.abc import Sequence

import torch
from jaxtyping import Int
from torch import Tensor


def stratified_split(classes: Int[Tensor, " m"], fractions: Sequence[float], seed: int) -> list[Int[Tensor, " rows"]]:
    """Draw the sorted row numbers of the training split, then of one split for each fraction, class by class.

    A class with n examples gives round(fraction · n) examples to the split of a fraction, and the rest to the training
    split. If the fractions sum to less than a half, the training split gets at least one example of every class.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = []
    for number in classes.unique():
        rows = (classes == number).nonzero()[:, 0]
        sizes = [round(fraction * len(rows)) for fraction in fractions]
        shuffled = rows[torch.randperm(len(rows), generator=generator)]
        drawn.append(shuffled.split([len(rows) - sum(sizes), *sizes]))
    return [torch.cat(split).sort().values for split in zip(*drawn, strict=True)]


def epoch_order(examples: int, seed: int, epoch: int) -> Int[Tensor, " examples"]:
    """Draw the order of the examples in an epoch: every process, and every tool, draws the same order.

    The factor keeps the epochs of neighbouring seeds apart; torch's generator uses 32 bits of a seed.
    """
    generator = torch.Generator().manual_seed((seed * 1_000_003 + epoch) % 2**32)
    return torch.randperm(examples, generator=generator)
