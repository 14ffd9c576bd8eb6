"""`course-torch exercise`: the list, the file of a chapter, and one function put back."""

import json
import re
from pathlib import Path

import pytest

from course_torch.exercises.tasks import CHAPTERS
from tests.support.fixture_types import Monkeypatch, Said

pytestmark = pytest.mark.usefixtures("here")
DONE = ["f0", "f1"]


def state(file: str, chapter: str, right: list[str]) -> dict[str, dict[str, object]]:
    """The entry of a file of two functions in the state file."""
    return {file: {"chapter": chapter, "right": right, "sections": dict.fromkeys(("f0", "f1"), "1.2")}}


@pytest.mark.parametrize(
    ("files", "entries", "command"),
    [
        ([], {}, "exercise basics"),
        (["basics.py"], {}, "check basics.py"),
        (["my deep.py"], state("my deep.py", "deep", []), "check 'my deep.py'"),
        ([], state("deleted.py", "deep", []), "exercise basics"),
        (["a.py"], state("a.py", "basics", DONE), "exercise tensors"),
        (["a.py", "deep.py"], state("a.py", "basics", DONE) | state("deep.py", "deep", ["f0"]), "check deep.py"),
        (
            [f"{name}.py" for name in CHAPTERS],
            {f"{name}.py": state("", name, DONE)[""] for name in CHAPTERS},
            "playground",
        ),
    ],
)
def test_the_list_ends_with_the_command_to_go_on(
    files: list[str], entries: dict[str, object], command: str, here: Path, said: Said
) -> None:
    for file in files:
        (here / file).touch()
    (here / ".course-torch.json").write_text(json.dumps(entries))
    for language, option in (("en", ""), ("zh", " --language zh")):
        assert said(["exercise", "--language", language]).endswith(f"course-torch {command}{option}\n")


def test_what_is_told_to_be_typed_after_writing_keeps_the_language(said: Said) -> None:
    assert said(["exercise", "basics", "--out", "my basics.py", "--language", "zh"]).endswith(
        "course-torch check 'my basics.py' --language zh\n"
    )


def test_the_form_of_the_course_is_named_where_it_was_not_chosen_and_its_command_works(here: Path, said: Said) -> None:
    form = "In the form of the course's own exercises (NumPy, columns of X are examples): course-torch "
    for written in (said(["exercise"]), said(["exercise", "basics"])):
        command = next(line.removeprefix(form) for line in written.splitlines() if line.startswith(form))
        command += "" if "--out" in command else " --out mine.py"
        assert form not in said(command.split())
    assert (here / "basics_columns.py").read_text() == (here / "mine.py").read_text().replace("mine", "basics_columns")
    assert "import numpy as np" in (here / "mine.py").read_text()


@pytest.mark.parametrize(("columns", "files"), [(80, ["deep.py"]), (60, ["deep.py", "my_own_deep_network.py"])])
def test_the_list_has_every_function_and_never_cuts_the_count_of_a_file(
    columns: int, files: list[str], here: Path, monkeypatch: Monkeypatch, said: Said
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for name in files:
        (here / name).touch()
    entry = {"chapter": "deep", "right": [], "sections": {f"f{n}": "1.2" for n in range(15)}}
    (here / ".course-torch.json").write_text(json.dumps(dict.fromkeys(files, entry)))
    text = said(["exercise"])
    assert text.count(" 0/15 ") == len(files)
    assert columns < 80 or all(name in text for name in CHAPTERS)
    assert {task.name for chapter in CHAPTERS.values() for task in chapter.tasks} <= {*re.findall(r"\w+", text)}


@pytest.mark.smoke
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_file_of_a_chapter_is_all_unwritten(chapter: str, said: Said) -> None:
    assert f"{chapter}.py" in said(
        ["exercise", chapter, "--library", "numpy", "--layout", "columns", "--language", "zh"]
    )
    text = said(["check", f"{chapter}.py", "--json", "report.json"], code=1)
    assert text.count("还没有写") == len(CHAPTERS[chapter].tasks)
