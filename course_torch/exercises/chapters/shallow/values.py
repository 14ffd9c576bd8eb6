"""The results of the chapter's functions, as the course's assignment names and nests them."""

from typing import NamedTuple

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import FREE, Cache, Own, Value

N_H = 4
"""Units of the hidden layer that layer_sizes returns, as in the course."""


class LayerSizes(NamedTuple):
    n_x: Tensor
    n_h: Tensor
    n_y: Tensor


class Forward(NamedTuple):
    A2: Tensor
    cache: Value = FREE


def cache(setting: Setting) -> Cache:
    """Z1, A1, Z2 and A2."""
    return Cache(
        {f"{kind}{l}": getattr(each, kind) for l, each in enumerate(setting.caches, start=1) for kind in ("Z", "A")}
    )


def own_cache(setting: Setting) -> dict[str, Own]:
    """The cache as the learner's own forward_propagation makes it."""
    return {"cache": Own("forward_propagation", {"X": setting.X, "parameters": setting.parameters}, 1)}
