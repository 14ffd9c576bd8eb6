"""Messages between the checker and the learner's process."""

import io
import struct
from collections.abc import Callable

import numpy as np
import pytest

from course_torch.exercises.sandbox.learner import wire


def there_and_back(value: object) -> object:
    stream = io.BytesIO()
    wire.write(stream, value, lambda each: None)
    stream.seek(0)
    return wire.read(stream)


@pytest.mark.parametrize("value", [None, True, 7, -2.5, "文", [1, (2, "x")], {"a": {"b": [None]}}, float("inf")])
def test_plain_values_come_back_as_they_were(value: object) -> None:
    back = there_and_back(value)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0), (2, 3), (2, 1, 4)])
def test_arrays_keep_dtype_and_shape(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    back = there_and_back({"array": array.T})["array"]  # type: ignore[index]
    assert (back.dtype, back.shape) == (array.dtype, array.T.shape)
    np.testing.assert_array_equal(back, array.T)


def test_an_array_of_the_other_byte_order_arrives_in_the_order_of_the_machine() -> None:
    back = there_and_back(np.array([1.0, -2.5]).astype(np.dtype("f8").newbyteorder("S")))
    assert isinstance(back, np.ndarray)
    assert back.dtype.isnative
    assert back.tolist() == [1.0, -2.5]


@pytest.mark.parametrize("value", [{1, 2}, lambda: 1, object(), 10**40, np.array([object()])])
def test_another_type_arrives_as_its_name(value: object) -> None:
    back = there_and_back([value])[0]  # type: ignore[index]
    assert isinstance(back, wire.Unknown)
    assert str(back) == type(value).__name__


def test_values_deeper_than_the_limit_and_endless_values_end() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert "Unknown" in repr(there_and_back(endless))


def test_a_message_that_is_too_large_is_not_written() -> None:
    stream = io.BytesIO()
    with pytest.raises(ValueError, match="bytes"):
        wire.write(stream, np.zeros(wire.LARGEST), lambda each: None)
    assert not stream.getvalue()


@pytest.mark.slow
def test_values_that_take_much_memory_are_neither_written_nor_read() -> None:
    many = [[] for _ in range(wire.LARGEST_TREE // 8)]
    with pytest.raises(ValueError, match="outside arrays"):
        wire.write(io.BytesIO(), many, lambda value: None)
    tree = b"[" + b"[]," * (wire.LARGEST_TREE // 3) + b"[]]"
    forged = struct.pack("<QQQ", len(tree) + 2, len(tree), 2) + tree + b"[]"
    with pytest.raises(ValueError, match="not a message"):
        wire.read(io.BytesIO(forged))


def test_small_numbers_count_as_the_float64_that_the_checker_makes_of_them() -> None:
    stream = io.BytesIO()
    wire.write(stream, [np.zeros(wire.LARGEST // 16, np.int8) for _ in range(3)], lambda value: None)
    stream.seek(0)
    with pytest.raises(ValueError, match="12,582,912 numbers, more than 8,388,608"):
        wire.read(stream)


def test_an_array_is_named_once() -> None:
    tree, shapes = b'["list", [["array", 0], ["array", 0]]]', b'[["<f8", [1]]]'
    forged = struct.pack("<QQQ", len(tree) + len(shapes) + 8, len(tree), len(shapes)) + tree + shapes + bytes(8)
    with pytest.raises(LookupError):
        wire.read(io.BytesIO(forged))


def test_a_number_of_more_than_64_bits_is_refused() -> None:
    tree = b"9" * 400
    with pytest.raises(ValueError, match="more than 64 bits"):
        wire.read(io.BytesIO(struct.pack("<QQQ", len(tree) + 2, len(tree), 2) + tree + b"[]"))


def altered(change: Callable[[bytearray], None]) -> io.BytesIO:
    stream = io.BytesIO()
    wire.write(stream, [np.ones(3)], lambda each: None)
    data = bytearray(stream.getvalue())
    change(data)
    return io.BytesIO(bytes(data))


SHAPES = b'[["<f8", [' + b"9" * 30 + b"]]]"
OTHER_ORDER = np.dtype("f8").newbyteorder("S").str.encode()


@pytest.mark.parametrize(
    "shape", ["[-1, -1]", '["a", 4000000000]', "[3.0]", "[true]", "[1" + ", 1" * 80 + "]", "[" + "9" * 4000 + "]"]
)
def test_a_forged_shape_is_refused(shape: str) -> None:
    tree, shapes = b'["array", 0]', f'[["<f8", {shape}]]'.encode()
    forged = struct.pack("<QQQ", len(tree) + len(shapes) + 8, len(tree), len(shapes)) + tree + shapes + bytes(8)
    with pytest.raises(ValueError, match="the shape of an array"):
        wire.read(io.BytesIO(forged))


ENDLESS = struct.pack("<QQQ", 12 + len(SHAPES), 12, len(SHAPES)) + b'["array", 0]' + SHAPES
"""A message with an array that is larger than any memory."""


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.__setitem__(slice(0, 8), struct.pack("<Q", 2**60)),
        lambda data: data.__setitem__(slice(8, 16), struct.pack("<Q", 2**40)),
        lambda data: data.__setitem__(slice(24, 30), b"xxxxxx"),
        lambda data: data.__delitem__(slice(-8, None)),
        lambda data: data.clear(),
        lambda data: data.__setitem__(slice(None), ENDLESS),
        lambda data: data.__setitem__(slice(data.index(b"<f8"), data.index(b"<f8") + 3), b"|O8"),
        lambda data: data.__setitem__(slice(data.index(b"<f8"), data.index(b"<f8") + 3), OTHER_ORDER),
    ],
)
def test_bytes_that_are_no_message_are_refused(change: Callable[[bytearray], None]) -> None:
    with pytest.raises((ValueError, EOFError, struct.error)):
        wire.read(altered(change))
