"""The two libraries of a learner's file: how arrays become the library's arrays, and how its results become arrays."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Library(NamedTuple):
    """The arrays of a library.

    into             makes an array of the library
    out              returns the NumPy array of a result, or None if the result is no array of the library
    has_own_arrays   whether the library's arrays are not those of NumPy
    """

    into: Callable[[np.ndarray], Any]
    out: Callable[[object], np.ndarray | None]
    has_own_arrays: bool


def numpy_library() -> Library:
    return Library(np.array, lambda value: None, False)


def torch_library() -> Library:
    import torch

    torch.set_num_threads(1)  # threads of small products mostly wait for each other

    def out(value: object) -> np.ndarray | None:
        if not isinstance(value, torch.Tensor):
            return None
        value = value.detach().cpu()
        return (value if value.dtype != torch.bfloat16 else value.float()).numpy()

    return Library(lambda array: torch.from_numpy(np.array(array)), out, True)


LIBRARIES: dict[str, Callable[[], Library]] = {"numpy": numpy_library, "torch": torch_library}
