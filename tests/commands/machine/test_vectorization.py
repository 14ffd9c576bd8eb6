"""`course-torch vectorization`: the times of a step with and without loops."""

import pytest

from tests.support.fixture_types import Said


def test_vectorization_prints_seconds_and_ratios(said: Said) -> None:
    lines = said(["vectorization", "--examples", "20", "--features", "3"]).splitlines()
    rows = [line.split("│")[1:-1] for line in lines if line.startswith("│")]
    assert [row[0].strip() for row in rows][:3] == ["two loops", "one loop", "no loop"]
    seconds, ratios = ([float(row[place].replace(",", "")) for row in rows] for place in (1, 2))
    assert ratios[0] == 1.0
    assert ratios[2] == pytest.approx(seconds[0] / seconds[2], rel=0.05, abs=0.06)
