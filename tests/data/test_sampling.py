"""Stratified splits have every example once, and every class in the training split. The order of an epoch."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_torch.data.split import epoch_order, stratified_split


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=5), seed=st.integers(0, 100))
def test_every_row_is_in_one_split_and_every_class_in_the_training_split(sizes: list[int], seed: int) -> None:
    classes = torch.arange(len(sizes)).repeat_interleave(torch.tensor(sizes))
    splits = stratified_split(classes, [0.15, 0.15], seed)
    assert torch.cat(splits).sort().values.tolist() == list(range(sum(sizes)))
    assert set(classes[splits[0]].tolist()) == set(range(len(sizes)))
    for split in splits[1:]:
        counts = torch.bincount(classes[split], minlength=len(sizes))
        assert all(abs(count - 0.15 * size) <= 0.5 for count, size in zip(counts.tolist(), sizes, strict=True))


def test_only_the_seed_determines_the_split() -> None:
    classes = torch.arange(3).repeat(20)
    first, again, other = (stratified_split(classes, [0.5], seed)[1].tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_an_epoch_has_every_example_once_and_its_own_order() -> None:
    orders = [epoch_order(50, seed=1, epoch=epoch).tolist() for epoch in range(3)]
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert len(set(map(tuple, orders))) == 3


@pytest.mark.parametrize(
    ("seed", "epoch", "state"),
    [(1, 0, 1_000_003), (2, 5, 2_000_011), (5000, 1, 705_047_705), (2**31 - 1, 0, 2_146_483_645)],
)
def test_seed_and_epoch_are_one_state_of_the_generator(seed: int, epoch: int, state: int) -> None:
    """5000 · 1,000,003 + 1 = 2³² + 705,047,705, and (2³¹ - 1) · 1,000,003 = 500,001 · 2³² + 2,146,483,645."""
    expected = torch.randperm(9, generator=torch.Generator().manual_seed(state))
    assert torch.equal(epoch_order(9, seed, epoch), expected)
