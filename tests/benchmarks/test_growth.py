"""The grid on which the choice of `method="auto"` is held against the clock. These tests time nothing that matters."""

import pytest

from benchmarks import growth
from tests.fixture_types import Monkeypatch


@pytest.mark.parametrize(("iterations", "chosen", "ratio"), [(1, "fused", 1.0), (10_000, "gram", 1.5)])
def test_the_ratio_is_the_chosen_forms_time_over_the_shorter_time(iterations: int, chosen: str, ratio: float) -> None:
    """fused takes 2 s and gram 3 s."""
    row = growth.compare(100, 1000, 20, iterations, fused=2.0, gram=3.0)
    assert row == (100, 1000, 20, iterations, 2.0, 3.0, chosen, ratio)


def test_seconds_of_many_iterations_are_the_first_and_the_further_steps(monkeypatch: Monkeypatch) -> None:
    """5 s for the set-up with the first step of fused and 2 s for each further step; 1 s and 3 s of gram."""
    for name, values in {"EXAMPLES": (3,), "FEATURES": (4,), "UNITS": (1,), "ITERATIONS": (1, 4)}.items():
        monkeypatch.setattr(growth, name, values)
    monkeypatch.setattr(growth, "time_forms", lambda *sizes: {"fused": (5.0, 2.0), "gram": (1.0, 3.0)})
    assert [(row.fused, row.gram) for row in growth.measure_crossover()] == [(5, 1), (11, 10)]


def test_the_clock_gives_first_and_further_steps_of_both_forms(monkeypatch: Monkeypatch) -> None:
    """A clock that counts 3 s for the set-up and 2 s for a step of fused; 10 s and 1 s of gram."""
    seconds = {"fused": (3.0, 2.0), "gram": (10.0, 1.0)}
    now = 0.0

    def descend(*arguments: object, iterations: int, method: str, **options: object) -> None:
        nonlocal now
        now += seconds[method][0] + iterations * seconds[method][1]

    monkeypatch.setattr(growth, "gradient_descent", descend)
    monkeypatch.setattr(growth, "perf_counter", lambda: now)
    assert growth.time_forms(3, 4, 2) == {"fused": (5.0, 2.0), "gram": (11.0, 1.0)}
