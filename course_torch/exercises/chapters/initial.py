"""What can be wrong with initial parameters, which are drawn at random."""

from collections.abc import Mapping

import torch
from torch import Tensor

from course_torch.exercises.task import Finding, finding


def wrong_start(found: Mapping[str, Tensor]) -> Finding | None:
    """What is wrong with initial parameters of the right shapes."""
    for name, tensor in found.items():
        if not tensor.isfinite().all():
            return finding("parameter not finite", name=name)
        if name.startswith("b") and tensor.any():
            return finding("biases not 0", name=name)
        if name.startswith("W") and len(tensor) > 1 and torch.equal(tensor, tensor[:1].expand_as(tensor)):
            return finding("equal units", name=name)
        if name.startswith("W") and not tensor.any():
            return finding("weights are 0", name=name)
        if name.startswith("W") and tensor.abs().max() > 20:
            return finding("weights too large", name=name, size=f"{tensor.abs().max():.0f}")
    return None
