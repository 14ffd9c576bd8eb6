"""The folders of the exercises import in one direction, in the order in which docs/structure.md lists them."""

import re
from pathlib import Path

import pytest

from course_torch import exercises

PACKAGE = Path(exercises.__file__).parent
STRUCTURE = PACKAGE.parents[1] / "docs/structure.md"
ROOMS = re.findall(r"^    (\w+)/", STRUCTURE.read_text(encoding="utf-8").split("  exercises/")[1], flags=re.M)


def test_every_folder_is_listed() -> None:
    assert sorted(ROOMS) == sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


@pytest.mark.parametrize("room", ROOMS)
def test_a_folder_imports_only_from_the_folders_above_it(room: str) -> None:
    for path in (PACKAGE / room).rglob("*.py"):
        imported = re.findall(r"^\s*from course_torch\.exercises\.(\w+)", path.read_text(encoding="utf-8"), flags=re.M)
        assert set(imported) <= set(ROOMS[: ROOMS.index(room) + 1]), path
