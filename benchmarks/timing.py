"""Time ways to do the same alternately, judge the times by goals, and bound them by the limits of the machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.network.threads import multiplications
from course_torch.published.vectorization import median_seconds

Judged = dict[str, Any]  # a Goal with a measured value: row, what, measured, limit, unit, at_least, reached


class Goal(NamedTuple):
    """A limit for a value: at most `limit`, or at least. `what` says how the value is computed."""

    what: str
    limit: float
    unit: str = ""
    at_least: bool = False

    def judge(self, row: str, measured: float, applies: bool = True) -> Judged:
        """Judge the value of a row. `reached` is None if the goal does not apply to this machine."""
        reached = measured >= self.limit if self.at_least else measured <= self.limit
        judged = {"row": row, "what": self.what, "measured": measured, "limit": self.limit, "unit": self.unit}
        return judged | {"at_least": self.at_least, "reached": reached if applies else None}


def alternated(ways: Mapping[str, Callable[[], object]], rounds: int = 3) -> dict[str, float]:
    """Return the median seconds of each way. Every round runs each way once: a slow machine slows all of them down."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, action in ways.items():
            start = perf_counter()
            action()
            times[way].append(perf_counter() - start)
    return {way: median(seconds) for way, seconds in times.items()}


@dataclass(frozen=True)
class Workload:
    """A network and m examples. `iterations` is the number of iterations in the course."""

    name: str
    layer_sizes: tuple[int, ...]
    hidden_activation: str
    m: int
    iterations: int

    def examples(self, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """Draw X (m, n_x) in [0, 1] and Y (m, 1). Only their shapes affect the time."""
        generator = torch.Generator().manual_seed(1)
        X = torch.rand(self.m, self.layer_sizes[0], dtype=dtype, generator=generator)
        return X, torch.randint(2, (self.m, 1), generator=generator).to(dtype)

    def entries(self) -> int:
        """Count the entries that a step moves: it reads X twice, reads each W twice and writes each W once."""
        widths = self.layer_sizes
        return 2 * self.m * widths[0] + 3 * sum(widths[l - 1] * widths[l] for l in range(1, len(widths)))


FLOWER = Workload("flower, 2-4-1", (2, 4, 1), "tanh", 400, 10_000)
WORKLOADS = (  # the networks of the course, and a wide network that uses all cores
    Workload("cats, five layers", (12288, 20, 7, 5, 1), "relu", 209, 2500),
    Workload("cats, logistic", (12288, 1), "relu", 209, 2000),
    FLOWER,
    Workload("wide, 1024-1024-1024-1", (1024, 1024, 1024, 1), "relu", 1024, 20),
)


class Limits(NamedTuple):
    """Multiply-adds per second of 1024×1024 matrices, bytes per second of a copy of 64 MiB, more than caches hold."""

    multiply_adds: float
    bandwidth: float

    def seconds(self, workload: Workload, dtype: torch.dtype) -> float:
        """Lower bound of a direct step, by arithmetic or memory traffic, unless a cache holds its tensors."""
        traffic = workload.entries() * dtype.itemsize / self.bandwidth
        return max(multiplications(workload.layer_sizes, workload.m) / self.multiply_adds, traffic)


def measure_limits(dtype: torch.dtype, device: str) -> Limits:
    n = 1024
    A = torch.rand(n, n, dtype=dtype, device=device)
    source = torch.rand(2**26 // dtype.itemsize, dtype=dtype, device=device)
    target = torch.empty_like(source)

    def product() -> None:
        torch.mm(A, A)
        synchronize(device)

    def copy() -> None:
        target.copy_(source)
        synchronize(device)

    return Limits(n**3 / median_seconds(product, 20), 2 * 2**26 / median_seconds(copy, 20))


def synchronize(device: str) -> None:
    """Wait until an accelerator has finished. CPU operations finish before they return."""
    if device != "cpu":
        torch.accelerator.synchronize()
