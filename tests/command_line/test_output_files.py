"""Output files: checks of their paths, atomic writes, and a set of files that is replaced as a whole."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread

import pytest
from filelock import FileLock
from matplotlib.figure import Figure

from course_torch.command_line import output_files
from course_torch.command_line.file_arguments import check_outputs
from course_torch.command_line.output_files import as_json, staged, write_text
from course_torch.errors import InputError
from course_torch.reports.figures.drawing import write_figure
from tests.support.fixture_types import Monkeypatch

Write = Callable[[Path], None]
WRITES: dict[str, Write] = {
    "text": lambda path: write_text(path, "new " * 1000),
    "figure": lambda path: write_figure(path, Figure()),
}


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    """Work in a folder with a file `input`, two links to it, and a folder `data` with a file."""
    monkeypatch.chdir(tmp_path)
    Path("input").write_text("kept")
    Path("link").symlink_to("input")
    Path("hard_link").hardlink_to("input")
    Path("data").mkdir()
    Path("data/labels").write_text("kept")


@pytest.mark.parametrize("link", ["link", "hard_link"])
def test_an_input_is_not_overwritten_through_a_link_but_a_new_file_may_stand_in_its_folder(link: str) -> None:
    """tests/refusals.txt has the other spellings, and all else that cannot be an output."""
    with pytest.raises(InputError, match=r"^json: found '.*', which would overwrite the input 'input'$"):
        check_outputs({"json": link}, ["data", "input"])
    check_outputs({"json": link}, [])
    check_outputs({"json": "data/report.json", "html": "a.html", "figure": "a.svg", "out": None}, ["data"])


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


@pytest.mark.parametrize("name", WRITES)
def test_a_write_replaces_the_earlier_file_which_a_full_disk_leaves_and_nothing_stays_beside_it(name: str) -> None:
    path = Path("out.png")
    path.write_text("earlier")
    before = set(os.listdir())
    with files_of_at_most(1000), pytest.raises(InputError, match=r"out\.png: cannot be written \(File too large\)"):
        WRITES[name](path)
    assert path.read_text() == "earlier"
    assert set(os.listdir()) == before
    WRITES[name](path)
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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
@pytest.mark.parametrize("name", WRITES)
def test_a_pipe_that_nobody_reads_is_named(name: str) -> None:
    """The opening would wait forever."""
    os.mkfifo("pipe.png")
    with pytest.raises(InputError, match=r"^pipe\.png: found a pipe that nobody reads, expected a file$"):
        WRITES[name](Path("pipe.png"))


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="Windows has no /dev/stdout")
def test_the_file_behind_stdout_keeps_what_it_has(capfd: pytest.CaptureFixture[str]) -> None:
    """As in `course-torch compare --json /dev/stdout >> log`: a replaced file would lose the lines before."""
    print("before")
    write_text("/dev/stdout", "new\n")
    print("after")
    assert capfd.readouterr().out == "before\nnew\nafter\n"


def test_json_has_null_for_nan_and_infinity() -> None:
    text = as_json({"a": [float("nan"), 1.5], "b": (float("-inf"),)})
    assert "".join(text.split()) == '{"a":[null,1.5],"b":[null]}'


NAMES = ("a", "b", "c")


def write(folder: Path, *contents: str | None) -> None:
    """Write files with these contents. The content None raises ValueError."""
    with staged("out", str(folder)) as stage:
        for content in contents:
            if content is None:
                raise ValueError("no content")
            for name in NAMES:
                (stage / name).write_text(content)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.name != ".lock"}


def test_files_move_into_a_new_folder_and_replace_those_of_an_earlier_command(empty: Path) -> None:
    for content in ("first", "second"):
        write(empty / "new" / "out", content)
        assert files(empty / "new" / "out") == dict.fromkeys(NAMES, content)


def test_an_obsolete_file_of_an_earlier_command_is_removed_at_the_end_only(empty: Path) -> None:
    write(empty, "first")
    with staged("out", str(empty), obsolete=["c", "never_written"]) as stage:
        (stage / "a").write_text("second")
        assert all((empty / name).read_text() == "first" for name in NAMES)
    assert files(empty) == {"a": "second", "b": "first"}


def test_a_failure_removes_the_new_folders_and_leaves_earlier_files(empty: Path) -> None:
    write(empty / "old", "first")
    for folder in ("old", "new/out"):
        with pytest.raises(ValueError, match="no content"):
            write(empty / folder, "second", None)
    assert files(empty / "old") == dict.fromkeys(NAMES, "first")
    assert [path.name for path in empty.iterdir()] == ["old"]


def test_the_files_of_one_of_several_writers_remain(empty: Path) -> None:
    together = Barrier(8)

    def write_together(content: str) -> None:
        with staged("out", str(empty / "out")) as stage:
            for name in NAMES:
                (stage / name).write_text(content)
            together.wait()

    threads = [Thread(target=write_together, args=(str(i),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = files(empty / "out")
    assert set(found) == set(NAMES)
    assert len(set(found.values())) == 1


def test_a_writer_waits_for_the_lock_and_gives_up(empty: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(output_files, "PATIENCE", 0.05)
    write(empty, "first")
    with FileLock(empty / ".lock"), pytest.raises(InputError, match="another process is writing into this folder"):
        write(empty, "second")
    assert files(empty) == dict.fromkeys(NAMES, "first")
