"""The results of the chapter's functions, as the course's assignment names and nests them."""

from typing import Any, NamedTuple

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import FREE

Tensors = dict[str, Tensor]


class Parameters(NamedTuple):
    w: Tensor
    b: Tensor


class Propagated(NamedTuple):
    grads: Tensors
    cost: Tensor


class Optimized(NamedTuple):
    params: dict[str, Tensor]
    grads: Tensors
    costs: Any = FREE


def weights(setting: Setting) -> tuple[Tensor, float]:
    """w (n_x, 1) and the number b."""
    return setting.W(1).T, setting.b(1).item()
