"""Random numbers of a tensor's shape."""

import torch
from torch import Tensor


def noise(tensor: Tensor, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(tensor.shape, generator=generator, dtype=torch.float64).to(tensor.dtype)
