"""gram needs m · m numbers, and a small step one thread: what does not fit into memory is rejected."""

import resource
from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.errors import InputError
from course_torch.network import memory
from course_torch.network.gradient_descent import METHODS
from course_torch.network.memory import physical_memory
from course_torch.network.threads import computing_with, multiplications, threads_for
from tests.fixture_types import Monkeypatch

MANY = 60_000


@pytest.fixture
def limit_of_the_process() -> Iterator[None]:
    """Let the process allocate 4 GiB more than it has, however much memory the machine has."""
    allocated = resource.getpagesize() * int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (allocated + 4 * 2**30, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def examples(m: int = MANY) -> tuple[DeepNetwork, torch.Tensor, torch.Tensor]:
    return DeepNetwork([1, 1]), torch.zeros(m, 1), torch.zeros(m, 1)


@pytest.mark.usefixtures("limit_of_the_process")
def test_gram_beyond_the_limit_of_the_process_is_rejected(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(memory, "physical_memory", lambda: inf)
    line = (
        r"^method: gram needs 13\.4 GiB for the inner products of 60000 examples, more than the memory .*; use fused$"
    )
    with pytest.raises(InputError, match=line):
        gradient_descent(*examples(), learning_rate=0.1, iterations=1, method="gram")


def test_gram_beyond_half_of_the_memory_is_rejected(monkeypatch: Monkeypatch) -> None:
    """The system would allocate it, and end the process when the process writes into it."""
    monkeypatch.setattr(memory, "physical_memory", lambda: 16 * 2**30)
    with pytest.raises(InputError, match="more than the memory allows"):
        gradient_descent(*examples(), learning_rate=0.1, iterations=1, method="gram")


@pytest.mark.parametrize(("memory_of_machine", "chosen"), [(80_000, "gram"), (79_999, "fused")])
def test_auto_chooses_gram_only_if_it_fits(memory_of_machine: int, chosen: str, monkeypatch: Monkeypatch) -> None:
    """100 examples of 2000 features and 1000 iterations: gram needs less work, and 40,000 bytes."""
    monkeypatch.setattr(memory, "physical_memory", lambda: memory_of_machine)
    called = []
    for method in METHODS:
        monkeypatch.setitem(METHODS, method, lambda *arguments, method=method: called.append(method) or [])
    X, Y = torch.zeros(100, 2000), torch.zeros(100, 1)
    gradient_descent(DeepNetwork([2000, 1]), X, Y, learning_rate=0.1, iterations=1000)
    assert called == [chosen]


def test_the_memory_of_this_machine_is_found() -> None:
    assert 2**28 < physical_memory() < 2**50


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
