"""Messages between the checker and the learner's process."""

import io

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


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros(wire.LARGEST), "bytes"),
        # small numbers count as the float64 that the checker makes of them
        ([np.zeros(wire.LARGEST // 16, np.int8)] * 3, "100,663,296 bytes, more than 67,108,864"),
        pytest.param([[]] * (wire.LARGEST_TREE // 8), "outside arrays", marks=pytest.mark.slow),
    ],
)
def test_a_message_that_is_too_large_is_not_written(value: object, words: str) -> None:
    stream = io.BytesIO()
    with pytest.raises(ValueError, match=words):
        wire.write(stream, value, lambda each: None)
    assert not stream.getvalue()
