"""`course-torch bench`: the times of a record, which a checkout measures."""

import json
from pathlib import Path

from benchmarks import record
from benchmarks.page import RECORD
from course_torch.commands.machine import bench
from course_torch.commands.main import main
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Said


def test_the_times_are_printed_as_on_the_page_and_written(tmp_path: Path, monkeypatch: Monkeypatch, said: Said) -> None:
    committed = json.loads(RECORD.read_text(encoding="utf-8"))
    monkeypatch.setattr(record, "measure", lambda device: committed)
    times, figure = tmp_path / "times.json", tmp_path / "growth.png"
    shown = said(["bench", "--json", str(times), "--figure", str(figure)])
    assert RECORD.with_suffix(".md").read_text(encoding="utf-8").endswith(shown)
    assert json.loads(times.read_text()) == committed
    assert figure.stat().st_size > 0


def test_without_a_checkout_the_command_says_what_it_needs(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(bench, "BENCHMARKS", tmp_path / "benchmarks")
    error = usage_error(main, ["bench"], capsys)
    assert f"bench: found no {tmp_path / 'benchmarks'}, expected a checkout of the repository" in error
