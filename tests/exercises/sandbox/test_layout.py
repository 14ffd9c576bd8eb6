"""The name of a tensor says whether columns transpose it, and values keep their dtype on the way to the learner."""

import numpy as np
import pytest
import torch

from course_torch.exercises.sandbox.layout import Mismatch, Part, handed, parts
from course_torch.exercises.tasks.task import FREE, is_transposed


@pytest.mark.parametrize("name", ["W", "W2", "dW1", "w", "dw", "column", "row"])
def test_weights_and_vectors_named_by_their_shape_stay_as_they_are(name: str) -> None:
    assert not is_transposed(name)


@pytest.mark.parametrize("name", ["X", "A_prev", "dZ3", "b1", "db", "table"])
def test_all_other_tensors_are_transposed(name: str) -> None:
    assert is_transposed(name)


def test_pictures_stay_uint8_in_their_own_axes() -> None:
    pictures = torch.arange(24, dtype=torch.uint8).reshape(2, 2, 2, 3)
    array = handed(pictures, "pictures", "columns")
    assert array.dtype == np.uint8
    assert array.shape == (2, 2, 2, 3)


def test_a_polynomial_goes_to_the_learner_as_its_coefficients() -> None:
    assert handed({"polynomial": [1.0, 2.0]}, "f", "columns") == {"polynomial": [1.0, 2.0]}


def test_a_part_that_is_not_judged_may_be_anything() -> None:
    assert list(parts(object(), FREE, "costs", "rows")) == []


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_an_array_may_stand_for_a_list(shape: tuple[int, ...]) -> None:
    costs = [torch.tensor(value, dtype=torch.float64) for value in (0.7, 0.6, 0.5)]
    found = list(parts(np.array([0.7, 0.6, 0.5]).reshape(shape), costs, "costs", "columns"))
    assert found == [Part(f"costs[{i}]", cost, cost) for i, cost in enumerate(costs)]


def test_an_array_of_another_length_is_another_list() -> None:
    (mismatch,) = parts(np.zeros(2), [torch.tensor(0.0)] * 3, "costs", "columns")
    assert isinstance(mismatch, Mismatch)


@pytest.mark.parametrize(
    ("found", "right", "en", "zh"),
    [
        ([1.0], [0.0, 0.0], ("1 value", "2 values"), ("1 个值", "2 个值")),
        (None, torch.ones(2), ("None", "an array"), ("None", "一个数组")),
        ("text", torch.tensor(1.0), ("a str", "a number"), ("一个 str", "一个数")),
        (
            {"w": 1},
            {"w": 1, "b": 1},
            ("a dict with the keys w", "a dict with the keys w, b"),
            ("键为 w 的 dict", "键为 w, b 的 dict"),
        ),
        ({}, {"w": 1}, ("an empty dict", "a dict with the keys w"), ("一个空的 dict", "键为 w 的 dict")),
    ],
)
def test_a_mismatch_is_described_in_both_languages(
    found: object, right: object, en: tuple[str, str], zh: tuple[str, str]
) -> None:
    (mismatch,) = parts(found, right, "costs", "rows")
    assert isinstance(mismatch, Mismatch)
    assert (mismatch.found.en, mismatch.expected.en) == en
    assert (mismatch.found.zh, mismatch.expected.zh) == zh
