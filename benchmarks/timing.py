"""The networks that the benchmark times, and ways to do the same that are timed alternately."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import torch
from torch import Tensor


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


FLOWER = Workload("flower, 2-4-1", (2, 4, 1), "tanh", 400, 10_000)
WORKLOADS = (  # the networks of the course, and a wide network that uses all cores
    Workload("cats, five layers", (12288, 20, 7, 5, 1), "relu", 209, 2500),
    Workload("cats, logistic", (12288, 1), "relu", 209, 2000),
    FLOWER,
    Workload("wide, 1024-1024-1024-1", (1024, 1024, 1024, 1), "relu", 1024, 20),
)


def synchronize(device: str) -> None:
    """Wait until an accelerator has finished. CPU operations finish before they return."""
    if device != "cpu":
        torch.accelerator.synchronize()
