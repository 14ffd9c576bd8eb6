"""Every contender runs, and the counts and medians are right. These tests time nothing."""

import pytest
import torch

from benchmarks import rounds, timing
from benchmarks.contenders import Contender, bridge, descent, eager, empty_function, numpy_columns, scikit_learn
from benchmarks.workloads import WORKLOADS, Limits, Workload

TINY = Workload("tiny", (3, 2, 1), "tanh", 5, 4)


def test_multiply_adds_by_hand() -> None:
    """m = 5: Z needs 5·(6 + 2) multiply-adds, dW the same number, and dA[1] needs 5·2: 90 in total."""
    assert TINY.multiply_adds() == 90
    assert TINY.entries() == 2 * 5 * 3 + 3 * (6 + 2)


def test_the_limit_is_the_slower_of_arithmetic_and_traffic() -> None:
    assert Limits(multiply_adds=90.0, bandwidth=1e9).seconds(TINY, torch.float64) == 1.0
    assert Limits(multiply_adds=1e9, bandwidth=54 * 8 / 2).seconds(TINY, torch.float64) == 2.0


@pytest.mark.parametrize("workload", [TINY, Workload("logistic", (3, 1), "relu", 5, 4)])
def test_every_contender_runs(workload: Workload) -> None:
    X, Y = workload.examples(torch.float64)
    entrants = [descent(workload, X, Y, method, 2) for method in ("auto", "fused", "plain")]
    entrants += [
        bridge(workload, X, Y, 2),
        empty_function(workload, X, Y, 2),
        eager(workload, X, Y, 2),
        numpy_columns(workload, X, Y, 2),
    ]
    for entrant in entrants:
        entrant.run(2)
    assert (scikit_learn(workload, X, Y, 2) is None) == (len(workload.layer_sizes) == 2)


def test_rounds_alternate_and_give_the_median(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    clock = iter(range(10_000))
    monkeypatch.setattr(timing, "perf_counter", lambda: next(clock))
    entrants = [Contender(name, 2, lambda steps, name=name: calls.append(name)) for name in ("a", "b")]
    assert rounds.time_rounds(entrants) == {"a": 0.5, "b": 0.5}
    assert calls == ["a", "b"] * rounds.ROUNDS


def test_the_workloads_have_the_features_of_the_course() -> None:
    assert [workload.layer_sizes[0] for workload in WORKLOADS] == [12288, 12288, 2, 1024]
