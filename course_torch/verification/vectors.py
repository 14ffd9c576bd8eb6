"""Tensors as NumPy's vectors: a diagnosis compares thousands of short ones, which takes torch twice the time."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Vector = NDArray[np.float64]


def vector_of(tensor: Tensor) -> Vector:
    """All entries in one row, in float64 on the CPU."""
    return tensor.detach().cpu().double().flatten().numpy()


def norm(vector: Vector) -> float:
    """‖v‖ = √(v·v)."""
    return sqrt(vector @ vector)


def largest(vector: Vector) -> float:
    """max |v_i|, and 0 without entries."""
    return float(np.abs(vector).max()) if vector.size else 0.0
