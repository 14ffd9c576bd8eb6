"""Stratified splits: every example once, every class in the training split."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from course_torch.data.splitting import stratified_split


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
