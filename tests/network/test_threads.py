"""The number of threads of torch for a step."""

from collections.abc import Iterator

import pytest
import torch

from course_torch.network.threads import threads_for


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(
    ("layer_sizes", "m", "threads"),
    [
        ([2, 4, 1], 400, 1),  # the flower
        ([64, 32, 10], 64, 1),  # digits
        ([12288, 7, 1], 209, 1),  # 36 million
        ([12288, 40, 20, 10, 1], 850, 2),  # the default, 838 million
        ([10_000, 50], 99, 1),  # 99 million
        ([10_000, 50], 100, 2),  # 100 million
    ],
)
def test_only_a_large_step_is_shared(layer_sizes: list[int], m: int, threads: int) -> None:
    assert threads_for(layer_sizes, m) == threads
