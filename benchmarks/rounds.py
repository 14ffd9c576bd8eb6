"""Time contenders alternately, so that a slowdown of the machine affects all of them."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import perf_counter
from typing import NamedTuple

import torch

from benchmarks.contenders import (
    Contender,
    bridge,
    descent,
    eager,
    empty_function,
    jax_jit,
    numpy_columns,
    scikit_learn,
)
from benchmarks.timing import Goal, Judged, alternated
from benchmarks.workloads import WORKLOADS, Workload, measure_limits

ROUNDS = 7
TARGET_SECONDS = 0.15
"""Approximate duration of one timing. It determines the number of steps of a contender."""
AUTO, BRIDGE, EMPTY, EAGER, NUMPY = (
    *("gradient_descent, auto", "autograd.Function, SGD", "autograd.Function, empty"),
    *("PyTorch, eager", "NumPy, the course's form"),
)
NOT_SLOWER = Goal("autograd.Function / eager PyTorch", 1.0)
TIMES_NUMPY = {"cats, logistic, float64": Goal("NumPy / gradient_descent", 60.0, at_least=True)}
"""Row -> its goal, for machines on which the memory limits NumPy. A cache that holds X makes NumPy faster."""


class Row(NamedTuple):
    """Median seconds of a step for each contender on one workload.

    `limit` is the lower bound for a direct step whose tensors come from memory.
    """

    workload: str
    dtype: str
    limit: float
    seconds: dict[str, float]

    @property
    def name(self) -> str:
        return f"{self.workload}, {self.dtype}"

    def goals(self) -> list[Judged]:
        """Judge the hand-written pass in autograd against autograd's own, and gradient_descent against NumPy."""
        judged = [NOT_SLOWER.judge(self.name, self.seconds[BRIDGE] / self.seconds[EAGER])]
        if self.name in TIMES_NUMPY and NUMPY in self.seconds:
            ratio, bound_by_memory = self.seconds[NUMPY] / self.seconds[AUTO], self.seconds[NUMPY] >= self.limit
            judged.append(TIMES_NUMPY[self.name].judge(self.name, ratio, bound_by_memory))
        return judged


def contenders(workload: Workload, dtype: torch.dtype, device: str) -> list[Contender]:
    """Return all contenders that support the workload and the device. Some peers support only the CPU."""
    X, Y = (tensor.to(device) for tensor in workload.examples(dtype))
    auto, *own = (descent(workload, X, Y, method, workload.iterations) for method in ("auto", "fused", "plain"))
    peers = [eager(workload, X, Y, 1), eager(workload, X, Y, 1, compiled=True)]
    if device == "cpu":
        made = (make(workload, X, Y, 1) for make in (numpy_columns, scikit_learn, jax_jit))
        peers += [peer for peer in made if peer is not None]
    others = [*own, bridge(workload, X, Y, 1), empty_function(workload, X, Y, 1), *peers]
    return [auto, *map(calibrated, others)]


def calibrated(contender: Contender) -> Contender:
    """Set the number of steps of a contender so that one timing takes about TARGET_SECONDS."""
    contender.run(2)
    start = perf_counter()
    contender.run(3)
    return contender._replace(steps=max(3, min(2000, int(3 * TARGET_SECONDS / (perf_counter() - start)))))


def time_rounds(entrants: Sequence[Contender]) -> dict[str, float]:
    """Return the median seconds of a step of each contender over ROUNDS rounds."""
    ways = {contender.name: partial(contender.run, contender.steps) for contender in entrants}
    seconds = alternated(ways, ROUNDS)
    return {contender.name: seconds[contender.name] / contender.steps for contender in entrants}


def time_workloads(
    device: str = "cpu", progress: Callable[[list[tuple[Workload, torch.dtype]]], Iterable] = iter
) -> list[Row]:
    """Time every workload in float64 and float32 (only float32 on an accelerator)."""
    dtypes = (torch.float64, torch.float32) if device == "cpu" else (torch.float32,)
    limits = {dtype: measure_limits(dtype, device) for dtype in dtypes}
    rows = []
    for workload, dtype in progress([(workload, dtype) for workload in WORKLOADS for dtype in dtypes]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # scikit-learn warns that it has not converged, as intended
            seconds = time_rounds(contenders(workload, dtype, device))
        name = str(dtype).removeprefix("torch.")
        rows.append(Row(workload.name, name, limits[dtype].seconds(workload, dtype), seconds))
    return rows
