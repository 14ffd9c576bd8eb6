"""The timed workloads, and the limits of the machine: the rate of matrix products and the memory bandwidth."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.published.vectorization import median_seconds


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

    def multiply_adds(self) -> int:
        """Count the multiply-adds in the matrix products of a step: Z, dW and, except for layer 1, dA_prev."""
        widths = self.layer_sizes
        products = [widths[l - 1] * widths[l] for l in range(1, len(widths))]
        return self.m * (3 * sum(products) - products[0])

    def entries(self) -> int:
        """Count the entries that a step moves: it reads X twice, reads each W twice and writes each W once."""
        widths = self.layer_sizes
        return 2 * self.m * widths[0] + 3 * sum(widths[l - 1] * widths[l] for l in range(1, len(widths)))


FLOWER = Workload("flower, 2-4-1", (2, 4, 1), "tanh", 400, 10_000)
WORKLOADS = (
    Workload("cats, five layers", (12288, 20, 7, 5, 1), "relu", 209, 2500),
    Workload("cats, logistic", (12288, 1), "relu", 209, 2000),
    FLOWER,
    Workload("wide, 1024-1024-1024-1", (1024, 1024, 1024, 1), "relu", 1024, 20),
)
"""The networks of the course, and a wide network that uses all cores."""


class Limits(NamedTuple):
    """Multiply-adds per second of 1024×1024 matrices, bytes per second of a copy of 64 MiB, more than caches hold."""

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
