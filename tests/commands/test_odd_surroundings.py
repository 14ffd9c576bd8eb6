"""Pipes instead of files, a machine at its limits, and servers that do not answer end in one line."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets import CIFAR10

from course_torch.command_line.errors import run
from course_torch.commands.main import main as course_torch
from course_torch.data.picture_files import decode
from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from course_torch.training.cli import main as train
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch


@pytest.fixture(autouse=True)
def pipe(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    """Work in a folder with a pipe that nobody writes to."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (train, ["--config", "pipe"]),
        (course_torch, ["compare", "--config", "pipe"]),
        (course_torch, ["predict", "pipe", "a.png"]),
        (course_torch, ["export", "pipe"]),
        (course_torch, ["reproduce", "--cats", "pipe"]),
        (train, ["--data.name", "folder", "--data.root", "pipe"]),
        (train, ["--resume", "pipe"]),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_a_pipe_is_no_input_file(program: Callable[[list[str]], int], arguments: list[str], capsys: Capsys) -> None:
    assert "pipe" in usage_error(program, arguments, capsys)


@pytest.mark.parametrize(
    ("name", "file"), [("cats", "train_catvnoncat.h5"), ("fashion_mnist", "train-images-idx3-ubyte.gz")]
)
def test_a_pipe_is_no_file_of_a_set(name: str, file: str, capsys: Capsys) -> None:
    os.mkfifo(file)
    usage_error(train, ["--data.name", name, "--data.root", "."], capsys)


def test_a_picture_or_a_table_from_a_pipe_or_a_device_is_rejected() -> None:
    for path in ("pipe", "/dev/zero"):
        with pytest.raises(InputError, match="found a pipe or a device, expected a file"):
            decode(path, (2, 2, 3))


@pytest.mark.parametrize(
    ("program", "line", "found"),
    [
        (train, "--config large.yaml", "large.yaml: found 3,221,225,472 bytes, expected at most 100,000"),
        (course_torch, "compare --config large.yaml", "large.yaml: found 3,221,225,472 bytes"),
        (course_torch, "compare --config large", "large.yaml: found 3,221,225,472 bytes"),
        (course_torch, "check large.py", "large.py: found 3,221,225,472 bytes, expected at most 4,194,304"),
        (course_torch, "grade own.py --chapter basics --rules large.yaml", "large.yaml: found 3,221,225,472 bytes"),
        (
            train,
            "--data.name csv --data.root large.csv",
            "large.csv: found 3,221,225,472 bytes, expected at most 89,478,485: a CSV file takes about 12 times its "
            "size, and 1.0 GiB of memory are free",
        ),
    ],
)
def test_a_file_that_is_too_large_is_not_read(
    program: Callable[[list[str]], int], line: str, found: str, capsys: Capsys, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**30))
    Path("own.py").touch()
    for name in ("large.yaml", "large.py", "large.csv"):
        with open(name, "wb") as file:
            file.truncate(3 * 2**30)  # a hole, which takes no room on the disk
    assert found in usage_error(program, line.split(), capsys)


def test_only_the_promised_formats_are_decoded() -> None:
    """Pillow would start Ghostscript for an EPS file, whatever its name is."""
    Image.new("RGB", (4, 4)).save("figure.eps")
    os.rename("figure.eps", "figure.png")
    with pytest.raises(InputError, match=r"figure\.png: not a picture"):
        decode("figure.png", (2, 2, 3))


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            OSError(errno.EMFILE, os.strerror(errno.EMFILE), "a.png"),
            "a.png: cannot be read or written (Too many open files)",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "a"), "a: cannot be read or written (Permission denied)"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "a"), "a: cannot be read or written (File name too long)"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "an output: cannot be read or written (No space left on device)",
        ),
        (OSError(errno.EIO, "Input/output error"), "an output: cannot be read or written (Input/output error)"),
        (
            FileNotFoundError(errno.ENOENT, "No usable temporary directory"),
            "an output: cannot be read or written (No us",
        ),
        (MemoryError("of 8 TiB"), "not enough memory or open files: of 8 TiB"),
        (
            RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. "),
            "not enough memory or open files: DataLoader worker (pid 7) is killed by signal: Killed. ; data.workers 0 ",
        ),
    ],
)
def test_an_answer_of_the_operating_system_is_one_line(error: Exception, line: str, capsys: Capsys) -> None:
    def action() -> int:
        raise error

    assert run("program", action) == 2
    assert capsys.readouterr().err.startswith(f"program: error: {line}")


def test_a_bug_keeps_its_traceback() -> None:
    def action() -> int:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        run("program", action)


def test_a_server_that_does_not_answer_is_given_up(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("course_torch.data.published_sets.ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(CIFAR10, "url", f"http://127.0.0.1:{silent.getsockname()[1]}/file")
        with pytest.raises(InputError, match=r"data\.root: \.: .*timed out"):
            load_data_set("cifar10_cats", root=".", download=True)
    assert socket.getdefaulttimeout() is None


def cats_with_labels(labels: np.ndarray) -> None:
    for split in ("train", "test"):
        with h5py.File(f"{split}_catvnoncat.h5", "w") as file:
            file[f"{split}_set_x"] = np.zeros((2, 2, 2, 3), dtype=np.uint8)
            file[f"{split}_set_y"] = labels


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8])
def test_labels_of_cats_may_be_of_any_dtype(dtype: type) -> None:
    cats_with_labels(np.array([0, 1], dtype=dtype))
    assert torch.equal(load_data_set("cats", root=".").train.Y, torch.tensor([[0], [1]], dtype=torch.uint8))


@pytest.mark.parametrize("label", [0.5, 2.0, np.nan])
def test_other_labels_of_cats_are_named(label: float) -> None:
    cats_with_labels(np.array([0, label]))
    with pytest.raises(
        InputError, match=r"train_set_y \(2,\) of \[.*\], expected pictures .* and labels \(m,\) of 0 and 1"
    ):
        load_data_set("cats", root=".")


@pytest.mark.slow
def test_a_backend_of_matplotlib_that_does_not_exist_is_no_obstacle() -> None:
    arguments = [sys.executable, "-m", "course_torch", "figures", "--only", "slopes"]
    done = subprocess.run(arguments, env=os.environ | {"MPLBACKEND": "none"}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("figures/slopes.png").stat().st_size > 1000


@pytest.mark.slow
def test_python_without_docstrings_shows_the_options_without_their_lines() -> None:
    helped = subprocess.run([sys.executable, "-OO", "-m", "course_torch", "check", "--help"], capture_output=True)
    assert (helped.returncode, helped.stderr) == (0, b"")
    assert b"--watch" in helped.stdout
