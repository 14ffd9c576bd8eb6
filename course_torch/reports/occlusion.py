"""What in a picture speaks for a class: how far the log-odds of the class fall if a patch is covered (notes 3.2)."""

import torch
from jaxtyping import Float, Float64, UInt8
from torch import Tensor

from course_torch.formulas.outputs import class_log_odds
from course_torch.network.deep_network import DeepNetwork

GREY = 128
PATCHES = 8  # A patch is an eighth of the height and of the width of a picture. Patches overlap by half.


@torch.no_grad()
def evidence(
    network: DeepNetwork, x: Float[Tensor, "1 n_x"], picture: UInt8[Tensor, "height width channels"], label: int
) -> Float64[Tensor, "height width"]:
    """Log-odds of class `label` for x, minus those with a grey patch: the mean of the patches on a pixel."""

    def log_odds(X: Tensor) -> Tensor:
        return class_log_odds(network.output, network.caches(X)[-1].Z, label)

    height, width = picture.shape[:2]
    grey = (x + (GREY - picture.reshape(1, -1).to(x.dtype)) / 255).reshape(picture.shape)
    whole = log_odds(x)
    change, patches = (torch.zeros(height, width, dtype=torch.float64) for _ in range(2))
    high, wide = max(1, height // PATCHES), max(1, width // PATCHES)
    for top in starts(height, high):
        squares = [(slice(top, top + high), slice(left, left + wide)) for left in starts(width, wide)]
        covered = x.reshape(picture.shape).repeat(len(squares), 1, 1, 1)
        for copy, square in zip(covered, squares, strict=True):
            copy[square] = grey[square]
        for square, difference in zip(squares, whole - log_odds(covered.flatten(start_dim=1)), strict=True):
            change[square] += difference
            patches[square] += 1
    return change / patches


def starts(length: int, size: int) -> list[int]:
    """Return the first pixels of patches that overlap by half and reach both ends."""
    last = length - size
    return [*range(0, last, max(1, size // 2)), last]
