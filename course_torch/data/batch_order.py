"""The order of the training examples in an epoch of minibatches."""

import torch
from jaxtyping import Int
from torch import Tensor


def epoch_order(examples: int, seed: int, epoch: int) -> Int[Tensor, " examples"]:
    """Draw the order of the examples in an epoch: every process, and every tool, draws the same order.

    The factor keeps the epochs of neighbouring seeds apart; torch's generator uses 32 bits of a seed.
    """
    generator = torch.Generator().manual_seed((seed * 1_000_003 + epoch) % 2**32)
    return torch.randperm(examples, generator=generator)
