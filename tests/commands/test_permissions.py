"""Files and folders that an ordinary user may not read or write end every command in one line.

The tests drop the capabilities by which root ignores the permissions of files.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_torch.commands.main import main as course_torch
from course_torch.training.cli import main as train
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch

SMALL = ["--data.name", "planar", "--model.layer_sizes", "[2, 1]", "--max_steps", "2"]
FOLDER = ["--data.name", "folder", "--data.picture_size", "2", "--model.layer_sizes", "[12, 1]", "--data.workers", "0"]
RUN = "runs/lightning_logs/version_0"
LAST = f"{RUN}/checkpoints/last.ckpt"

CASES: dict[str, tuple[Callable[[list[str]], int], list[str], dict[str, int]]] = {
    # name: program, arguments, path -> permissions
    "config": (train, ["--config", "in/config.yaml"], {"in/config.yaml": 0}),
    "config of compare": (course_torch, ["compare", "--config", "in/config.yaml"], {"in/config.yaml": 0}),
    "folder of the config": (course_torch, ["shapes", "--config", "in/config.yaml"], {"in": 0o600}),
    "run to resume": (train, ["--resume", RUN, "--max_steps", "4"], {RUN: 0o600}),
    "config of the run": (train, ["--resume", RUN, "--max_steps", "4"], {f"{RUN}/config.yaml": 0}),
    "checkpoint of the run": (train, ["--resume", RUN, "--max_steps", "4"], {f"{RUN}/checkpoints/last.ckpt": 0}),
    "checkpoints of the run": (train, ["--resume", RUN, "--max_steps", "4"], {f"{RUN}/checkpoints": 0o600}),
    "root of new runs": (train, [*SMALL, "--trainer.default_root_dir", "out"], {"out": 0o500}),
    "root without x": (train, [*SMALL, "--trainer.default_root_dir", "out"], {"out": 0o600}),
    "pictures": (train, [*FOLDER, "--data.root", "pictures"], {"pictures": 0}),
    "pictures without x": (train, [*FOLDER, "--data.root", "pictures"], {"pictures": 0o600}),
    "pictures of a class": (train, [*FOLDER, "--data.root", "pictures"], {"pictures/a": 0}),
    "a picture": (train, [*FOLDER, "--data.root", "pictures"], {"pictures/a/0.png": 0}),
    "fashion": (train, ["--data.name", "fashion_mnist", "--data.root", "in"], {"in": 0o600}),
    "cifar": (train, ["--data.name", "cifar10_cats", "--data.root", "in"], {"in": 0o600}),
    "pets": (train, ["--data.name", "pets", "--data.root", "in"], {"in": 0o600}),
    "cats": (train, ["--data.name", "cats", "--data.root", "in"], {"in": 0o600}),
    "cats of reproduce": (course_torch, ["reproduce", "--cats", "in"], {"in/train_catvnoncat.h5": 0}),
    "checkpoint": (course_torch, ["predict", LAST, "rows.csv"], {LAST: 0}),
    "folder of the checkpoint": (course_torch, ["predict", LAST, "rows.csv"], {RUN: 0o600}),
    "export of a checkpoint": (course_torch, ["export", LAST, "--out", "out"], {LAST: 0}),
    "rows": (course_torch, ["predict", LAST, "rows.csv"], {"rows.csv": 0}),
    "folder of the rows": (course_torch, ["predict", LAST, "in/rows.csv"], {"in": 0o600}),
    "json": (course_torch, ["predict", LAST, "rows.csv", "--json", "out/a.json"], {"out": 0o500}),
    "json without x": (course_torch, ["predict", LAST, "rows.csv", "--json", "out/a.json"], {"out": 0o600}),
    "json in a hidden folder": (course_torch, ["doctor", "--json", "out/b/a.json"], {"out": 0o600}),
    "export": (course_torch, ["export", LAST, "--out", "out"], {"out": 0o500}),
    "export without x": (course_torch, ["export", LAST, "--out", "out/new"], {"out": 0o600}),
    "figures": (course_torch, ["figures", "--only", "slopes", "--out", "out"], {"out": 0o500}),
    "html": (course_torch, ["compare", *SMALL[:4], "--html", "out/a.html"], {"out": 0o500}),
    "figure": (course_torch, ["compare", *SMALL[:4], "--figure", "out/a.png"], {"out": 0o500}),
}


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Drop root's effective capabilities within the block."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    kept, dropped = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    assert libc.capget(header, kept) == 0
    dropped[:] = kept[:]
    dropped[0] = dropped[3] = 0
    assert libc.capset(header, dropped) == 0
    try:
        yield
    finally:
        assert libc.capset(header, kept) == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("permissions")
    for name in ("in", "out/b", "pictures/a", "pictures/b"):
        (folder / name).mkdir(parents=True)
    (folder / "in/config.yaml").write_text("data: {name: planar}\nmodel: {layer_sizes: [2, 1]}\n")
    for name in ("rows.csv", "in/rows.csv", "in/train_catvnoncat.h5"):
        (folder / name).write_text("1,2\n")
    for i in range(4):
        Image.fromarray(np.full((2, 2, 3), i, dtype=np.uint8)).save(folder / "pictures" / "ab"[i % 2] / f"{i}.png")
    assert train([*SMALL, "--max_steps", "5", "--trainer.default_root_dir", str(folder / "runs")]) == 0
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities exist on Linux only")
@pytest.mark.parametrize("name", CASES)
def test_a_missing_permission_ends_in_one_line(
    name: str, folder: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(folder)
    program, arguments, modes = CASES[name]
    before = {path: os.stat(path).st_mode for path in modes}
    names = sorted(map(str, Path().rglob("*")))
    for path, mode in modes.items():
        os.chmod(path, mode)
    try:
        with ordinary_user():
            error = usage_error(program, arguments, capsys)
    finally:
        for path, mode in before.items():
            os.chmod(path, mode)
    assert "Traceback" not in error
    told = ("ermi", "no such file", "missing", "writable", "cannot be", "expected")
    assert any(words in error for words in told), error
    left = [each for each in map(str, Path().rglob("*")) if each not in names and not each.endswith(".lock")]
    assert left == []
