"""Measure how the time of both passes grows with m, n_x and L, each doubled four times."""

from collections.abc import Iterable, Mapping
from math import log2
from typing import Any, NamedTuple

import torch
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter

from benchmarks.contenders import own_network
from benchmarks.workloads import Workload
from course_torch.published.vectorization import median_seconds
from course_torch.reports.figures.drawing import GREY, SERIES, plain_ticks

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
        "m": {512 * f: Workload("", (512, 64, 64, 1), "tanh", 512 * f, 1) for f in factors},
        "n_x": {512 * f: Workload("", (512 * f, 64, 64, 1), "tanh", 512, 1) for f in factors},
        "L": {2 * f + 1: Workload("", (64, *[64] * (2 * f), 1), "tanh", 512, 1) for f in factors},
    }

    def seconds(workload: Workload) -> float:
        X, Y = workload.examples(torch.float32)
        network = own_network(workload, torch.float32, "cpu")
        return median_seconds(lambda: network.manual_gradients(X, Y), runs=15)

    return [Growth(name, [*sized], [*map(seconds, sized.values())]) for name, sized in series.items()]


def growth_curves(curves: Iterable[Mapping[str, Any]]) -> Figure:
    """Draw time against size on log-log axes, one curve per quantity of a record. The dashed line has slope 1."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for curve, (colour, style) in zip(curves, SERIES, strict=False):
        relative = [size / curve["sizes"][0] for size in curve["sizes"]]
        label = f"{curve['quantity']}: slope {curve['slope']:.2f}"
        axes.loglog(relative, curve["seconds"], marker="o", color=colour, linestyle=style, label=label)
    axes.loglog([1, 16], [1e-3, 16e-3], color=GREY, linestyle="--", linewidth=1, label="slope 1")
    axes.set(xlabel="size, as a multiple of the smallest", ylabel="time of a forward and backward pass")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    plain_ticks(axes.yaxis, EngFormatter(unit="s"))
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
