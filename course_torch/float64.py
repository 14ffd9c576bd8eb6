"""float64, which some devices do not have: numbers that need it are computed on the CPU."""

import torch
from torch import Tensor


def exact(tensor: Tensor) -> Tensor:
    """The tensor in float64 on the CPU."""
    return tensor.detach().cpu().double()


def has_float64(device: torch.device | str) -> bool:
    """Whether the device stores float64. Apple's mps does not."""
    try:
        torch.zeros(1).to(device).double()
    except (TypeError, RuntimeError):
        return False
    return True
