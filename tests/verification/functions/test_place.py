"""Where a gradient is wrong, in words."""

import pytest
import torch

from course_torch.verification.functions.place import index_of, place, where

X = torch.tensor([[-3.0, 1.0, -1.0, 4.0], [2.0, -2.0, 5.0, -4.0], [6.0, 7.0, -5.0, -6.0]])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (torch.ones(3, 4), "in all 12 entries"),
        (X > 0, "exactly where X > 0"),
        (X < -1.5, "exactly where X < -2"),
        (torch.tensor([[0, 0, 0, 0], [1, 0, 1, 1], [0, 0, 0, 0]]), "only in 1 of axis 0"),
        (torch.tensor([[0, 1, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1]]), "only in 1, 3 of axis 1"),
        (torch.tensor([[0, 1, 0, 1], [1, 1, 1, 0], [1, 0, 0, 1]]), "in 7 of 12 entries"),
    ],
)
def test_wrong_entries_are_rows_columns_or_those_beyond_a_number(wrong: torch.Tensor, words: str) -> None:
    assert where(wrong.bool().flatten(), torch.arange(12), X.shape, {"X": X}).en == words


def test_of_a_sample_only_the_number_of_wrong_entries_is_told() -> None:
    wrong = torch.tensor([True, False, True])
    assert where(wrong, torch.tensor([1, 5, 7]), X.shape, {"X": X}).en == "in 2 of 3 sampled entries"


def test_the_entry_that_is_off_the_most_is_named_with_its_numbers() -> None:
    right = torch.zeros(12)
    found = right.clone()
    found[6], found[7] = 0.25, -2.0
    said = place(found != right, found, right, torch.arange(12), X.shape, {})
    assert said.en == "only in 1 of axis 0; the most at (1, 3): -2, expected 0"
    assert said.zh == "只在第 0 轴的 1；差得最多的是 (1, 3)：-2，应当是 0"


def test_the_only_entry_of_a_tensor_is_named_by_its_numbers_alone() -> None:
    wrong, found, right = torch.tensor([True]), torch.tensor([-2.0]), torch.tensor([0.5])
    assert place(wrong, found, right, torch.tensor([0]), torch.Size(()), {}).en == "(found -2, expected 0.5)"


@pytest.mark.parametrize(("index", "shape", "position"), [(0, (), ()), (7, (12,), (7,)), (23, (2, 3, 4), (1, 2, 3))])
def test_the_position_of_an_entry_is_that_of_the_flattened_tensor(
    index: int, shape: tuple[int, ...], position: tuple[int, ...]
) -> None:
    assert index_of(index, torch.Size(shape)) == position
