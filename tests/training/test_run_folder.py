"""The folder of a run: its number and lock, its checkpoints, which are written atomically and run no code."""

import errno
import os
import re
import resource
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from filelock import FileLock

from course_torch.atomic import replacing
from course_torch.errors import InputError
from course_torch.exchange.trained_network import read_checkpoint
from course_torch.training.cli import main
from course_torch.training.lightning_private import MetricsWriter
from course_torch.training.run_folder import next_folder
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import assert_same_run, parameters_of


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


def test_a_failed_atomic_write_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with replacing(path) as file:
        file.write(b"first")
    with pytest.raises(TypeError), replacing(path) as file:
        file.write(b"half of the sec", "and an error")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
    with (
        pytest.raises(InputError, match=r"nowhere/file: cannot be written \(No such file"),
        replacing(tmp_path / "nowhere" / "file"),
    ):
        pass


@contextmanager
def files_limited() -> Iterator[None]:
    """Limit files to 100,000 bytes: a larger write fails in the middle of the file, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_ends_in_one_line_and_the_earlier_checkpoint_loads(train: Train, capsys: Capsys) -> None:
    run = train(config=["--model.layer_sizes", "[12288, 3, 1]", "--max_steps", "5"])
    before = parameters_of(run)
    capsys.readouterr()
    with files_limited():
        error = usage_error(main, ["--resume", str(run), "--max_steps", "10", "--checkpoint_seconds", "0"], capsys)
    assert re.fullmatch(r"train\.py: error: .*last\.ckpt: cannot be written \(File too large\)\n", error)
    after = parameters_of(run)
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert {path.name for path in (run / "checkpoints").iterdir()} == {"last.ckpt", "best.ckpt"}


def test_a_full_disk_while_logging_ends_in_one_line(train: Train, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    def full(writer: MetricsWriter) -> None:
        if writer.metrics:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "metrics.csv")

    monkeypatch.setattr(MetricsWriter, "save", full)
    train(code=2)
    assert (
        "train.py: error: metrics.csv: cannot be read or written (No space left on device)" in capsys.readouterr().err
    )
