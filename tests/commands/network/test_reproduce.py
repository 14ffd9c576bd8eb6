"""`course-torch reproduce`: the numbers of the course, measured again."""

import json
from pathlib import Path

import pytest

from tests.support.fixture_types import Monkeypatch, Said


@pytest.mark.slow
def test_without_cat_files_the_flower_runs_and_the_files_are_named(tmp_path: Path, said: Said) -> None:
    file, picture = tmp_path / "figures.json", tmp_path / "costs.png"
    shown = said(["reproduce", "--json", str(file), "--figure", str(picture)])
    assert "all 11 published numbers are reproduced" in shown
    assert "train_catvnoncat.h5  sha256 fbe56ab6" in shown
    assert "67.50 %" in shown
    (experiment,) = json.loads(file.read_text())["experiments"].values()
    accuracy = pytest.approx(0.905, abs=1 / 400 + 1e-12)
    assert experiment[-1] == {"name": "train accuracy", "published": 0.905, "measured": accuracy, "agrees": True}
    assert picture.stat().st_size > 10_000


@pytest.mark.slow
def test_a_different_number_gives_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    """The backward pass has a relative error of 0.001."""
    monkeypatch.setattr("course_torch.network.fast_descent.average", lambda total, m: 1.001 * total / m)
    assert "missed: flower, 2-4-1, cost at 1000" in said(["reproduce"], code=1)
