"""The timed workloads: the networks of the course, and a wide network that uses all cores."""

from dataclasses import dataclass

import torch
from torch import Tensor


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


WORKLOADS = (
    Workload("cats, five layers", (12288, 20, 7, 5, 1), "relu", 209, 2500),
    Workload("cats, logistic", (12288, 1), "relu", 209, 2000),
    Workload("flower, 2-4-1", (2, 4, 1), "tanh", 400, 10_000),
    Workload("wide, 1024-1024-1024-1", (1024, 1024, 1024, 1), "relu", 1024, 20),
)
