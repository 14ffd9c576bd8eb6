"""Which examples go into which part, where a set does not say so itself."""

from collections.abc import Sequence

import torch
from jaxtyping import Int
from torch import Tensor


def stratified_split(classes: Int[Tensor, " m"], shares: Sequence[float], seed: int) -> list[Int[Tensor, " rows"]]:
    """Row numbers, in order, of the training part and of one part a share, drawn class by class.

    Of a class with n examples a part gets round(share · n), the training part what is left: at least one where the
    shares are below a half together.
    """
    generator = torch.Generator().manual_seed(seed)
    parts: list[list[Tensor]] = [[] for _ in range(1 + len(shares))]
    for each in classes.unique():
        rows = (classes == each).nonzero()[:, 0]
        sizes = [round(share * len(rows)) for share in shares]
        drawn = rows[torch.randperm(len(rows), generator=generator)].split([len(rows) - sum(sizes), *sizes])
        for part, chosen in zip(parts, drawn, strict=True):
            part.append(chosen)
    return [torch.cat(part).sort().values for part in parts]
