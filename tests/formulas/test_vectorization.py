import pytest
import torch

from course_torch.formulas.vectorization import median_seconds, time_steps


def test_every_implementation_is_timed() -> None:
    seconds = time_steps(m=20, n_x=3)
    assert list(seconds)[:3] == ["two loops", "one loop", "no loop"]
    assert len(seconds) == 3 + torch.accelerator.is_available()
    assert all(value > 0 for value in seconds.values())


def test_the_median_leaves_out_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock reads 0, 1 | 1, 4 | 4, 6: the counted runs take 1, 3 and 2 seconds."""
    clock, calls = iter([0, 1, 1, 4, 4, 6]), []
    monkeypatch.setattr("course_torch.formulas.vectorization.perf_counter", lambda: next(clock))
    assert median_seconds(lambda: calls.append(1), runs=3) == 2
    assert len(calls) == 4
