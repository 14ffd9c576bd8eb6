"""Measure the limits of the machine: the rate of matrix products and the memory bandwidth."""

from typing import NamedTuple

import torch

from course_torch.benchmarks.workloads import Workload
from course_torch.formulas.vectorization import median_seconds


class Limits(NamedTuple):
    """Multiply-adds per second in a product of 1024×1024 matrices, and bytes per second in a copy of 64 MiB.

    64 MiB are more than most caches hold, so the copy measures the memory.
    """

    multiply_adds: float
    bandwidth: float

    def seconds(self, workload: Workload, dtype: torch.dtype) -> float:
        """Lower bound for the time of a direct step: the larger of the times for arithmetic and memory traffic.

        A step can be faster if a cache holds its tensors.
        """
        traffic = workload.entries() * dtype.itemsize / self.bandwidth
        return max(workload.multiply_adds() / self.multiply_adds, traffic)


def measure_limits(dtype: torch.dtype, device: str) -> Limits:
    """Measure both limits as medians of 20 runs."""
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
