"""Measure how the time of both passes grows with m, n_x and L, each doubled four times."""

from math import log2
from typing import NamedTuple

import torch

from course_torch.benchmarks.contenders import own_network
from course_torch.benchmarks.workloads import Workload
from course_torch.formulas.vectorization import median_seconds

DOUBLINGS = 4


class Growth(NamedTuple):
    """Seconds of both passes at each size of one quantity, and the slope of this curve on log-log axes."""

    quantity: str
    sizes: list[int]
    seconds: list[float]

    @property
    def slope(self) -> float:
        return log2(self.seconds[-1] / self.seconds[0]) / DOUBLINGS


def measure_growth() -> list[Growth]:
    """Time the forward and backward pass in float32 while m, n_x or L grows.

    Otherwise m = 512, n_x = 512 and L = 3. While L grows, n_x = 64. Hidden layers have 64 units.
    """
    factors = [2**i for i in range(DOUBLINGS + 1)]
    series = {
        "m": [Workload("", (512, 64, 64, 1), "tanh", 512 * factor, 1) for factor in factors],
        "n_x": [Workload("", (512 * factor, 64, 64, 1), "tanh", 512, 1) for factor in factors],
        "L": [Workload("", (64, *[64] * (2 * factor), 1), "tanh", 512, 1) for factor in factors],
    }
    sizes = {"m": [512 * f for f in factors], "n_x": [512 * f for f in factors], "L": [2 * f + 1 for f in factors]}
    return [
        Growth(name, sizes[name], [seconds_of_a_pass(each) for each in workloads]) for name, workloads in series.items()
    ]


def seconds_of_a_pass(workload: Workload) -> float:
    X, Y = workload.examples(torch.float32)
    network = own_network(workload, torch.float32, "cpu")
    return median_seconds(lambda: network.manual_gradients(X, Y), runs=15)
