"""Where the Gram form of gradient descent overtakes the direct form, and whether `auto` chooses the faster form."""

from itertools import product
from math import ceil
from time import perf_counter
from typing import NamedTuple

import torch

from benchmarks.contenders import LEARNING_RATE, own_network
from benchmarks.timing import Goal, Judged, Workload
from course_torch.network.gradient_descent import faster_form, gradient_descent

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
