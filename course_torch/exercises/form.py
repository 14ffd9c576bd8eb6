"""Conversion between the project's form (torch, rows) and the learner's form (arrays, rows or columns).

The name of a tensor says whether columns transpose it: nearly everything except the weights has a row for each
example, or is added to such rows.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.learner.wire import Unknown
from course_torch.exercises.task import FREE, Cache, Value

FIXED = ("W", "dW", "w", "dw", "column", "row")
"""Tensors that have the same shape for rows and for columns: weights, and vectors that are named by their shape."""


def turns(name: str) -> bool:
    """Whether columns transpose the tensor of this name. A number at the end of the name is the layer."""
    return name.rstrip("0123456789") not in FIXED


def in_layout(tensor: Tensor, name: str, layout: str) -> Tensor:
    """Transpose a tensor of rank 2 if the layout is columns and the name says so. This is its own inverse."""
    return tensor.T if layout == "columns" and tensor.ndim == 2 and turns(name) else tensor


def handed(value: Value, name: str, layout: str) -> Any:
    """Convert an argument into the learner's form: arrays, plain tuples, lists and dicts."""
    if isinstance(value, Tensor):
        return np.ascontiguousarray(in_layout(value, name, layout).numpy())
    if isinstance(value, dict):
        return {key: handed(each, key, layout) for key, each in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return tuple(handed(each, key, layout) for key, each in zip(value._fields, value, strict=True))
    if isinstance(value, list | tuple):
        return type(value)(handed(each, name, layout) for each in value)
    return value


class Mismatch(NamedTuple):
    """A part of a result that has another type than expected: its name, what was found, and what was expected."""

    name: str
    found: str
    expected: str


class Part(NamedTuple):
    """A tensor in a result: its name, the tensor that was found (in rows), and the right tensor."""

    name: str
    found: Tensor
    right: Tensor


def parts(found: Any, right: Value, name: str, layout: str) -> Iterator[Part | Mismatch]:
    """Compare the structure of a result with that of the right result, and yield its tensors.

    Lists and tuples are the same, an array may stand for a list, an array of one number is a number, and a dict may
    have further keys.
    """
    if right is FREE:
        return
    if isinstance(right, Cache):
        for key in [each for each in right if isinstance(found, dict) and each in found]:
            yield from parts(found[key], right[key], f"{name}[{key}]", layout)
        return
    if isinstance(right, dict):
        if not isinstance(found, dict):
            yield Mismatch(name, described(found), "a dict")
            return
        for key, each in right.items():
            if key in found:
                yield from parts(found[key], each, key, layout)
            else:
                yield Mismatch(name, f"a dict with the keys {', '.join(found)}", f"the key {key}")
    elif isinstance(right, list | tuple):
        names = getattr(right, "_fields", [f"{name}[{i}]" for i in range(len(right))])
        if isinstance(right, list) and isinstance(found, np.ndarray) and found.shape[:1] == (len(right),):
            found = [found[i, ...] for i in range(len(right))]
        if not isinstance(found, list | tuple) or len(found) != len(right):
            expected = f"({', '.join(names)})" if hasattr(right, "_fields") else f"{len(right)} values"
            yield Mismatch(name, described(found), expected)
            return
        for key, value, each in zip(names, found, right, strict=True):
            yield from parts(value, each, key, layout)
    elif isinstance(right, Tensor):
        tensor = as_tensor(found)
        if tensor is None:
            yield Mismatch(name, described(found), "a number" if right.ndim == 0 else "an array")
        elif right.ndim == 0 and tensor.numel() == 1:
            yield Part(name, tensor.reshape(()), right)
        else:
            yield Part(name, in_layout(tensor, name, layout), right)
    elif found != right:
        yield Mismatch(name, described(found), repr(right))


def as_tensor(value: Any) -> Tensor | None:
    """The tensor of an array or a number, in its own dtype; integers and bools become float64. None for other types."""
    if type(value) in (bool, int, float):
        return torch.tensor(float(value), dtype=torch.float64)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        return None
    value = value.astype(np.float64) if value.dtype.kind in "biu" or value.dtype.itemsize > 8 else value
    return torch.from_numpy(np.ascontiguousarray(value).reshape(value.shape))


def described(found: Any) -> str:
    """The type of a result in a few words, with the shape of an array and the length of a list."""
    if isinstance(found, np.ndarray):
        return f"an array of shape {found.shape}" if found.ndim else "a number"
    if isinstance(found, list | tuple):
        return f"{len(found)} values"
    if isinstance(found, Unknown):
        return f"an object of type {found}"
    return "None" if found is None else f"a {type(found).__name__}"
