"""Which form of gradient descent runs: the one with less work, within the memory of the process and of the machine."""

import resource
from collections.abc import Iterator
from math import inf
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.errors import InputError
from course_torch.network.gradient_descent import METHODS
from course_torch.network.method import faster_form, work
from tests.support.fixture_types import Monkeypatch


def test_the_work_of_a_product_is_its_multiplications_and_the_entries_that_it_moves() -> None:
    """On the cats gram needs 209² · 20 multiplications in a step instead of 2 · 209 · 12288 · 20.

    The flower has only two features, and ten steps are too few to compute X Xᵀ first. For m = n_x = n_1 = 100 each
    product is w = 10⁶ + 5 · 3 · 10⁴: a step of gram has one product less, and the set-up, 7 · 10⁶ + ¾ w + 2 w = 8.84 w,
    is regained in the ninth step.
    """
    assert work(2, 3, 7) == 2 * 3 * 7 + 5 * (2 * 3 + 3 * 7 + 2 * 7)
    assert faster_form(209, [12288, 20, 7, 5, 1], 2500) == "gram"
    assert faster_form(400, [2, 4, 1], 10_000) == "fused"
    assert faster_form(209, [12288, 1], 10) == "fused"
    assert [faster_form(100, [100, 100, 1], steps) for steps in (8, 9)] == ["fused", "gram"]


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


def machine_with(memory: float, monkeypatch: Monkeypatch) -> None:
    """Give the machine so many bytes of memory."""
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(total=memory))


@pytest.mark.usefixtures("limit_of_the_process")
def test_gram_beyond_the_limit_of_the_process_is_rejected(monkeypatch: Monkeypatch) -> None:
    machine_with(inf, monkeypatch)
    line = (
        r"^method: gram needs 13\.4 GiB for the inner products of 60000 examples, more than the memory .*; use fused$"
    )
    with pytest.raises(InputError, match=line):
        gradient_descent(*examples(), learning_rate=0.1, iterations=1, method="gram")


def test_gram_beyond_half_of_the_memory_is_rejected(monkeypatch: Monkeypatch) -> None:
    """The system would allocate it, and end the process when the process writes into it."""
    machine_with(16 * 2**30, monkeypatch)
    with pytest.raises(InputError, match="more than the memory allows"):
        gradient_descent(*examples(), learning_rate=0.1, iterations=1, method="gram")


@pytest.mark.parametrize(("memory_of_machine", "chosen"), [(80_000, "gram"), (79_999, "fused")])
def test_auto_chooses_gram_only_if_it_fits(memory_of_machine: int, chosen: str, monkeypatch: Monkeypatch) -> None:
    """100 examples of 2000 features and 1000 iterations: gram needs less work, and 40,000 bytes."""
    machine_with(memory_of_machine, monkeypatch)
    called = []
    for method in METHODS:
        monkeypatch.setitem(METHODS, method, lambda *arguments, method=method: called.append(method) or [])
    X, Y = torch.zeros(100, 2000), torch.zeros(100, 1)
    gradient_descent(DeepNetwork([2000, 1]), X, Y, learning_rate=0.1, iterations=1000)
    assert called == [chosen]
