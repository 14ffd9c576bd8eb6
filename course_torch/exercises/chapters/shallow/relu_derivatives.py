"""The derivatives of ReLU and leaky ReLU, from Z."""

import torch

from course_torch.exercises.chapters.shallow.activations import SLOPE
from course_torch.exercises.chapters.shallow.derivatives import task

RELU_DERIVATIVE = task(
    "relu",
    "g'(Z) = 1 (Z > 0), 0 (Z < 0), g'(0) ∈ {0, 1}",
    lambda Z: (Z > 0).double(),
    lambda Z: (Z >= 0).double(),
    "g'(Z) = where(Z > 0, 1, 0)",
)
LEAKY_RELU_DERIVATIVE = task(
    "leaky_relu",
    "g'(Z) = 1 (Z > 0), 0.01 (Z < 0), g'(0) ∈ {0.01, 1}",
    lambda Z: torch.where(Z > 0, 1, SLOPE),
    lambda Z: torch.where(Z >= 0, 1, SLOPE),
    "g'(Z) = where(Z > 0, 1, 0.01)",
)
