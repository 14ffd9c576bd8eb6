"""The results of the chapter's functions, as the course's assignment names and nests them."""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

from course_torch.exercises.chapters.descent import Tensors
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import FREE, Cache, Own, Value
from course_torch.formulas.activations import sigmoid, tanh

N_H = 4
"""Units of the hidden layer that layer_sizes returns, as in the course."""


class LayerSizes(NamedTuple):
    n_x: Tensor
    n_h: Tensor
    n_y: Tensor


class Forward(NamedTuple):
    A2: Tensor
    cache: Value = FREE


def forward(
    X: Tensor,
    parameters: Tensors,
    hidden: Callable[[Tensor], Tensor] = tanh,
    output: Callable[[Tensor], Tensor] = sigmoid,
) -> Tensors:
    """Z1, A1, Z2 and A2, with any activations."""
    Z1 = X @ parameters["W1"].T + parameters["b1"]
    A1 = hidden(Z1)
    Z2 = A1 @ parameters["W2"].T + parameters["b2"]
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": output(Z2)}


def cache(setting: Setting) -> Cache:
    """Z1, A1, Z2 and A2."""
    return Cache(
        {f"{kind}{l}": getattr(each, kind) for l, each in enumerate(setting.caches, start=1) for kind in ("Z", "A")}
    )


def own_cache(setting: Setting) -> dict[str, Own]:
    """The cache as the learner's own forward_propagation makes it."""
    return {"cache": Own("forward_propagation", {"X": setting.X, "parameters": setting.parameters}, 1)}
