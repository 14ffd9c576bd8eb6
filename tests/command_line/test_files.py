"""Output files: checks of their paths."""

from pathlib import Path

import pytest

from course_torch.command_line.files import check_outputs
from course_torch.errors import InputError
from tests.support.fixture_types import Monkeypatch


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    """Work in a folder with a file `input`, a link to it, and a folder `data` with a file."""
    monkeypatch.chdir(tmp_path)
    Path("input").write_text("kept")
    Path("link").symlink_to("input")
    Path("data").mkdir()
    Path("data/labels").write_text("kept")


def test_an_input_is_not_overwritten_through_a_link_but_a_new_file_may_stand_in_its_folder() -> None:
    """tests/refusals.txt has the other spellings, and all else that cannot be an output."""
    with pytest.raises(InputError, match=r"^json: found '.*', which would overwrite the input 'input'$"):
        check_outputs({"json": "link"}, ["data", "input"])
    check_outputs({"json": "link"}, [])
    check_outputs({"json": "data/report.json", "html": "a.html", "figure": "a.svg", "out": None}, ["data"])


def test_a_link_to_itself_is_a_name_as_any_other() -> None:
    """Path.resolve ends in an error there, before the command could say what is wrong with its input."""
    Path("loop").symlink_to("loop")
    check_outputs({"json": "report.json"}, ["loop"])
    with pytest.raises(InputError, match=r"^json: found 'loop', which would overwrite the input 'loop'$"):
        check_outputs({"json": "loop"}, ["loop"])
