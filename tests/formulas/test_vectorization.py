from collections.abc import Callable

import pytest
import torch

from course_torch.formulas import vectorization
from course_torch.formulas.vectorization import median_seconds, time_steps


def test_every_way_is_timed() -> None:
    seconds = time_steps(m=20, n_x=3)
    assert list(seconds)[:3] == ["two loops", "one loop", "no loop"]
    assert len(seconds) == 3 + torch.accelerator.is_available()
    assert all(value > 0 for value in seconds.values())


def test_the_median_leaves_out_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock reads 0, 1 | 1, 4 | 4, 6: runs of 1, 3 and 2."""
    clock, calls = iter([0, 1, 1, 4, 4, 6]), []
    monkeypatch.setattr("course_torch.formulas.vectorization.perf_counter", lambda: next(clock))
    assert median_seconds(lambda: calls.append(1), runs=3) == 2
    assert len(calls) == 4


def test_each_way_makes_the_same_step_from_zero_on_the_same_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seed draws X and then Y. A device, where there is one, runs the form without loops once more."""
    steps, all_runs = {}, []

    def record(action: Callable[[], object], runs: int) -> float:
        action()
        all_runs.append(runs)
        return float(len(all_runs))

    for name in ("step_with_two_loops", "step_with_one_loop", "step_without_loops"):
        monkeypatch.setattr(vectorization, name, lambda *arguments, name=name: steps.setdefault(name, arguments))
    monkeypatch.setattr(vectorization, "median_seconds", record)
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    assert time_steps(m=20, n_x=3) == {"two loops": 1.0, "one loop": 2.0, "no loop": 3.0}
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(20, 3, generator=generator)
    Y = torch.randint(2, (20, 1), generator=generator).float()
    assert steps["step_with_two_loops"] == (X.tolist(), Y.flatten().tolist(), [0.0] * 3, 0.0, 0.01)
    for name in ("step_with_one_loop", "step_without_loops"):
        *tensors, alpha = steps[name]
        assert alpha == 0.01
        for actual, expected in zip(tensors, (X, Y, torch.zeros(3, 1), torch.zeros(1, 1)), strict=True):
            assert torch.equal(actual, expected)
    assert all_runs == [3, 5, 100]  # the slower, the fewer
