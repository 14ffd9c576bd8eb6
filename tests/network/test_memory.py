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
from course_torch.network.memory import SHARE, available_memory, fits_into_memory, physical_memory
from course_torch.network.threads import computing_with, multiplications, threads_for

MEMINFO = "MemTotal:       16000 kB\nMemFree:         1000 kB\nMemAvailable:    8000 kB\nHugePages_Total:       0\n"
MANY = 60_000


@pytest.fixture
def asked_for_every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SMALL", 0)


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
def test_gram_beyond_the_limit_of_the_process_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: inf)
    line = r"^method: gram needs 13\.4 GiB for the inner products of 60000 examples, more than .* memory; use fused$"
    with pytest.raises(InputError, match=line):
        gradient_descent(*examples(), learning_rate=0.1, iterations=1, method="gram")


def test_gram_beyond_the_available_memory_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system would allocate it, and end the process when the process writes into it."""
    monkeypatch.setattr(memory, "available_memory", lambda: 9 * 2**30)
    with pytest.raises(InputError, match="more than the available memory"):
        gradient_descent(*examples(), learning_rate=0.1, iterations=1, method="gram")


@pytest.mark.usefixtures("asked_for_every_size")
@pytest.mark.parametrize(("available", "chosen"), [(10_000_000, "gram"), (100, "fused")])
def test_auto_chooses_gram_only_if_it_fits(available: int, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """100 examples of 2000 features and 1000 iterations: gram needs less work, and 40,000 bytes."""
    monkeypatch.setattr(memory, "available_memory", lambda: available)
    called = []
    for method in METHODS:
        monkeypatch.setitem(METHODS, method, lambda *arguments, method=method: called.append(method) or [])
    X, Y = torch.zeros(100, 2000), torch.zeros(100, 1)
    gradient_descent(DeepNetwork([2000, 1]), X, Y, learning_rate=0.1, iterations=1000)
    assert called == [chosen]


@pytest.mark.usefixtures("asked_for_every_size")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_tensor_may_take_its_share(dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 1000 * dtype.itemsize)
    assert fits_into_memory(int(1000 * SHARE), torch.empty(0, dtype=dtype))
    assert not fits_into_memory(int(1000 * SHARE) + 1, torch.empty(0, dtype=dtype))


def test_a_small_tensor_needs_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 0)
    assert fits_into_memory(1000, torch.empty(0))


def test_the_memory_of_this_machine_is_found() -> None:
    assert 0 < available_memory() <= physical_memory()


VERSION_2 = {
    "proc/self/cgroup": "0::/user/job\n",
    "sys/fs/cgroup/user/job/memory.max": "max\n",
    "sys/fs/cgroup/user/job/memory.current": "2000\n",
    "sys/fs/cgroup/user/memory.max": "5000\n",
    "sys/fs/cgroup/user/memory.current": "3000\n",
    "sys/fs/cgroup/user/memory.stat": "anon 2000\ninactive_file 400\n",
}
VERSION_1 = {
    "proc/self/cgroup": "5:cpu,cpuacct:/other\n4:memory:/of/the/host\n0::/\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "7000\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "1000\n",
    "sys/fs/cgroup/memory/memory.stat": "inactive_file 1\ntotal_inactive_file 50\n",
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"proc/meminfo": MEMINFO}, 8000 * 1024),
        ({"proc/meminfo": MEMINFO, **VERSION_2}, 5000 - 3000 + 400),
        ({"proc/meminfo": MEMINFO, **VERSION_1}, 7000 - 1000 + 50),
        ({"proc/meminfo": MEMINFO, **VERSION_1, "sys/fs/cgroup/memory/memory.limit_in_bytes": str(2**63)}, 8000 * 1024),
        ({}, physical_memory()),
    ],
)
def test_the_smallest_limit_counts(files: dict[str, str], expected: float, tmp_path: Path) -> None:
    """The machine, and each control group around the process. Cached files are free: the system drops them."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert available_memory(tmp_path) == expected


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
