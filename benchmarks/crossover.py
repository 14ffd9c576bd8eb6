"""Measure where the Gram form of gradient descent overtakes the direct form, and what `method="auto"` chooses there."""

from itertools import product
from math import ceil
from time import perf_counter
from typing import NamedTuple

import torch

from benchmarks.contenders import LEARNING_RATE, own_network
from benchmarks.timing import Goal, Judged
from benchmarks.workloads import Workload
from course_torch.network.gradient_descent import faster_form, gradient_descent

EXAMPLES, FEATURES, UNITS, ITERATIONS = (50, 200, 1000), (32, 256, 2048, 12288), (1, 20, 200), (10, 100, 1000)
"""The grid: every m with every n_x, n_1 and number of iterations."""
FORMS = ("fused", "gram")
ROUNDS = 3
NEAR = Goal("largest ratio of the time of auto to that of the faster form", 1.1)
LONG = 0.01
"""Approximate seconds of the steps in one timing."""


class Crossover(NamedTuple):
    """Seconds of both forms at a point of the grid, and the form that `auto` chooses.

    `ratio` is the time of the chosen form divided by the time of the faster form.
    """

    m: int
    n_x: int
    n_1: int
    iterations: int
    fused: float
    gram: float
    chosen: str
    ratio: float


class Timing(NamedTuple):
    """Seconds of the set-up with the first step, and seconds of each further step."""

    first: float
    step: float

    def seconds(self, iterations: int) -> float:
        """Return the seconds of a run."""
        return self.first + (iterations - 1) * self.step


def measure_crossover() -> list[Crossover]:
    """Time both forms in float64 at every point of the grid, in one to two minutes."""
    rows = []
    for m, n_x, n_1 in product(EXAMPLES, FEATURES, UNITS):
        times = time_forms(m, n_x, n_1)
        for iterations in ITERATIONS:
            seconds = {form: times[form].seconds(iterations) for form in FORMS}
            rows.append(compare(m, n_x, n_1, iterations, **seconds))
    return rows


def crossover_goal(rows: list[Crossover]) -> Judged:
    """Judge the point of the grid at which `auto` loses most."""
    return NEAR.judge(f"fused and gram at {len(rows)} points", max(row.ratio for row in rows))


def compare(m: int, n_x: int, n_1: int, iterations: int, *, fused: float, gram: float) -> Crossover:
    """Compare the form that `auto` chooses with the faster form."""
    chosen = faster_form(m, [n_x, n_1], iterations)
    ratio = (gram if chosen == "gram" else fused) / min(fused, gram)
    return Crossover(m, n_x, n_1, iterations, fused, gram, chosen, ratio)


def time_forms(m: int, n_x: int, n_1: int) -> dict[str, Timing]:
    """Time both forms alternately, and return the shortest times, because other programs may slow some rounds."""
    workload = Workload("", (n_x, 1) if n_1 == 1 else (n_x, n_1, 1), "tanh", m, iterations=0)
    network = own_network(workload, torch.float64, "cpu")
    X, Y = workload.examples(torch.float64)

    def seconds(form: str, iterations: int) -> float:
        start = perf_counter()
        gradient_descent(network, X, Y, learning_rate=LEARNING_RATE, iterations=iterations, method=form)
        return perf_counter() - start

    def timing(form: str, steps: int) -> Timing:
        first = seconds(form, 1)
        return Timing(first, max(0.0, seconds(form, 1 + steps) - first) / steps)

    steps = {}
    for form in FORMS:
        seconds(form, 1)  # the first run is slower than the others
        steps[form] = ceil(LONG / max(1e-6, timing(form, 5).step))
    rounds = [(form, timing(form, steps[form])) for _ in range(ROUNDS) for form in FORMS]
    times = {form: [each for name, each in rounds if name == form] for form in FORMS}
    return {form: Timing(min(t.first for t in times[form]), min(t.step for t in times[form])) for form in FORMS}
