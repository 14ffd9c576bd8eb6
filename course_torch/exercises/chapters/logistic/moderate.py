"""Settings of chapter logistic whose probabilities are not too near 0 or 1."""

import torch

from course_torch.exercises.setting import Setting

LARGEST = 3.0
"""Largest |z|. Beyond it 1 - a is so small that float32 loses its digits, and right code would look wrong."""


def moderate(drawn: Setting) -> Setting:
    """Scale w and b down where |z| exceeds LARGEST."""
    largest = drawn.caches[0].Z.abs().max().item()
    with torch.no_grad():
        for parameter in drawn.network.parameters():
            parameter.mul_(min(1.0, LARGEST / largest))
    return Setting(drawn.network, drawn.X, drawn.Y)
