"""Every command ends on bad input with one line on stderr and exit code 2, and changes no file."""

import shlex
import struct
import zlib
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from course_torch.commands.main import main as course_torch
from course_torch.training.cli import main as train
from tests.conftest import usage_error
from tests.fixture_types import Capsys
from tests.training.conftest import CONFIGS, SMALL, changed

RUN = "lightning_logs/version_0"
LAST = f"{RUN}/checkpoints/last.ckpt"
PICTURES = "lightning_logs/version_1/checkpoints/last.ckpt"
FOLDER = "--data.name folder --data.picture_size 8 --model.layer_sizes '[192, 1]'"


def bomb() -> bytes:
    """A small PNG file whose header declares 60,000 × 60,000 pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def save_picture(path: Path, colour: int = 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((12, 10, 3), colour, dtype=np.uint8)).save(path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with good and bad runs, pictures, checkpoints and configs."""
    folder = tmp_path_factory.mktemp("bad 坏") / "working folder"
    folder.mkdir()
    with chdir(folder):
        make_files()
        yield folder


def make_files() -> None:
    assert train([*SMALL, "--max_steps", "10"]) == 0
    assert train(["--model.layer_sizes", "[12288, 1]", "--max_steps", "2"]) == 0
    for name in ("good", "corrupt", "text", "bombs", "broken_link"):
        for i in range(4):
            save_picture(Path(name, "ab"[i % 2], f"{i}.jpg"), 50 * i)
    whole = Path("corrupt/a/0.jpg").read_bytes()
    Path("corrupt/a/0.jpg").write_bytes(whole[: len(whole) // 2])
    Path("text/a/0.jpg").write_text("no picture at all")
    Path("bombs/a/bomb.png").write_bytes(bomb())
    Path("broken_link/a/link.png").symlink_to("nowhere.png")
    Path("empty").mkdir(), Path("good.yaml").write_text("model: {layer_sizes: [2, 1]}\ndata: {name: planar}\n")
    save_picture(Path("one_class/a/0.png"))
    save_picture(Path("uneven/train/a/0.png")), save_picture(Path("uneven/train/b/0.png"))
    save_picture(Path("uneven/test/a/0.png")), save_picture(Path("uneven/test/c/0.png"))
    save_picture(Path("no_pictures/a/0.png")), Path("no_pictures/b").mkdir()
    save_picture(Path("picture.png")), Path("text.png").write_text("no picture")
    Path("bomb.png").write_bytes(bomb()), Path("text.csv").write_text("\n")
    Image.fromarray(np.zeros((4, 4), dtype=np.float32)).save("floats.tiff")
    Path("truncated.ckpt").write_bytes(Path(LAST).read_bytes()[:500])
    checkpoint = torch.load(LAST, weights_only=True)
    Path("own").mkdir(), Path("own/sequential.pt").write_bytes(Path(LAST).read_bytes())
    torch.save(changed(checkpoint, ["hyper_parameters", "layer_sizes"], [2, 9, 1]), "sizes.ckpt")
    torch.save(torch.nn.Linear(2, 2), "code.ckpt")
    Path("list.yaml").write_text("- 1\n- 2\n")
    Path("tag.yaml").write_text('model: !!python/object/apply:os.system ["touch written"]\n')
    Path("binary.yaml").write_bytes(bytes(range(256)))
    Path("outer.yaml").write_text("trainer: binary.yaml\n")
    Path("cats").mkdir()
    Path("cats/train_catvnoncat.h5").write_bytes(b"\x89HDF\r\n\x1a\n half")


BAD = {
    # the user's own pictures
    "no folder": (f"train {FOLDER}", "data.root: the set 'folder' needs the folder of your pictures"),
    "a folder without the name of its set": (
        "train --data.root good",
        "data.root: found 'good', but the set 'pictures' reads no folder; --data.name folder reads your own pictures",
    ),
    "an empty name as folder": (f"train {FOLDER} --data.root ''", "data.root: found '', expected a folder or a file"),
    "missing folder": (f"train {FOLDER} --data.root nowhere", "data.root: nowhere cannot be read as a folder"),
    "a file as folder": (f"train {FOLDER} --data.root picture.png", "picture.png cannot be read as a folder"),
    "empty folder": (f"train {FOLDER} --data.root empty", "empty: found no folders, expected at least two"),
    "one class": (f"train {FOLDER} --data.root one_class", "one_class: found one class, 'a', expected at least two"),
    "a class without pictures": (f"train {FOLDER} --data.root no_pictures", "no_pictures/b: found no picture"),
    "other classes in a split": (f"train {FOLDER} --data.root uneven", "uneven: found the classes a, c in test"),
    "a corrupt JPEG": (f"train {FOLDER} --data.root corrupt", "1 of 4 pictures cannot be used, the first: corrupt/a/0"),
    "a text file as JPEG": (f"train {FOLDER} --data.root text", "text/a/0.jpg: not a picture"),
    "a bomb among pictures": (f"train {FOLDER} --data.root bombs", "bomb.png: the picture is too large"),
    "a broken link": (f"train {FOLDER} --data.root broken_link", "link.png: cannot be read as a picture"),
    "picture size": (f"train {FOLDER} --data.root good --data.picture_size 0", "data.picture_size: found 0"),
    "other layer sizes": (
        "train --data.name folder --data.root good --data.picture_size 8",
        "layer 1: expected X of shape (m, 12288), found (4, 192)",
    ),
    "full batch from disk": (
        f"train {FOLDER} --data.root good --data.memory 0",
        "batch_size: found null, expected a number",
    ),
    "memory": (f"train {FOLDER} --data.root good --data.memory -1", "data.memory: found -1.0"),
    "workers": (f"train {FOLDER} --data.root good --data.workers -1", "data.workers: found -1"),
    # published sets
    "fashion_mnist without files": (
        f"train --config {CONFIGS / 'fashion_mnist.yaml'} --data.root empty",
        "expected a file with MD5",
    ),
    "cifar without files": ("train --data.name cifar10_cats --data.root empty", "c58f30108f718f92721af3b95e74349a"),
    "pets without files": ("train --data.name pets --data.root empty", "trainval.txt: cannot be read"),
    "damaged h5": ("train --data.name cats --data.root cats", "train_catvnoncat.h5: not a readable .h5 file"),
    # networks
    "negative width": ("train --model.layer_sizes '[12288, -3, 1]'", "layer_sizes: found [12288, -3, 1]"),
    "width 10⁹": ("train --model.layer_sizes '[12288, 1000000000, 1]'", "not enough memory"),
    "width 10³⁰": (f"train --model.layer_sizes '[12288, {10**30}, 1]'", "layer_sizes"),
    # configs
    "a binary config": ("train --config binary.yaml", "binary.yaml"),
    "a binary config in a config": ("train --config outer.yaml", "a file cannot be read as text"),
    "a folder as config": ("train --config empty", "empty"),
    "compare with a Python tag": ("compare --config tag.yaml", "tag"),
    "shapes with a list": ("shapes --config list.yaml", "list.yaml: found [1, 2], expected options"),
    # runs
    "resume of nothing": ("train --resume nowhere", "resume: found 'nowhere', expected the folder of a run"),
    "resume without a folder": ("train --resume", "resume: found ''"),
    "a root that cannot be written": (f"train {shlex.join(SMALL)} --trainer.default_root_dir /proc/runs", "/proc/runs"),
    "checkpoint seconds": (f"train {shlex.join(SMALL)} --checkpoint_seconds -1", "checkpoint_seconds: found -1.0"),
    # predictions and exports
    "no checkpoint": ("predict nowhere.ckpt picture.png", "nowhere.ckpt: no such file"),
    "an empty name as checkpoint": ("predict '' picture.png", "checkpoint: found '', expected a path"),
    "an empty name as picture": (f"predict {PICTURES} ''", "files: found '', expected a path"),
    "an empty name as submissions": ("grade '' --chapter deep", "submissions: found '', expected a path"),
    "an empty name as output folder": (f"export {LAST} --out ''", "out: found '', expected a path"),
    "an empty name as exercise": ("exercise deep --out ''", "out: found '', expected a path"),
    "an empty name as backward pass": ("trace --mine ''", "mine: found '', expected a path"),
    "an empty dtype": ("compare --dtype ''", "dtype: found '', expected one of float64"),
    "a folder as exercise": (
        "check good",
        "good: cannot be read as text (Is a directory), expected Python or a notebook",
    ),
    "a folder without a checkpoint": (
        "predict empty picture.png",
        "empty: found no empty/checkpoints/best.ckpt and no empty/checkpoints/last.ckpt",
    ),
    "a truncated checkpoint": ("predict truncated.ckpt picture.png", "truncated.ckpt: not a checkpoint"),
    "a picture as checkpoint": ("predict picture.png picture.png", "picture.png: not a checkpoint"),
    "a checkpoint with code": ("predict code.ckpt picture.png", "it contains code, which was not run"),
    "a checkpoint of other sizes": (
        "predict sizes.ckpt picture.png",
        "state_dict['network.layers.0.W']: found shape (4, 2), expected (9, 2)",
    ),
    "a picture as rows": (f"predict {LAST} picture.png", "picture.png: not a CSV file in UTF-8"),
    "no rows file": (f"predict {LAST} nowhere.csv", "nowhere.csv: cannot be read (No such file"),
    "an empty rows file": (f"predict {LAST} text.csv", "text.csv: found no row, expected rows of 2"),
    "no picture": (f"predict {PICTURES} nowhere.png", "nowhere.png: cannot be read as a picture"),
    "a text file as picture": (f"predict {PICTURES} picture.png text.png", "text.png: not a picture"),
    "a decompression bomb": (f"predict {PICTURES} bomb.png", "bomb.png: the picture is too large"),
    "pixels without a range": (f"predict {PICTURES} floats.tiff", "floats.tiff: found pixels of 32 bits"),
    "predict to a folder": (f"predict {PICTURES} picture.png --json empty", "json: found 'empty'"),
    "export of a truncated checkpoint": ("export truncated.ckpt", "truncated.ckpt: not a checkpoint"),
    "export into a file": (f"export {LAST} --out picture.png", "out: found 'picture.png'"),
    "export to an unwritable folder": (f"export {LAST} --out /proc/exported", "out: found '/proc/exported'"),
    "rows to explain": (
        f"predict {LAST} rows.csv --explain",
        "last.ckpt does not classify pictures; leave out --explain",
    ),
    "a folder of no pictures": (
        f"predict {PICTURES} empty",
        "empty: found no picture, expected files that end in .bmp",
    ),
    "a folder as rows": (f"predict {LAST} empty", "empty: cannot be read (Is a directory)"),
    "no files": (f"predict {PICTURES}", "the following arguments are required: files"),
    # outputs that would overwrite an input
    "predict onto the checkpoint": (
        f"predict {PICTURES} picture.png --json {PICTURES}",
        "json: found 'lightning_logs/version_1/checkpoints/last.ckpt', which would overwrite the input",
    ),
    "predict onto the picture": (
        f"predict {PICTURES} picture.png --json empty/../picture.png",
        "which would overwrite the input 'picture.png'",
    ),
    "explain onto a picture": (
        f"predict {PICTURES} picture.png picture.png.explained.png --explain --out .",
        "explain, picture.png: found 'picture.png.explained.png', which would overwrite the input",
    ),
    "explain into a file": (
        f"predict {PICTURES} picture.png --explain --out picture.png",
        "out: found 'picture.png', expected a writable folder",
    ),
    "compare onto the config": (
        "compare --config good.yaml --html good.yaml",
        "html: found 'good.yaml', which would overwrite the input",
    ),
    "reproduce onto the cats": (
        "reproduce --cats cats --json cats/train_catvnoncat.h5",
        "json: found 'cats/train_catvnoncat.h5', which would overwrite the input 'cats'",
    ),
    "compare onto the data": (
        f"compare {FOLDER} --data.root good --json good/a/0.jpg",
        "json: found 'good/a/0.jpg', which would overwrite the input 'good'",
    ),
    "export onto the checkpoint": (
        "export own/sequential.pt --out own",
        "out, sequential.pt: found 'own/sequential.pt', which would overwrite the input",
    ),
    # the other commands
    "reproduce without cats": ("reproduce --cats empty", "train_catvnoncat.h5: no such file"),
    "reproduce of damaged cats": ("reproduce --cats cats", "not a readable .h5 file"),
    "bench without a device": ("bench --device cuda", "device: found 'cuda'"),
    "an unknown command": ("predicts", "'predicts'"),
}


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


@pytest.mark.parametrize(("line", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_ends_in_one_line(line: str, message: str, folder: Path, capsys: Capsys) -> None:
    before = contents(folder)
    error = usage_error(course_torch, shlex.split(line), capsys)
    assert message in error
    assert "Traceback" not in error
    assert contents(folder) == before


def test_names_with_spaces_and_chinese_characters_work(folder: Path) -> None:
    for i in range(8):
        save_picture(folder / "我的 图片" / ("猫 咪", "a dog")[i % 2] / f"第 {i}.png", 30 * i)
    root = "--data.root '我的 图片' --trainer.default_root_dir '我的 结果'"
    assert train(shlex.split(f"{FOLDER} {root} --max_steps 2")) == 0
    checkpoint = folder / "我的 结果" / LAST
    assert course_torch(["predict", str(checkpoint), "我的 图片/猫 咪/第 0.png", "--explain"]) == 0
    assert (folder / "explained/第 0.png.explained.png").is_file()


def test_splits_of_two_pictures_work(folder: Path) -> None:
    for place in ("train/a", "train/b", "test/a", "test/b"):
        save_picture(folder / "few" / place / "0.png")
    assert train(shlex.split(f"{FOLDER} --data.root few --max_steps 2")) == 0
