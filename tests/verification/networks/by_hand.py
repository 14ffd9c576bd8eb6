"""Tensors of a few numbers."""

import torch
from torch import Tensor


def tensor(*rows: object) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)
