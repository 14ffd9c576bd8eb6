"""Values on their way to the learner's process and back: their names, layouts, dtypes, and the messages."""

import io

import numpy as np
import pytest
import torch

from course_torch.exercises.sandbox.layout import Mismatch, Part, handed, parts
from course_torch.exercises.sandbox.learner import wire


def test_pictures_stay_uint8_in_their_own_axes() -> None:
    pictures = torch.arange(24, dtype=torch.uint8).reshape(2, 2, 2, 3)
    array = handed(pictures, "pictures", "columns")
    assert array.dtype == np.uint8
    assert array.shape == (2, 2, 2, 3)


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_an_array_may_stand_for_a_list(shape: tuple[int, ...]) -> None:
    costs = [torch.tensor(value, dtype=torch.float64) for value in (0.7, 0.6, 0.5)]
    found = list(parts(np.array([0.7, 0.6, 0.5]).reshape(shape), costs, "costs", "columns"))
    assert found == [Part(f"costs[{i}]", cost, cost) for i, cost in enumerate(costs)]


@pytest.mark.parametrize(
    ("found", "right", "en", "zh"),
    [
        ([1.0], [0.0, 0.0], ("1 value", "2 values"), ("1 个值", "2 个值")),
        (np.zeros(2), [torch.tensor(0.0)] * 3, ("an array of shape (2,)", "3 values"),
         ("形状为 (2,) 的数组", "3 个值")),
        (None, torch.ones(2), ("None", "an array"), ("None", "一个数组")),
        ("text", torch.tensor(1.0), ("a str", "a number"), ("一个 str", "一个数")),
        ({"w": 1}, {"w": 1, "b": 1}, ("a dict with the keys w", "a dict with the keys w, b"),
         ("键为 w 的 dict", "键为 w, b 的 dict")),
        ({}, {"w": 1}, ("an empty dict", "a dict with the keys w"), ("一个空的 dict", "键为 w 的 dict")),
    ],
)  # fmt: skip
def test_a_mismatch_is_described_in_both_languages(
    found: object, right: object, en: tuple[str, str], zh: tuple[str, str]
) -> None:
    (mismatch,) = parts(found, right, "costs", "rows")
    assert isinstance(mismatch, Mismatch)
    assert (mismatch.found.en, mismatch.expected.en) == en
    assert (mismatch.found.zh, mismatch.expected.zh) == zh


# Messages between the checker and the learner's process


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
