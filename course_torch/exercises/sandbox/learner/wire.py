"""Messages between the checker and the learner's process: JSON for the structure, bytes for the arrays.

Nothing is unpickled on either side, because unpickling may run code.
"""

import json
import struct
from collections.abc import Callable, Iterator
from io import BufferedIOBase
from math import prod
from typing import Any

import numpy as np

LARGEST = 64 * 1024**2
"""Largest answer of the learner's process in bytes."""
LARGEST_REQUEST = 256 * 1024**2
"""Largest request of the checker in bytes: the learner's process has memory for some copies of it."""
LARGEST_TREE = 4 * 1024**2
"""Most bytes of the JSON of an answer: decoded, they take about fifty times as much memory."""
DEEPEST = 20
"""Lists, tuples and dicts inside each other. Deeper values arrive as Unknown."""
Value = Any
"""None, a bool, an int, a float, a str, an array, a list, tuple or dict of values, or Unknown."""


class TensorArray(np.ndarray):
    """The array of a tensor. An array that the learner's code made with NumPy is a plain array."""


class Unknown:
    """Stands for a result of another type. It prints as the name of the type."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __str__(self) -> str:
        return self.type_name


def write(stream: BufferedIOBase, message: Value, as_array: Callable[[object], np.ndarray | None]) -> None:
    """Write a message. Raises ValueError as `packed` does."""
    stream.writelines(packed(message, as_array))
    stream.flush()


def packed(message: Value, as_array: Callable[[object], np.ndarray | None], largest: int = LARGEST) -> list[bytes]:
    """The bytes of a message, in blocks. `as_array` returns the array of a tensor, or None for any other object.

    Raises ValueError if the message has more than `largest` bytes, or more than LARGEST_TREE beside its arrays.
    """
    arrays: list[np.ndarray] = []
    tree = json.dumps(_packed(message, arrays, as_array, DEEPEST)).encode()
    size = len(tree) + sum(array.nbytes for array in arrays)
    if (needed := max(size, 8 * sum(array.size for array in arrays))) > largest:  # the checker computes in float64
        raise ValueError(f"{needed:,} bytes, more than {largest:,}")
    if len(tree) > LARGEST_TREE:
        raise ValueError(f"{len(tree):,} bytes of values outside arrays, more than {LARGEST_TREE:,}")
    return [struct.pack("<Q", len(tree)), tree, *(array.tobytes() for array in arrays)]


def read(stream: BufferedIOBase) -> Value:
    """Read a message. Raises EOFError at the end of the stream."""
    (size,) = struct.unpack("<Q", _exactly(stream, 8))
    return _unpacked(json.loads(_exactly(stream, size)), stream)


def _exactly(stream: BufferedIOBase, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _packed(value: Value, arrays: list[np.ndarray], as_array: Callable[[object], np.ndarray | None], deep: int) -> Any:
    """Replace containers by ["kind", content] and arrays by their dtype and shape. Their bytes follow in this order."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, np.generic):
        value = np.asarray(value)
    if type(value) in (bool, int, float):
        return value if type(value) is not int or abs(value) < 2**63 else ["unknown", "int"]
    array = value if isinstance(value, np.ndarray) else as_array(value)
    if array is not None and array.dtype.kind in "biufc":
        native = array.dtype.newbyteorder("=")
        arrays.append(np.ascontiguousarray(array, dtype=native).reshape(array.shape))
        return ["array" if array is value else "tensor", [arrays[-1].dtype.str, array.shape]]
    if deep and isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return [kind, [_packed(part, arrays, as_array, deep - 1) for part in value]]
    if deep and isinstance(value, dict):
        pairs = [[str(key), _packed(part, arrays, as_array, deep - 1)] for key, part in value.items()]
        return ["dict", pairs]
    return ["unknown", type(value).__name__]


def _unpacked(tree: Any, stream: BufferedIOBase) -> Value:
    """The value of a tree, whose arrays the stream holds."""
    if not isinstance(tree, list):
        return tree
    kind, content = tree
    if kind in ("array", "tensor"):
        dtype, shape = np.dtype(content[0]), content[1]
        array = np.frombuffer(_exactly(stream, dtype.itemsize * prod(shape)), dtype).reshape(shape).copy()
        return array if kind == "array" else array.view(TensorArray)
    if kind == "unknown":
        return Unknown(content)
    if kind == "dict":
        return {key: _unpacked(part, stream) for key, part in content}
    values = [_unpacked(part, stream) for part in content]
    return values if kind == "list" else tuple(values)


def arrays_in(
    value: Value, as_array: Callable[[object], np.ndarray | None] = lambda value: None
) -> Iterator[np.ndarray]:
    """Yield the arrays inside a value. The array of a tensor shares its memory."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from arrays_in(part, as_array)
    elif isinstance(value, dict):
        yield from arrays_in(list(value.values()), as_array)
    elif (array := value if isinstance(value, np.ndarray) else as_array(value)) is not None:
        yield array
