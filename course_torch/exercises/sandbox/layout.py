"""Conversion between the project's form (torch, rows) and the learner's form (arrays, rows or columns).

The name of a tensor says whether columns transpose it: nearly everything except the weights has a row for each
example, or is added to such rows.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.sandbox.learner.wire import Unknown
from course_torch.exercises.tasks.task import FREE, Cache, Costs, Value, is_transposed
from course_torch.language import Text, same

PARAMETER = re.compile(r"[Wb]\d+")
A_DICT = Text("a dict", "一个 dict")
A_NUMBER = Text("a number", "一个数")
AN_ARRAY = Text("an array", "一个数组")
EMPTY = Text("an empty dict", "一个空的 dict")
KEYS = Text("a dict with the keys {keys}", "键为 {keys} 的 dict")
SHAPED = Text("an array of shape {shape}", "形状为 {shape} 的数组")
OBJECT = Text("an object of type {type}", "类型为 {type} 的对象")
A_TYPE = Text("a {type}", "一个 {type}")


def in_layout(tensor: Tensor, name: str, layout: str) -> Tensor:
    """Transpose a tensor of rank 2 if the layout is columns and the name says so. This is its own inverse."""
    return tensor.T if layout == "columns" and tensor.ndim == 2 and is_transposed(name) else tensor


def handed(value: Value, name: str, layout: str) -> Any:
    """Convert an argument into the learner's form: arrays, plain tuples, lists and dicts."""
    if isinstance(value, Tensor):
        return np.ascontiguousarray(in_layout(value, name, layout).cpu().numpy())
    if isinstance(value, dict):
        return {key: handed(part, key, layout) for key, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return tuple(handed(part, key, layout) for key, part in zip(value._fields, value, strict=True))
    if isinstance(value, list | tuple):
        return type(value)(handed(part, name, layout) for part in value)
    return value


def all_handed(arguments: Mapping[str, Value], layout: str) -> list[Any]:
    """Arguments in the learner's form."""
    return [handed(value, name, layout) for name, value in arguments.items()]


class Mismatch(NamedTuple):
    """A part of a result that has another type than expected: its name, what was found, and what was expected."""

    name: str
    found: Text
    expected: Text


class Part(NamedTuple):
    """A tensor in a result: its name, the tensor that was found (in rows), and the right tensor."""

    name: str
    found: Tensor
    right: Tensor


def parts(found: Any, right: Value, name: str, layout: str) -> Iterator[Part | Mismatch]:
    """Compare the structure of a result with that of the right result, and yield its tensors.

    Lists and tuples are the same, an array may stand for a list, an array of one number is a number, and a dict may
    have further keys, but no parameters of further layers: their number tells the number of layers.
    """
    if right is FREE:
        return
    if isinstance(right, Cache):
        for key in [key for key in right if isinstance(found, dict) and key in found]:
            yield from parts(found[key], right[key], f"{name}[{key}]", layout)
    elif isinstance(right, Costs):
        if isinstance(found, list) and found:
            yield from parts(found[0], right[0], f"{name}[0]", layout)
    elif isinstance(right, dict) and not isinstance(found, dict):
        yield Mismatch(name, described(found), A_DICT)
    elif isinstance(right, dict):
        if "W1" in right and any(PARAMETER.fullmatch(str(key)) and key not in right for key in found):  # W0, W3
            yield Mismatch(name, keys_of(found), keys_of(right))
        for key, part in right.items():
            if key in found:
                yield from parts(found[key], part, key, layout)
            else:
                yield Mismatch(name, keys_of(found), keys_of(right))
    elif isinstance(right, list | tuple):
        names = getattr(right, "_fields", [f"{name}[{i}]" for i in range(len(right))])
        if isinstance(right, list) and isinstance(found, np.ndarray) and found.shape[:1] == (len(right),):
            found = [found[i, ...] for i in range(len(right))]
        if not isinstance(found, list | tuple) or len(found) != len(right):
            expected = same(f"({', '.join(names)})") if hasattr(right, "_fields") else values(len(right))
            yield Mismatch(name, described(found), expected)
            return
        for key, value, part in zip(names, found, right, strict=True):
            yield from parts(value, part, key, layout)
    elif isinstance(right, Tensor):
        tensor = as_tensor(found)
        if tensor is None:
            yield Mismatch(name, described(found), A_NUMBER if right.ndim == 0 else AN_ARRAY)
        elif right.ndim == 0 and tensor.numel() == 1:
            yield Part(name, tensor.reshape(()), right)
        else:
            yield Part(name, in_layout(tensor, name, layout), right)
    elif found != right:
        yield Mismatch(name, described(found), same(repr(right)))


def keys_of(values: Mapping[str, object]) -> Text:
    """The keys of a dict."""
    return KEYS.fill(keys=", ".join(values)) if values else EMPTY


def as_tensor(value: Any) -> Tensor | None:
    """The tensor of an array or a number, in its own dtype; integers and bools become float64. None for other types."""
    if type(value) in (bool, int, float):
        return torch.tensor(float(value), dtype=torch.float64)
    if not isinstance(value, np.ndarray | np.generic) or value.dtype.kind not in "biuf":
        return None
    value = value.astype(np.float64) if value.dtype.kind in "biu" or value.dtype.itemsize > 8 else value
    return torch.from_numpy(np.ascontiguousarray(value).reshape(value.shape))


def values(number: int) -> Text:
    """How many values a list has."""
    return Text(f"{number} value{'s' * (number != 1)}", f"{number} 个值")


def described(found: Any) -> Text:
    """The type of a result in a few words, with the shape of an array and the length of a list."""
    if isinstance(found, np.ndarray):
        return SHAPED.fill(shape=found.shape) if found.ndim else A_NUMBER
    if isinstance(found, list | tuple):
        return values(len(found))
    if isinstance(found, Unknown):
        return OBJECT.fill(type=found)
    return same("None") if found is None else A_TYPE.fill(type=type(found).__name__)
