"""A backward pass in replaceable steps, in which mistakes can be made on purpose.

The steps here are written apart from `formulas` and from the diagnosis, so that neither can excuse the other.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from course_torch.verification.judges import Tensors
from course_torch.verification.names import TensorName
from course_torch.verification.suspects import ForwardPass

Need = Literal["any", "tanh", "relu", "leaky_relu", "square", "zeros"]
"""What a network must have: an activation, square layers, a ReLU unit whose Z is exactly 0."""


@dataclass(frozen=True)
class Steps:
    """dZ[L](A, Y); dW(dZ, A_prev, A); db(dZ); dA_prev(dZ, W, dW); dZ[l](dA, Z, A, top dA, g'); dslope(dA, Z)."""

    output: Callable[..., Tensor] = lambda A, Y: A - Y
    weights: Callable[..., Tensor] = lambda dZ, A_prev, A: dZ.T @ A_prev / len(dZ)
    biases: Callable[..., Tensor] = lambda dZ: dZ.sum(0, keepdim=True) / len(dZ)
    inputs: Callable[..., Tensor] = lambda dZ, W, dW: dZ @ W
    hidden: Callable[..., Tensor] = lambda dA, Z, A, top, g: dA * g(Z, A)
    slope: Callable[..., Tensor] = lambda dA, Z: (dA * Z * (Z < 0)).sum() / len(dA)


@dataclass(frozen=True)
class Mistake:
    """Steps with one mistake; `first` is the first wrong tensor of a network of L layers, `cause` its key in CAUSES."""

    name: str
    steps: Steps
    first: str
    cause: str
    need: Need = "any"


@dataclass(frozen=True)
class Variant:
    """Right steps in another spelling."""

    name: str
    steps: Steps
    need: Need = "any"


def backward(steps: Steps, forward: ForwardPass) -> Tensors:
    """The backward pass that these steps make, in order."""
    tensors: Tensors = {}
    L, top = len(forward.W), torch.empty(0)
    for l in range(L, 0, -1):
        cache, W, slope = forward.caches[l - 1], forward.W[l - 1], forward.slopes[l - 1]
        if l == L:
            dZ = steps.output(cache.A, forward.Y)
        else:
            dA = tensors[TensorName("dA", l)]
            top = dA if l == L - 1 else top
            dZ = steps.hidden(dA, cache.Z, cache.A, top, lambda Z, A, l=l: forward.derivative(l, Z, A))
            if slope is not None:
                tensors[TensorName("dslope", l)] = steps.slope(dA, cache.Z)
        tensors[TensorName("dZ", l)] = dZ
        if dZ.shape != cache.Z.shape:
            break  # from here on the products no longer fit: a program ends with an error
        tensors[TensorName("dW", l)] = steps.weights(dZ, cache.A_prev, cache.A)
        tensors[TensorName("db", l)] = steps.biases(dZ)
        if tensors[TensorName("dW", l)].shape != W.shape:
            break
        tensors[TensorName("dA", l - 1)] = steps.inputs(dZ, W, tensors[TensorName("dW", l)])
    return tensors


RIGHT = Steps()


def wrong(**steps: Callable[..., Tensor]) -> Steps:
    """The right steps but for these."""
    return replace(RIGHT, **steps)
