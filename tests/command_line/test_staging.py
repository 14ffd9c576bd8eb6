"""The files of one command replace those of an earlier command together, or not at all."""

import os
from pathlib import Path
from threading import Barrier, Thread

import pytest
from filelock import FileLock

from course_torch.command_line import files as output_files
from course_torch.command_line.files import staged
from course_torch.errors import InputError
from tests.fixture_types import Monkeypatch

NAMES = ("a", "b", "c")


def write(folder: Path, *contents: str | None) -> None:
    """Write files with these contents. The content None raises ValueError."""
    with staged("out", str(folder)) as stage:
        for content in contents:
            if content is None:
                raise ValueError("no content")
            for name in NAMES:
                (stage / name).write_text(content)


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.name != ".lock"}


def test_files_move_into_a_new_folder_and_replace_those_of_an_earlier_command(tmp_path: Path) -> None:
    for content in ("first", "second"):
        write(tmp_path / "new" / "out", content)
        assert files(tmp_path / "new" / "out") == dict.fromkeys(NAMES, content)


def test_an_obsolete_file_of_an_earlier_command_is_removed_at_the_end_only(tmp_path: Path) -> None:
    write(tmp_path, "first")
    with staged("out", str(tmp_path), obsolete=["c", "never_written"]) as stage:
        (stage / "a").write_text("second")
        assert all((tmp_path / name).read_text() == "first" for name in NAMES)
    assert files(tmp_path) == {"a": "second", "b": "first"}


def test_a_failure_removes_the_new_folders_and_leaves_earlier_files(tmp_path: Path) -> None:
    write(tmp_path / "old", "first")
    for folder in ("old", "new/out"):
        with pytest.raises(ValueError, match="no content"):
            write(tmp_path / folder, "second", None)
    assert files(tmp_path / "old") == dict.fromkeys(NAMES, "first")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_the_files_of_one_of_several_writers_remain(tmp_path: Path) -> None:
    together = Barrier(8)

    def write_together(content: str) -> None:
        with staged("out", str(tmp_path / "out")) as stage:
            for name in NAMES:
                (stage / name).write_text(content)
            together.wait()

    threads = [Thread(target=write_together, args=(str(i),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = files(tmp_path / "out")
    assert set(found) == set(NAMES)
    assert len(set(found.values())) == 1


def test_a_writer_waits_for_the_lock_and_gives_up(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(output_files, "PATIENCE", 0.05)
    write(tmp_path, "first")
    with FileLock(tmp_path / ".lock"), pytest.raises(InputError, match="another process is writing into this folder"):
        write(tmp_path, "second")
    assert files(tmp_path) == dict.fromkeys(NAMES, "first")


@pytest.mark.parametrize("place", ["file", "file/inside"])
def test_a_file_in_place_of_the_folder_is_rejected(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=f"out: found '.*{place}', expected a writable folder"):
        write(tmp_path / place, "first")
    assert os.listdir(tmp_path) == ["file"]
