"""Fuzz the loaders with randomly damaged files: `python -m tests.support.fuzz --seconds 300`.

The bytes of each kind of file are damaged. A checkpoint is also written with odd contents, for predict and export.

A loader may load a damaged file or reject it with InputError. Any other exception is a fault and ends the process.
Prints for each loader the number of files and the number of rejected files.
"""

import argparse
import contextlib
import copy
import io
import json
import os
import random
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import h5py
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from course_torch.commands.main import main as course_torch
from course_torch.data.csv_file import parse_table, text_in
from course_torch.data.picture_files import FORMATS, decode
from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from course_torch.exchange.trained_network import load_trained
from course_torch.training import cli

NESTED: list[Any] = []
for _ in range(100):  # torch.save cannot write much deeper lists
    NESTED = [NESTED]
ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 10**6, 10**12, 2**63, 10**400, 0.5, 1e300, float("nan"), float("inf"), 1j),
    *("", "sigmoid", "softmax", "adam", "2.0", "\x1b[31m", "\ud800", "[red]", b"bytes", bytearray(3), {1, 2}),
    *((), [], [1], [1, 2, 3], [10**9, 10**9], [[2, 4, 1]], {}, {"a": {"a": 1}}, {0: [1]}, [{}], NESTED),
    *(torch.zeros(()), torch.ones(2, 3), torch.zeros(1, dtype=torch.int64), torch.full((1, 2), float("nan"))),
    *(torch.zeros(1).expand(10**12), torch.eye(3).to_sparse(), torch.empty(2, 2, device="meta"), torch.zeros(0)),
    *(torch.zeros(2, dtype=torch.complex64), torch.float32, torch.Size([2]), torch.nn.Parameter(torch.ones(2))),
]
CHANGES: list[Callable[[Tensor], Tensor]] = [
    lambda tensor: tensor.double(),
    lambda tensor: tensor.half(),
    lambda tensor: tensor.long(),
    lambda tensor: tensor.flatten(),
    lambda tensor: tensor.T.contiguous() if tensor.ndim == 2 else tensor[None],
    lambda tensor: tensor * float("nan"),
    lambda tensor: -tensor,
    lambda tensor: tensor[..., :1] if tensor.ndim else tensor.expand(3),
    lambda tensor: tensor.expand(1000, *tensor.shape),
]


def odd_contents(checkpoint: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a copy of the checkpoint with one to three odd entries."""
    changed = copy.deepcopy(checkpoint)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        change_one(changed, chance)
    return changed


def change_one(container: Any, chance: random.Random) -> None:
    """Descend to a random entry of nested dicts and lists, and change the entry."""
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    key = chance.choice(keys)
    value = container[key]
    if isinstance(value, dict | list) and value and chance.random() < 0.85:
        change_one(value, chance)
        return
    match chance.randrange(8):
        case 0:
            del container[key]
        case 1 if isinstance(container, dict):
            container[chance.choice(["other", 0, None, key])] = container.pop(key)
        case 2 if isinstance(value, Tensor):
            container[key] = chance.choice(CHANGES)(value)
        case 3 if isinstance(value, dict):
            value[chance.choice(["other", "reset", 0])] = chance.choice(ODD)
        case 4 if isinstance(value, int):
            container[key] = value + chance.choice([-1, 1, 10, 1000])
        case _:
            container[key] = chance.choice(ODD)


CONFIG = Path(__file__).parents[2] / "configs" / "planar_shallow.yaml"
TOKENS = [
    *(b"null", b"-1", b"1e400", b"[]", b"{}", b"!!python/name:os.system", b"&a *a"),
    *(b"\x00", b"\xff", b": ", b"\n- ", b"'"),
]


class Counts(NamedTuple):
    """The number of files that a loader was given, and the number of files that it rejected."""

    given: int
    rejected: int


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """Change, copy, insert or delete random bytes."""
    content = bytearray(whole)
    for _ in range(chance.choice([1, 1, 2, 5, 30])):
        place = chance.randrange(len(content) + 1)
        length = chance.choice([1, 1, 2, 4, 8, 64])
        match chance.randrange(6):
            case 0:
                content[place : place + length] = chance.randbytes(length)
            case 1:
                content[place : place + length] = chance.choice([b"\x00", b"\xff", b"\x7f"]) * length
            case 2:
                content[place:place] = chance.choice(TOKENS)
            case 3:
                del content[place : place + length]
            case 4:
                start = chance.randrange(len(content) + 1)
                content[place : place + length] = content[start : start + length]
            case 5 if chance.random() < 0.1:
                del content[place:]
    return bytes(content)


def damaged_checkpoint(whole: bytes, chance: random.Random) -> bytes:
    """Damage the file, or the pickle in it under a valid zip checksum, which tests more of the loader."""
    if chance.random() < 0.3:
        return damaged(whole, chance)
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, damaged(content, chance) if name.endswith("data.pkl") else content)
    return result.getvalue()


def damaged_picture(whole: bytes, chance: random.Random) -> bytes:
    """Write the picture in a random format, and damage the file."""
    file = io.BytesIO()
    Image.open(io.BytesIO(whole)).save(file, chance.choice(FORMATS))
    return damaged(file.getvalue(), chance)


def with_odd_contents(whole: bytes, chance: random.Random) -> bytes:
    """Change entries of a checkpoint, in a valid file."""
    result = io.BytesIO()
    torch.save(odd_contents(torch.load(io.BytesIO(whole), weights_only=True), chance), result)
    return result.getvalue()


def run(main: Callable[[list[str]], int], *arguments: str) -> None:
    """Run a program. Raises InputError for exit code 2."""
    try:
        if main(list(arguments)) == 2:
            raise InputError("rejected")
    except SystemExit as error:
        if error.code == 2:
            raise InputError("rejected") from error
        raise


def read_config(path: Path) -> None:
    """Run train.py up to the first step."""
    with patch.object(cli.TrainingCLI, "fit"):
        run(cli.main, "--config", str(path))


def use(path: Path) -> None:
    """Predict a row, and export."""
    (path.parent / "row.csv").write_text("0.5,1")
    run(course_torch, "predict", str(path), str(path.parent / "row.csv"))
    run(course_torch, "export", str(path), "--out", str(path.parent / "exported"))


def good_files(folder: Path) -> tuple[Path, Path, Path]:
    """Write small .h5 files in the course's format and a checkpoint. Returns paths: .h5 file, checkpoint, config."""
    for split in ("train", "test"):
        with h5py.File(folder / f"{split}_catvnoncat.h5", "w") as file:
            file[f"{split}_set_x"] = np.zeros((2, 4, 4, 3), np.uint8)
            file[f"{split}_set_y"] = np.array([0, 1])
    options = ["--model.optimizer", "adam", "--max_steps", "3", "--trainer.default_root_dir", str(folder)]
    assert cli.main(["--config", str(CONFIG), *options]) == 0
    return folder / "train_catvnoncat.h5", folder / "lightning_logs/version_0/checkpoints/last.ckpt", CONFIG


def fuzz(seconds: float, seed: int) -> dict[str, Counts]:
    """Fuzz each loader for `seconds` seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        h5, checkpoint, config = good_files(folder)
        odd, picture, rows = (folder / name for name in ("damaged.ckpt", "good.png", "good.csv"))
        Image.effect_noise((16, 16), 50).convert("RGB").save(picture)
        rows.write_text("a,b\n0.5,1\n-2e3,4\n")
        loaders: dict[str, tuple[Path, Path, Callable, Callable]] = {
            "h5": (h5, h5, damaged, lambda path: load_data_set("cats", root=path.parent)),
            "checkpoint": (checkpoint, odd, damaged_checkpoint, load_trained),
            "contents": (checkpoint, odd, with_odd_contents, use),
            "picture": (picture, folder / "damaged.png", damaged_picture, lambda path: decode(path, (8, 8, 3))),
            "rows": (rows, folder / "damaged.csv", damaged, lambda path: parse_table(text_in(path), str(path), 2)),
            "config": (config, folder / "damaged.yaml", damaged, read_config),
        }
        return {name: fuzz_one(*loader, seconds, random.Random(seed)) for name, loader in loaders.items()}


def fuzz_one(
    source: Path,
    target: Path,
    damage: Callable[[bytes, random.Random], bytes],
    load: Callable[[Path], object],
    seconds: float,
    chance: random.Random,
) -> Counts:
    """Fuzz one loader. On any exception but InputError, save the file as fuzz_fault and raise the exception again."""
    whole, end = source.read_bytes(), time.monotonic() + seconds
    given = rejected = 0
    while time.monotonic() < end:
        target.write_bytes(damage(whole, chance))
        given += 1
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                load(target)
        except InputError:
            rejected += 1
        except BaseException:
            Path("fuzz_fault").write_bytes(target.read_bytes())
            raise
    return Counts(given, rejected)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=100, help="seconds for each loader")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    os.environ["MPLBACKEND"] = "agg"
    print(json.dumps(fuzz(options.seconds, options.seed)))
