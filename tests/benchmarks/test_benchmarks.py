"""Every contender runs, and the medians of its steps are right. These tests time nothing."""

import json
from pathlib import Path

import pytest
import torch

from benchmarks import contenders, start, timing
from benchmarks.contenders import AUTO, CONTENDERS, time_contenders
from benchmarks.page import RECORD
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


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each process, which is not started."""
    started: list[list[str]] = []
    monkeypatch.setattr(start, "finish", started.append)
    return started


def test_predict_gets_the_checkpoint_of_a_training_that_ran_before(tmp_path: Path, started: list[list[str]]) -> None:
    commands = start.starts(tmp_path)
    assert [*commands] == [*json.loads(RECORD.read_text(encoding="utf-8"))["start"]], "the committed times"
    (training,) = started
    assert training[-2:] == ["--max_steps", "1"]
    assert str(tmp_path) in training
    assert Path(commands["course-torch predict"][3]).is_relative_to(tmp_path)
