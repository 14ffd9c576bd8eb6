"""A small step is computed by one thread, and the number of threads is restored."""

from collections.abc import Iterator

import pytest
import torch

from course_torch.network.threads import computing_with, multiplications, threads_for


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_the_products_of_a_step_are_counted() -> None:
    """2-4-1, m = 400: Z and dW of both layers and dA[1]. Z[1] is 400·2·4, Z[2] and dA[1] are 400·4·1."""
    assert multiplications([2, 4, 1], 400) == 2 * 3200 + 3 * 1600
    assert multiplications([5, 3], 7) == 2 * 7 * 5 * 3


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


@pytest.mark.usefixtures("two_threads")
def test_the_number_of_threads_is_restored_also_after_an_error() -> None:
    with computing_with(1):
        assert torch.get_num_threads() == 1
    with pytest.raises(ZeroDivisionError), computing_with(1):
        divmod(1, 0)
    assert torch.get_num_threads() == 2
