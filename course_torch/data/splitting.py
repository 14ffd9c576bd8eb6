"""Splits for a set that does not define them."""

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
    splits: list[list[Tensor]] = [[] for _ in range(1 + len(fractions))]
    for each in classes.unique():
        rows = (classes == each).nonzero()[:, 0]
        sizes = [round(fraction * len(rows)) for fraction in fractions]
        drawn = rows[torch.randperm(len(rows), generator=generator)].split([len(rows) - sum(sizes), *sizes])
        for split, chosen in zip(splits, drawn, strict=True):
            split.append(chosen)
    return [torch.cat(split).sort().values for split in splits]
