"""From probabilities to labels, and how many of them are right (notes 1.1)."""

from jaxtyping import Bool, Float, Int, Num
from torch import Tensor
from torch.nn.functional import one_hot


def labels(A: Float[Tensor, "m n_y"], output: str) -> Int[Tensor, "m n_y"]:
    """Labels in the form of Y: 1 where A > 0.5 (sigmoid), or 1 at the most probable class of a row (softmax)."""
    if output == "softmax":
        return one_hot(A.argmax(dim=1), num_classes=A.shape[1])
    return (A > 0.5).long()


def correct(A: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"], output: str) -> Bool[Tensor, " m"]:
    """Whether each example is labelled right, in all of its outputs; the mean of it is the accuracy."""
    return (labels(A, output) == Y).all(dim=1)
