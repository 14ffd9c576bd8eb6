"""Every contender runs, and the medians of its steps are right. These tests time nothing."""

import pytest
import torch

from benchmarks import contenders, timing
from benchmarks.contenders import AUTO, CONTENDERS, time_contenders
from benchmarks.timing import Workload
from tests.support.fixture_types import Monkeypatch

TINY = Workload("tiny", (3, 2, 1), "tanh", 5, 4)


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")  # scikit-learn has not converged, as intended
@pytest.mark.parametrize("workload", [TINY, Workload("logistic", (3, 1), "relu", 5, 4)])
def test_every_contender_runs(workload: Workload) -> None:
    X, Y = workload.examples(torch.float64)
    able = {name: make for name, make in CONTENDERS.items() if name != "PyTorch, torch.compile"}  # needs a compiler
    runs = {name: make(workload, X, Y) for name, make in able.items()}
    for run in filter(None, runs.values()):
        run(2)
    assert (runs["scikit-learn MLPClassifier"] is None) == (len(workload.layer_sizes) == 2)


def test_rounds_alternate_and_give_the_median_of_a_step(monkeypatch: Monkeypatch) -> None:
    calls: list[tuple[str, int]] = []
    clock = iter(range(10_000))
    monkeypatch.setattr(timing, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(contenders, "calibrated", lambda run: 2)
    made = {
        name: lambda workload, X, Y, name=name: lambda steps: calls.append((name, steps)) for name in (AUTO, "other")
    }
    monkeypatch.setattr(contenders, "CONTENDERS", made | {"absent": lambda workload, X, Y: None})
    assert time_contenders(TINY, torch.float64, "cpu") == {AUTO: 1 / TINY.iterations, "other": 0.5}
    assert calls == [(AUTO, TINY.iterations), ("other", 2)] * contenders.ROUNDS
