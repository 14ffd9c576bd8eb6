"""The playground is measured as a page sees it."""

import asyncio

import pytest

from benchmarks import playground
from benchmarks.playground import NETWORKS, measured, step_times


@pytest.mark.slow
def test_the_command_is_measured_from_its_start_to_its_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playground, "SECONDS", 0.2)
    opening, rates = asyncio.run(measured())
    assert 0 < opening["page"] < opening["first_frame"]
    assert set(rates) == set(NETWORKS)
    assert all(min(measured.values()) > 0 for measured in rates.values())


def test_a_step_is_timed_beside_the_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playground, "STEPS", 3)
    times = step_times()
    assert {name: set(each) for name, each in times.items()} == {
        name: {"playground", "gradient_descent, plain", "gradient_descent, fused"} for name in NETWORKS
    }
    assert all(seconds > 0 for each in times.values() for seconds in each.values())
