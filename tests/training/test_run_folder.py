"""The folder of a run: each run has its own, one training at a time writes to it, and a rejected run leaves none."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from course_torch.training.cli import main
from course_torch.training.run_folder import next_folder
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL
from tests.training.test_resume import assert_same_run, rejection

PLAIN = [*SMALL, "--trainer.callbacks", "[]"]
REJECTED = ["--trainer.logger", "false", "--trainer.callbacks+=LearningRateMonitor"]
"""Lightning rejects this callback without a logger, after the folder is made and locked."""


def test_runs_that_start_together_get_different_folders(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        folders = list(threads.map(lambda i: next_folder(tmp_path / "lightning_logs"), range(80)))
    assert {folder.name for folder in folders} == {f"version_{i}" for i in range(80)}
    assert all(folder.is_dir() for folder in folders)


def test_a_resume_reads_the_checkpoint_after_it_holds_the_lock(train: Train, monkeypatch: Monkeypatch) -> None:
    """A second resume waits for the lock, and the first resume makes 10 updates before it releases the lock."""
    run, whole = train("--max_steps", "10"), train("--max_steps", "30")
    acquire = FileLock.acquire

    def wait_for_the_first(lock: FileLock, **options: Any) -> None:
        monkeypatch.setattr(FileLock, "acquire", acquire)
        assert main(["--resume", str(run), "--max_steps", "20"]) == 0
        acquire(lock, **options)

    monkeypatch.setattr(FileLock, "acquire", wait_for_the_first)
    assert main(["--resume", str(run), "--max_steps", "30"]) == 0
    assert_same_run(run, whole)


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOLCK], ids=["no flock", "no lock daemon"])
def test_a_file_system_without_locks_gives_a_warning(
    code: int, train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    def refuse(lock: FileLock, **options: Any) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(FileLock, "acquire", refuse)
    folder = train("--max_steps", "2")
    assert f"warning: {folder}: the file system has no locks" in capsys.readouterr().err


def test_a_lock_that_cannot_be_opened_is_not_called_another_training(train: Train, capsys: Capsys) -> None:
    run = train("--max_steps", "2")
    (run / ".lock").unlink()
    (run / ".lock").mkdir()
    error = usage_error(main, ["--resume", str(run), "--max_steps", "4"], capsys)
    assert f"{run}: cannot be written (Is a directory)" in error


def test_a_place_that_cannot_hold_folders_is_named(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "lightning_logs").write_text("a file")
    error = usage_error(main, [*PLAIN, "--trainer.default_root_dir", str(tmp_path)], capsys)
    assert f"{tmp_path / 'lightning_logs'}: cannot be written (File exists)" in error


def test_a_rejected_run_removes_the_folders_that_it_created_and_no_other(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "kept").mkdir()
    for root in ("new/deep", "kept"):
        arguments = [*PLAIN, *REJECTED, "--trainer.default_root_dir", str(tmp_path / root)]
        assert "LearningRateMonitor" in usage_error(main, arguments, capsys)
    assert list(tmp_path.rglob("*")) == [tmp_path / "kept"]


def test_a_rejected_resume_changes_no_file(train: Train, capsys: Capsys) -> None:
    run = train("--max_steps", "2")
    (run / ".lock").unlink()
    assert "LearningRateMonitor" in rejection(run, capsys, "--max_steps", "60", *REJECTED)
