import pytest
import torch

from course_torch.data.data_set import Part
from course_torch.training.batches import Minibatches, Share


def batches_of(epoch: int, share: Share, seed: int = 1, examples: int = 23, batch_size: int = 5) -> list:
    sampler = Minibatches(examples, batch_size, seed, share)
    sampler.set_epoch(epoch)
    return list(sampler)


def test_an_epoch_holds_every_example_once_in_an_order_of_its_own() -> None:
    epochs = [torch.cat([rows for rows, _ in batches_of(epoch, Share())]).tolist() for epoch in (0, 1)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(23))
    assert epochs[0] != epochs[1]


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    first, again, other = (batches_of(3, Share(), seed)[0][0] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_length_is_that_of_the_epoch_with_its_last_smaller_batch() -> None:
    assert len(Minibatches(23, 5, 1, Share())) == len(batches_of(0, Share())) == 5
    assert [m for _, m in batches_of(0, Share())] == [5, 5, 5, 5, 3]


@pytest.mark.parametrize("processes", [1, 2, 3, 7])
def test_processes_share_out_each_batch_and_their_ms_make_the_mean_exact(processes: int) -> None:
    """Σ over processes of (own rows / m) is the number of processes, whatever the parts: so is the mean exact."""
    shares = [batches_of(0, Share(rank, processes)) for rank in range(processes)]
    for whole, *parts in zip(batches_of(0, Share()), *shares, strict=True):
        assert torch.equal(torch.cat([rows for rows, _ in parts]), whole[0])
        assert sum(len(rows) / m for rows, m in parts) == pytest.approx(processes)


def test_a_whole_part_is_a_view_not_a_copy() -> None:
    part = Part(torch.arange(10).reshape(5, 2), torch.ones(5, 1))
    batch = Share().of(part)
    assert batch.X.data_ptr() == part.X.data_ptr()
    assert [len(Share(rank, 3).of(part).X) for rank in range(3)] == [1, 2, 2]
    assert Share(0, 3).of(part).m == pytest.approx(5 / 3)


@pytest.mark.parametrize("processes", [1, 2])
def test_turns_share_out_each_update_as_processes_do(processes: int) -> None:
    """23 examples in updates of 2 turns of 5: 10, 10 and 3, and never a turn more or less."""
    assert len(Minibatches(23, 5, 1, Share(), turns=2)) == 6
    turns = [list(Minibatches(23, 5, 1, Share(rank, processes), turns=2)) for rank in range(processes)]
    whole = torch.randperm(23, generator=torch.Generator().manual_seed(1_000_003)).split(10)
    for update, rows in enumerate(whole):
        batches = [batch for process in turns for batch in process[2 * update : 2 * update + 2]]
        assert torch.equal(torch.cat([rows for rows, _ in batches]), rows)
        assert [m for _, m in batches] == pytest.approx([len(rows) / (2 * processes)] * (2 * processes))
