"""What the machine can do at best, measured: the rate of its matrix products and its bandwidth."""

from typing import NamedTuple

import torch

from course_torch.benchmarks.workloads import Workload
from course_torch.formulas.vectorization import median_seconds


class Limits(NamedTuple):
    """Multiply-adds a second in a product of 1024×1024 matrices, bytes a second in a copy of 64 MiB."""

    multiply_adds: float
    bandwidth: float

    def seconds(self, workload: Workload, dtype: torch.dtype) -> float:
        """The time below which no direct step can be: the larger of arithmetic and traffic."""
        traffic = workload.entries() * dtype.itemsize / self.bandwidth
        return max(workload.multiply_adds() / self.multiply_adds, traffic)


def measure_limits(dtype: torch.dtype, device: str) -> Limits:
    """Medians of 20 runs."""
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
    """Wait for an accelerator; a CPU is done when it returns."""
    if device != "cpu":
        torch.accelerator.synchronize()
