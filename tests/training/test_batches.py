"""Minibatches and shards: every example once in an epoch, exact means over ranks and micro-batches."""

import pytest
import torch

from course_torch.data.split import Split
from course_torch.training.data_module import Batch, CourseData, Minibatches, RowsOf, Shard


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
    split = Split(torch.arange(10).reshape(5, 2), torch.ones(5, 1))
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


def test_one_process_has_the_whole_batch_unless_told_otherwise() -> None:
    assert (Shard().rank, Shard().world_size) == (0, 1)
    assert Shard().rows(5) == slice(0, 5)


def test_the_rows_and_the_micro_batches_of_a_shard_by_hand() -> None:
    """Rank 1 of 3 has rows 2 and 3 of 7; its two micro-batches are the shards 2 and 3 of 6."""
    assert [Shard(rank, 3).rows(7) for rank in range(3)] == [slice(0, 2), slice(2, 4), slice(4, 7)]
    assert Shard(1, 3).micro_batches(2) == [Shard(2, 6), Shard(3, 6)]


def test_a_chunk_that_starts_later_moves_the_rows_of_a_shard() -> None:
    """Rank 1 of 2 has the last 3 of the rows 10 to 14, and m = 5 / 2."""
    assert Shard(1, 2).of_chunk(slice(10, 15)) == (slice(12, 15), 2.5)
    assert Shard(0, 2).of_chunk(slice(10, 15)) == (slice(10, 12), 2.5)


@pytest.mark.parametrize(
    ("seed", "epoch", "torch_seed"),
    [
        (0, 0, 0),
        (2, 3, 2_000_009),
        (5_000, 1, 705_047_705),  # 5 000 015 000 + 1 - 2³²
        (2**31 - 1, 1, 2_146_483_646),  # the largest seed: 2³¹ · 1 000 003 leaves 2³¹, so 2³¹ - 1 000 003 + 1
    ],
)
def test_the_order_is_drawn_from_seed_times_1000003_plus_epoch(seed: int, epoch: int, torch_seed: int) -> None:
    expected = torch.randperm(23, generator=torch.Generator().manual_seed(torch_seed))
    assert torch.equal(torch.cat([rows for rows, _ in batches_of(epoch, Shard(), seed)]), expected)


def test_a_resumed_epoch_starts_at_its_first_batch_and_the_next_epoch_at_batch_0() -> None:
    """Batch 4 of 2 micro-batches an update is the start of the third update."""
    whole = [rows.tolist() for rows, _ in Minibatches(23, 5, 1, Shard(), micro_batches=2)]
    sampler = Minibatches(23, 5, 1, Shard(), micro_batches=2)
    sampler.first = 4
    assert [rows.tolist() for rows, _ in sampler] == whole[4:]
    assert [rows.tolist() for rows, _ in sampler] == whole
    assert sampler.first == 0


def test_the_first_epoch_is_number_0() -> None:
    first = [rows.tolist() for rows, _ in Minibatches(23, 5, 1, Shard())]
    assert first == [rows.tolist() for rows, _ in batches_of(0, Shard())]


def test_rows_are_indexed_with_their_m() -> None:
    split = Split(torch.arange(10).reshape(5, 2), torch.arange(5).reshape(5, 1))
    X, Y, m = RowsOf(split)[torch.tensor([3, 1]), 1.5]
    assert (X.tolist(), Y.tolist(), m) == ([[6, 7], [2, 3]], [[3], [1]], 1.5)


def test_a_batch_moves_to_the_device_with_its_m() -> None:
    batch = Batch(torch.ones(2, 3), torch.ones(2, 1), 1.5)
    moved = CourseData("planar").transfer_batch_to_device(batch, torch.device("meta"), 0)
    assert (moved.X.device.type, moved.Y.device.type, moved.m) == ("meta", "meta", 1.5)
