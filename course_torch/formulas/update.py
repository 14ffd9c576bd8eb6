"""The parameter update of gradient descent (notes 1.3)."""

from jaxtyping import Float
from torch import Tensor


def update(W: Float[Tensor, "*shape"], dW: Float[Tensor, "*shape"], alpha: float) -> Float[Tensor, "*shape"]:
    """W = W - α dW: one step downhill, in place. b and a learned slope are updated likewise (notes 1.3)."""
    return W.sub_(alpha * dW)
