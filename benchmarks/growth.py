"""How the time of both passes grows with m, n_x and L, and where the Gram form overtakes the direct form."""

from collections.abc import Iterable, Mapping
from itertools import product
from math import ceil, log2
from time import perf_counter
from typing import Any, NamedTuple

import torch
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter

from benchmarks.contenders import LEARNING_RATE, own_network
from benchmarks.timing import Goal, Judged, Workload
from course_torch.network.gradient_descent import faster_form, gradient_descent
from course_torch.published.vectorization import median_seconds
from course_torch.reports.figures.drawing import GREY, SERIES, panels, plain_ticks

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
    """Time both passes in float32 while m, n_x or L (with n_x = 64) grows from 512, 512 and 3. Each n_l is 64."""
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
    figure, axes = panels(4.5, grid=True)
    for curve, (colour, style) in zip(curves, SERIES, strict=False):
        relative = [size / curve["sizes"][0] for size in curve["sizes"]]
        label = f"{curve['quantity']}: slope {curve['slope']:.2f}"
        axes.loglog(relative, curve["seconds"], marker="o", color=colour, linestyle=style, label=label)
    axes.loglog([1, 16], [1e-3, 16e-3], color=GREY, linestyle="--", linewidth=1, label="slope 1")
    axes.set(xlabel="size, as a multiple of the smallest", ylabel="time of a forward and backward pass")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    plain_ticks(axes.yaxis, EngFormatter(unit="s"))
    axes.legend()
    return figure


EXAMPLES, FEATURES, UNITS, ITERATIONS = (50, 200, 1000), (32, 256, 2048, 12288), (1, 20, 200), (10, 100, 1000)
"""The grid: every m with every n_x, n_1 and number of iterations."""
FORMS = ("fused", "gram")
ROUNDS = 3
NEAR = Goal("largest ratio of the time of auto to that of the faster form", 1.1)
LONG = 0.01  # approximate seconds of the steps in one timing


class Crossover(NamedTuple):
    """Seconds of both forms at a point of the grid; the form that `auto` chooses, and its time over the shorter one."""

    m: int
    n_x: int
    n_1: int
    iterations: int
    fused: float
    gram: float
    chosen: str
    ratio: float


def measure_crossover() -> list[Crossover]:
    """Time both forms in float64 at every point: the set-up with the first step, and the further steps."""
    rows = []
    for m, n_x, n_1 in product(EXAMPLES, FEATURES, UNITS):
        times = time_forms(m, n_x, n_1)
        for iterations in ITERATIONS:
            fused, gram = (first + (iterations - 1) * step for first, step in (times[form] for form in FORMS))
            rows.append(compare(m, n_x, n_1, iterations, fused=fused, gram=gram))
    return rows


def crossover_goal(rows: list[Crossover]) -> Judged:
    return NEAR.judge(f"fused and gram at {len(rows)} points", max(row.ratio for row in rows))


def compare(m: int, n_x: int, n_1: int, iterations: int, *, fused: float, gram: float) -> Crossover:
    chosen = faster_form(m, [n_x, n_1], iterations)
    ratio = (gram if chosen == "gram" else fused) / min(fused, gram)
    return Crossover(m, n_x, n_1, iterations, fused, gram, chosen, ratio)


def time_forms(m: int, n_x: int, n_1: int) -> dict[str, tuple[float, float]]:
    """Form -> least seconds, in alternation, of the set-up with the first step, and of each further step."""
    workload = Workload("", (n_x, 1) if n_1 == 1 else (n_x, n_1, 1), "tanh", m, iterations=0)
    network = own_network(workload, torch.float64, "cpu")
    X, Y = workload.examples(torch.float64)

    def seconds(form: str, iterations: int) -> float:
        start = perf_counter()
        gradient_descent(network, X, Y, learning_rate=LEARNING_RATE, iterations=iterations, method=form)
        return perf_counter() - start

    def timing(form: str, steps: int) -> tuple[float, float]:
        first = seconds(form, 1)
        return first, max(0.0, seconds(form, 1 + steps) - first) / steps

    steps = {}
    for form in FORMS:
        seconds(form, 1)  # the first run is slower than the others
        steps[form] = ceil(LONG / max(1e-6, timing(form, 5)[1]))
    rounds = [{form: timing(form, steps[form]) for form in FORMS} for _ in range(ROUNDS)]
    return {form: (min(r[form][0] for r in rounds), min(r[form][1] for r in rounds)) for form in FORMS}
