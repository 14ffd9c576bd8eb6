"""The folder of a run: its number and lock, its checkpoints, which are written atomically and run no code."""

import errno
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from filelock import FileLock

from course_torch.errors import InputError
from course_torch.exchange.trained_network import read_checkpoint
from course_torch.training.cli import main
from course_torch.training.run_folder import next_folder
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import assert_same_run


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


def test_a_file_system_without_locks_gives_a_warning(train: Train, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    def refuse(lock: FileLock, **options: Any) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(FileLock, "acquire", refuse)
    folder = train("--max_steps", "2")
    assert f"warning: {folder}: the file system has no locks" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"weights": torch.ones(2)}, "it has no state_dict, hyper_parameters, global_step, loops"),
        ([1, 2], "it has no state_dict"),
    ],
)
def test_files_that_are_no_checkpoints_are_rejected(content: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "other.ckpt"
    torch.save(content, path)
    with pytest.raises(InputError, match=re.escape("other.ckpt: not a checkpoint of train.py") + ".*" + message):
        read_checkpoint(path)
