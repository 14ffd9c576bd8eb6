"""The grid on which the choice of `method="auto"` is held against the clock. These tests time nothing that matters."""

from itertools import product

import pytest

from benchmarks import growth
from course_torch.network.gradient_descent import faster_form


@pytest.mark.parametrize(("iterations", "chosen", "ratio"), [(1, "fused", 1.0), (10_000, "gram", 1.5)])
def test_the_ratio_is_the_chosen_forms_time_over_the_shorter_time(iterations: int, chosen: str, ratio: float) -> None:
    """fused takes 2 s and gram 3 s."""
    row = growth.compare(100, 1000, 20, iterations, fused=2.0, gram=3.0)
    assert row == (100, 1000, 20, iterations, 2.0, 3.0, chosen, ratio)


def test_seconds_of_many_iterations_are_the_first_and_the_further_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """5 s for the set-up with the first step of fused and 2 s for each further step; 1 s and 3 s of gram."""
    for name, values in {"EXAMPLES": (3,), "FEATURES": (4,), "UNITS": (1,), "ITERATIONS": (1, 4)}.items():
        monkeypatch.setattr(growth, name, values)
    monkeypatch.setattr(growth, "time_forms", lambda *sizes: {"fused": (5.0, 2.0), "gram": (1.0, 3.0)})
    assert [(row.fused, row.gram) for row in growth.measure_crossover()] == [(5, 1), (11, 10)]


def test_every_point_of_the_grid_is_measured_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = {"EXAMPLES": (3, 5), "FEATURES": (4,), "UNITS": (1, 2), "ITERATIONS": (1, 300)}
    for name, values in (grid | {"ROUNDS": 1, "LONG": 1e-4}).items():
        monkeypatch.setattr(growth, name, values)
    rows = growth.measure_crossover()
    assert [row[:4] for row in rows] == list(product(*grid.values()))
    for row in rows:
        assert row.chosen == faster_form(row.m, [row.n_x, row.n_1], row.iterations)
        assert min(row.fused, row.gram) > 0
        assert row.ratio >= 1


def test_the_clock_gives_first_and_further_steps_of_both_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that counts 3 s for the set-up and 2 s for a step of fused; 10 s and 1 s of gram."""
    seconds = {"fused": (3.0, 2.0), "gram": (10.0, 1.0)}
    now = 0.0

    def descend(*arguments: object, iterations: int, method: str, **options: object) -> None:
        nonlocal now
        now += seconds[method][0] + iterations * seconds[method][1]

    monkeypatch.setattr(growth, "gradient_descent", descend)
    monkeypatch.setattr(growth, "perf_counter", lambda: now)
    assert growth.time_forms(3, 4, 2) == {"fused": (5.0, 2.0), "gram": (11.0, 1.0)}
