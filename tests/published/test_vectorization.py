from collections.abc import Callable

import pytest
import torch

from course_torch.published import vectorization
from course_torch.published.vectorization import median_seconds, time_steps


def test_every_implementation_is_timed() -> None:
    seconds = time_steps(m=20, n_x=3)
    assert list(seconds)[:3] == ["two loops", "one loop", "no loop"]
    assert len(seconds) == 3 + torch.accelerator.is_available()
    assert all(value > 0 for value in seconds.values())


def test_the_median_leaves_out_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock reads 0, 1 | 1, 4 | 4, 6: the counted runs take 1, 3 and 2 seconds."""
    clock, calls = iter([0, 1, 1, 4, 4, 6]), []
    monkeypatch.setattr("course_torch.published.vectorization.perf_counter", lambda: next(clock))
    assert median_seconds(lambda: calls.append(1), runs=3) == 2
    assert len(calls) == 4


def test_each_way_makes_the_same_step_from_zero_on_the_same_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seed 1 draws X and then Y. An accelerator, played here by the CPU, runs the form without loops once more."""
    calls, all_runs = [], []

    def record(action: Callable[[], object], runs: int) -> float:
        action()
        all_runs.append(runs)
        return float(len(all_runs))

    for name in ("step_with_two_loops", "step_with_one_loop", "step_without_loops"):
        monkeypatch.setattr(vectorization, name, lambda *arguments, name=name: calls.append((name, *arguments)))
    monkeypatch.setattr(vectorization, "median_seconds", record)
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cpu"))
    monkeypatch.setattr(torch.accelerator, "synchronize", lambda: calls.append(("synchronize",)))
    assert time_steps(m=20, n_x=3) == {"two loops": 1.0, "one loop": 2.0, "no loop": 3.0, "no loop on cpu": 4.0}
    assert all_runs == [3, 5, 100, 100]  # the slower, the fewer
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(20, 3, generator=generator)
    Y = torch.randint(2, (20, 1), generator=generator).float()
    two_loops, one_loop, *no_loop, wait = calls
    assert two_loops == ("step_with_two_loops", X.tolist(), Y.flatten().tolist(), [0.0] * 3, 0.0, 0.01)
    assert [name for name, *_ in (one_loop, *no_loop)] == ["step_with_one_loop", *["step_without_loops"] * 2]
    for _, *tensors, alpha in (one_loop, *no_loop):
        assert alpha == 0.01
        for actual, expected in zip(tensors, (X, Y, torch.zeros(3, 1), torch.zeros(1, 1)), strict=True):
            assert torch.equal(actual, expected)
    assert wait == ("synchronize",)
