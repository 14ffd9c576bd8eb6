"""The order of reading: its files exist with what the page names in them, and use only files above them."""

import re

import pytest

from tests.docs.lessons import text_of
from tests.docs.page import ROOT

LINE = re.compile(r"^\d+\. `([\w/.]+)`((?:.|\n(?!\d+\. |\n))*)", re.MULTILINE)
FILES = {path: re.findall(r"`([^`]+)`", words) for path, words in LINE.findall(text_of("en", "guides/reading.md"))}
"""Path -> the names in its sentences."""


@pytest.mark.parametrize("path", FILES)
def test_a_file_has_what_the_page_names(path: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert FILES[path]
    assert [name for name in FILES[path] if not re.search(rf"\b{re.escape(name)}", source)] == []


@pytest.mark.parametrize("path", FILES)
def test_a_file_has_a_test_of_the_same_name(path: str) -> None:
    *folder, name = path.removeprefix("course_torch/").split("/")
    assert (ROOT / "tests" / "/".join(folder) / f"test_{name}").is_file()


def test_a_file_uses_only_files_above_it() -> None:
    above: set[str] = set()
    for path in FILES:
        modules = re.findall(
            r"^from (course_torch[\w.]+) import", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE
        )
        used = {f"{module.replace('.', '/')}.py" for module in modules}
        assert used & FILES.keys() <= above, path
        above.add(path)


def test_there_are_ten_files_of_at_most_200_lines() -> None:
    lengths = [len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in FILES]
    assert len(lengths) == 10
    assert max(lengths) <= 200


def test_the_other_paths_exist() -> None:
    paths = re.findall(r"`([\w/.]+/[\w/.]*)`", text_of("en", "guides/reading.md"))
    assert set(FILES) < set(paths)
    assert all((ROOT / path).exists() for path in paths)
