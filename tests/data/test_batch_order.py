"""The order of minibatches, which train.py and the playground share."""

import pytest
import torch

from course_torch.data.batch_order import epoch_order


def test_an_epoch_has_every_example_once_and_its_own_order() -> None:
    orders = [epoch_order(50, seed=1, epoch=epoch).tolist() for epoch in range(3)]
    assert all(sorted(each) == list(range(50)) for each in orders)
    assert len(set(map(tuple, orders))) == 3


@pytest.mark.parametrize(("seed", "epoch", "state"), [(1, 0, 1_000_003), (2, 5, 2_000_011), (5000, 1, 705_047_705)])
def test_seed_and_epoch_are_one_state_of_the_generator(seed: int, epoch: int, state: int) -> None:
    """5000 · 1,000,003 + 1 = 5,000,015,001 = 2³² + 705,047,705."""
    expected = torch.randperm(9, generator=torch.Generator().manual_seed(state))
    assert torch.equal(epoch_order(9, seed, epoch), expected)
