"""How far a learner is: the state file beside the learner's files."""

import json
from pathlib import Path

import pytest

from course_torch.exercises.check.progress import NAME, by_section, newly_right

DEEP = {"sigmoid": "1.2", "relu": "2.3", "linear_forward": "3.1", "linear_backward": "3.2"}


def keep(folder: Path, name: str, *right: str, chapter: str = "deep", sections: dict[str, str] = DEEP) -> list[str]:
    (folder / name).touch()
    return newly_right(folder / name, chapter, sections, dict.fromkeys(right, "hash"))


def test_a_function_is_newly_right_once(tmp_path: Path) -> None:
    assert keep(tmp_path, "deep.py", "relu") == ["relu"]
    assert keep(tmp_path, "deep.py", "relu", "sigmoid") == ["sigmoid"]
    assert keep(tmp_path, "deep.py", "sigmoid") == []
    assert keep(tmp_path, "deep.py", "relu", "sigmoid") == ["relu"], "it was wrong in between"


def test_the_functions_are_counted_by_their_section(tmp_path: Path) -> None:
    keep(tmp_path, "deep.py", "relu", "linear_forward")
    assert by_section(tmp_path) == {"1.2": (0, 1), "2.3": (1, 1), "3.1": (1, 1), "3.2": (0, 1)}


def test_the_best_file_of_a_chapter_counts_and_chapters_add_up(tmp_path: Path) -> None:
    keep(tmp_path, "first_try.py", "relu")
    keep(tmp_path, "deep.py", "relu", "sigmoid")
    keep(tmp_path, "logistic.py", chapter="logistic", sections={"sigmoid": "1.2", "propagate": "1.5"})
    assert by_section(tmp_path) == {"1.2": (1, 2), "1.5": (0, 1), "2.3": (1, 1), "3.1": (0, 1), "3.2": (0, 1)}


def test_a_file_that_is_gone_does_not_count(tmp_path: Path) -> None:
    keep(tmp_path, "deep.py", "relu")
    (tmp_path / "deep.py").unlink()
    assert by_section(tmp_path) == {}


@pytest.mark.parametrize("text", ["{damaged", "[]", '{"deep.py": {"chapter": "deep"}}', "\xff"])
def test_a_damaged_state_counts_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(text, encoding="latin-1")
    assert by_section(tmp_path) == {}


def test_the_state_of_an_earlier_version_counts_nothing_until_the_next_check(tmp_path: Path) -> None:
    (tmp_path / "deep.py").touch()
    (tmp_path / NAME).write_text(json.dumps({"deep.py": {"chapter": "deep", "functions": 1, "right": {"relu": "1"}}}))
    assert by_section(tmp_path) == {}
    keep(tmp_path, "deep.py", "relu")
    assert by_section(tmp_path)["2.3"] == (1, 1)
