"""Minibatches and shards: every example once in an epoch, exact means over ranks and micro-batches."""

import pytest
import torch

from course_torch.data.data_set import Part
from course_torch.training.batches import Minibatches, Shard


def batches_of(epoch: int, shard: Shard, seed: int = 1, examples: int = 23, batch_size: int = 5) -> list:
    sampler = Minibatches(examples, batch_size, seed, shard)
    sampler.set_epoch(epoch)
    return list(sampler)


def test_each_epoch_contains_every_example_once_in_a_new_order() -> None:
    epochs = [torch.cat([rows for rows, _ in batches_of(epoch, Shard())]).tolist() for epoch in (0, 1)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(23))
    assert epochs[0] != epochs[1]


def test_only_seed_and_epoch_determine_the_order() -> None:
    first, again, other = (batches_of(3, Shard(), seed)[0][0] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_length_counts_the_smaller_last_batch() -> None:
    assert len(Minibatches(23, 5, 1, Shard())) == len(batches_of(0, Shard())) == 5
    assert [m for _, m in batches_of(0, Shard())] == [5, 5, 5, 5, 3]


@pytest.mark.parametrize("world_size", [1, 2, 3, 7])
def test_the_shards_of_all_ranks_form_each_batch_and_the_mean_over_ranks_is_exact(world_size: int) -> None:
    """The mean over ranks is exact if Σ over ranks of (rows of the rank / m) = world_size, for any shard sizes."""
    ranks = [batches_of(0, Shard(rank, world_size)) for rank in range(world_size)]
    for whole, *shards in zip(batches_of(0, Shard()), *ranks, strict=True):
        assert torch.equal(torch.cat([rows for rows, _ in shards]), whole[0])
        assert sum(len(rows) / m for rows, m in shards) == pytest.approx(world_size)


def test_the_shard_of_a_single_process_is_a_view_of_the_split() -> None:
    split = Part(torch.arange(10).reshape(5, 2), torch.ones(5, 1))
    batch = Shard().of(split)
    assert batch.X.data_ptr() == split.X.data_ptr()
    assert [len(Shard(rank, 3).of(split).X) for rank in range(3)] == [1, 2, 2]
    assert Shard(0, 3).of(split).m == pytest.approx(5 / 3)


@pytest.mark.parametrize("world_size", [1, 2])
def test_micro_batches_split_each_update_like_ranks(world_size: int) -> None:
    """23 examples in updates of 2 micro-batches of 5: updates of 10, 10 and 3, each of exactly 2 micro-batches."""
    assert len(Minibatches(23, 5, 1, Shard(), micro_batches=2)) == 6
    ranks = [list(Minibatches(23, 5, 1, Shard(rank, world_size), micro_batches=2)) for rank in range(world_size)]
    whole = torch.randperm(23, generator=torch.Generator().manual_seed(1_000_003)).split(10)
    for update, rows in enumerate(whole):
        batches = [batch for rank in ranks for batch in rank[2 * update : 2 * update + 2]]
        assert torch.equal(torch.cat([rows for rows, _ in batches]), rows)
        assert [m for _, m in batches] == pytest.approx([len(rows) / (2 * world_size)] * (2 * world_size))
