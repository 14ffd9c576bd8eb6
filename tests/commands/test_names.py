"""Names of classes, pictures and folders are text everywhere, and every command runs on a console of every encoding."""

import io
import json
import shlex
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_torch.commands.main import main
from tests.support.fixture_types import Monkeypatch, Said

CLASSES = ["$x^$", "[red]\x1b[31m", "猫\udce9"]
TRAIN = "train --data.name folder --data.picture_size 8 --max_steps 2 --data.root"
BEST = "lightning_logs/version_0/checkpoints/best.ckpt"


def save_pictures(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(len(name)).integers(0, 256, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures of classes with odd names, and a run that was trained on them."""
    folder = tmp_path_factory.mktemp("names") / "[red]$1^$"
    save_pictures(folder, "a[copy].png", *(f"pictures/{name}/{i}.png" for name in CLASSES for i in range(8)))
    with chdir(folder):
        assert main([*TRAIN.split(), "pictures", "--model.layer_sizes", "[192, 3]", "--model.output", "softmax"]) == 0
    return folder


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("course_torch.checkup.devices.NETWORKS", 1)


def test_a_run_with_odd_class_names_ends_with_table_and_figures() -> None:
    assert Path(BEST).is_file()
    assert Path("lightning_logs/version_0/mislabelled.png").stat().st_size > 1000


@pytest.mark.parametrize("root", ["我的 图片", "few"])
def test_names_with_spaces_and_chinese_characters_and_splits_of_two_pictures_work(
    root: str, tmp_path: Path, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {
        "我的 图片": [f"{('猫 咪', 'a dog')[i % 2]}/第 {i}.png" for i in range(8)],
        "few": [f"{place}/0.png" for place in ("train/a", "train/b", "test/a", "test/b")],
    }
    save_pictures(Path(root), *names[root])
    line = f"{TRAIN} '{root}' --model.layer_sizes '[192, 1]' --trainer.default_root_dir '我的 结果'"
    assert main(shlex.split(line)) == 0
    assert main(["predict", "我的 结果/lightning_logs/version_0", f"{root}/{names[root][0]}"]) == 0


def test_a_prediction_shows_names_as_they_are(said: Said) -> None:
    output = said(["predict", BEST, "a[copy].png", "--json", "answers.json"])
    assert "a[copy].png" in output
    assert any(each in output for each in ("$x^$", "[red]\\x1b[31m", "猫\\xe9")), "a name is no markup"
    assert "\x1b" not in output
    (answer,) = json.loads(Path("answers.json").read_text())
    assert set(answer["probabilities"]) == set(CLASSES)


FLOWER = "--data.name planar --model.layer_sizes"
LINES = {
    "--help": 0,
    "compare --help": 0,
    "train --help": 0,
    f"train {FLOWER} '[2, 1]' --max_steps 1": 0,
    f"compare {FLOWER} '[2, 1]'": 0,
    f"shapes {FLOWER} '[2, 4, 1]'": 0,
    f"predict {BEST} a[copy].png": 0,
    "figures --only computation_graph --out 猫": 0,
    "vectorization --examples 10": 0,
    "doctor": 0,
    "shapes --data.name 猫": 2,
}
"""Command -> its exit code."""


@pytest.mark.sweep(12)
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk"])
def test_a_command_runs_on_a_console_of_another_encoding(line: str, encoding: str, monkeypatch: Monkeypatch) -> None:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    try:
        code: object = main(shlex.split(line))
    except SystemExit as exit_:
        code = exit_.code or 0
    assert code == LINES[line]
    shown = err if code else out
    shown.flush()
    assert shown.buffer.getvalue().decode(encoding).strip()
