"""The project's only 1/m (notes 1.2: the cost is the mean over the examples)."""

from typing import TypeVar

from torch import Tensor

Total = TypeVar("Total", float, Tensor)


def average(total: Total, m: float) -> Total:
    """(1/m) · total: turns a sum over examples into the mean that the cost J and its gradients are, in any shape.

    dZ and dA are derivatives of the loss L of each example and never pass through here; J, dW, db and the gradient
    of a learned slope do. m is the number of examples, or, in one of several processes that hold parts of one
    batch, the size of the whole batch divided by the number of processes: the mean of the processes' results is
    then the mean over the whole batch, however uneven the parts are.
    """
    return total if m == 1 else total / m
