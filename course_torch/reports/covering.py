"""What each part of a picture says for a class: cover the part, and see what the network then says (notes 3.2)."""

import torch
from jaxtyping import Float, Float64, UInt8
from torch import Tensor

from course_torch.network.deep_network import DeepNetwork

GREY = 128
PATCHES = 8
"""A patch is an eighth of the height and of the width of a picture. Patches overlap by half."""


@torch.no_grad()
def evidence(
    network: DeepNetwork, x: Float[Tensor, "1 n_x"], picture: UInt8[Tensor, "height width channels"], label: int
) -> Float64[Tensor, "height width"]:
    """Log-odds of class `label` for x, minus those for x with a grey patch: the mean over all patches on a pixel.

    x holds the features of the picture. A positive value says that what is there raises the probability of the class.
    """
    height, width = picture.shape[:2]
    grey = (x + (GREY - picture.reshape(1, -1).to(x.dtype)) / 255).reshape(picture.shape)
    whole = log_odds(network, x, label)
    change, patches = (torch.zeros(height, width, dtype=torch.float64) for _ in range(2))
    high, wide = max(1, height // PATCHES), max(1, width // PATCHES)
    for top in starts(height, high):
        lefts = starts(width, wide)
        covered = x.reshape(picture.shape).repeat(len(lefts), 1, 1, 1)
        for one, left in zip(covered, lefts, strict=True):
            one[top : top + high, left : left + wide] = grey[top : top + high, left : left + wide]
        changes = whole - log_odds(network, covered.reshape(len(lefts), -1), label)
        for each, left in zip(changes, lefts, strict=True):
            change[top : top + high, left : left + wide] += each
            patches[top : top + high, left : left + wide] += 1
    return change / patches


def starts(length: int, size: int) -> list[int]:
    """Return the first pixels of patches that overlap by half and reach both ends."""
    last = length - size
    return [*range(0, last, max(1, size // 2)), last]


def log_odds(network: DeepNetwork, X: Float[Tensor, "m n_x"], label: int) -> Float64[Tensor, " m"]:
    """log(P / (1 - P)) for the probability P of a class, from Z: P itself rounds to 1 if the network is sure.

    For the sigmoid that is Z, or -Z for class 0 of a single output. For softmax it is Z[label] - log Σ exp(other Z).
    """
    Z = network.caches(X)[-1].Z.double()
    if Z.shape[1] == 1:
        return Z[:, 0] if label == 1 else -Z[:, 0]
    if network.output.name != "softmax":
        return Z[:, label]
    others = torch.cat([Z[:, :label], Z[:, label + 1 :]], dim=1)
    return Z[:, label] - others.logsumexp(dim=1)
