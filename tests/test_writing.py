"""Files that are written: whole or not at all, through links, into pipes, and as JSON."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from course_torch.errors import InputError
from course_torch.reports.figures.drawing import write_figure
from course_torch.writing import as_json, write_text
from tests.support.fixture_types import Monkeypatch


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    """Work in a folder with a link to a file."""
    monkeypatch.chdir(tmp_path)
    Path("input").write_text("kept")
    Path("link").symlink_to("input")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let each write beyond this number of bytes in a file fail, as on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    "write", [lambda path: write_text(path, "new " * 1000), lambda path: write_figure(path, Figure())]
)
def test_a_write_replaces_the_earlier_file_which_a_full_disk_leaves_and_nothing_stays_beside_it(
    write: Callable[[Path], None],
) -> None:
    path = Path("out.png")
    path.write_text("earlier")
    before = set(os.listdir())
    with files_of_at_most(1000), pytest.raises(InputError, match=r"out\.png: cannot be written \(File too large\)"):
        write(path)
    assert path.read_text() == "earlier"
    assert set(os.listdir()) == before
    write(path)
    assert len(path.read_bytes()) > 1000
    assert set(os.listdir()) == before


def test_a_write_through_a_link_changes_the_file_that_the_link_names() -> None:
    write_text("link", "new")
    assert Path("link").is_symlink()
    assert Path("input").read_text() == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_written_directly() -> None:
    """`--json /dev/stdout` and a named pipe are no files that could be replaced."""
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_text("pipe", "new")
    assert os.read(reader, 10) == b"new"
    os.close(reader)


def test_json_has_null_for_nan_and_infinity() -> None:
    text = as_json({"a": [float("nan"), 1.5], "b": (float("-inf"),)})
    assert "".join(text.split()) == '{"a":[null,1.5],"b":[null]}'
