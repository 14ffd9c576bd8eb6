"""The two libraries of a learner's file: how arrays become the library's arrays, and how its results become arrays."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Library(NamedTuple):
    """The arrays of a library.

    into   makes an array of the library that shares the memory of a NumPy array
    out    returns the NumPy array of a tensor, or None for any other object
    """

    into: Callable[[np.ndarray], Any]
    out: Callable[[object], np.ndarray | None]


def numpy_library() -> Library:
    return Library(lambda array: array, lambda value: None)


def torch_library() -> Library:
    import torch

    torch.set_num_threads(1)  # threads of small products mostly wait for each other

    def out(value: object) -> np.ndarray | None:
        if not isinstance(value, torch.Tensor):
            return None
        value = value.detach().cpu()
        return (value if value.dtype != torch.bfloat16 else value.float()).numpy()

    return Library(torch.from_numpy, out)


LIBRARIES: dict[str, Callable[[], Library]] = {"numpy": numpy_library, "torch": torch_library}
