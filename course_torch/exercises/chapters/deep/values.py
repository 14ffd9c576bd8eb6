"""The arguments and results of the chapter's functions, as the course's assignment names and nests them."""

from typing import Any, NamedTuple

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import FREE, Own


class LinearCache(NamedTuple):
    """What the linear step keeps for its backward step."""

    A_prev: Tensor
    W: Tensor
    b: Tensor


class BlockCache(NamedTuple):
    """The cache of the linear step, and Z for the activation's backward step."""

    linear_cache: LinearCache
    Z: Tensor


class LinearForward(NamedTuple):
    Z: Tensor
    cache: Any = FREE


class BlockForward(NamedTuple):
    A: Tensor
    cache: Any = FREE


class ModelForward(NamedTuple):
    AL: Tensor
    caches: Any = FREE


class LinearBackward(NamedTuple):
    dA_prev: Tensor
    dW: Tensor
    db: Tensor


def activation_of(setting: Setting, l: int) -> str:
    """The argument `activation` of layer l."""
    return "sigmoid" if l == setting.L else "relu"


def linear_cache(setting: Setting, l: int) -> LinearCache:
    return LinearCache(setting.caches[l - 1].A_prev, setting.W(l), setting.b(l))


def block_cache(setting: Setting, l: int) -> BlockCache:
    return BlockCache(linear_cache(setting, l), setting.caches[l - 1].Z)


def caches(setting: Setting) -> list[BlockCache]:
    """The caches of layers 1 to L."""
    return [block_cache(setting, l) for l in range(1, setting.L + 1)]


def own_linear_cache(setting: Setting, l: int) -> dict[str, Own]:
    """The cache as the learner's own linear_forward makes it."""
    made = linear_cache(setting, l)._asdict()
    return {"cache": Own("linear_forward", made, 1)}


def own_block_cache(setting: Setting, l: int) -> dict[str, Own]:
    """The cache as the learner's own linear_activation_forward makes it."""
    made = linear_cache(setting, l)._asdict() | {"activation": activation_of(setting, l)}
    return {"cache": Own("linear_activation_forward", made, 1)}


def own_caches(setting: Setting) -> dict[str, Own]:
    """The caches as the learner's own L_model_forward makes them."""
    return {"caches": Own("L_model_forward", {"X": setting.X, "parameters": setting.parameters}, 1)}
