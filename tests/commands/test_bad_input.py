"""Every command ends on bad input with one line on stderr and exit code 2, and changes no file."""

import ast
import re
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

from course_torch.command_line.shipped import PACKAGE
from course_torch.commands.main import main as course_torch
from course_torch.language import CHINESE, VARIABLE
from course_torch.mistakes.solution import solution
from course_torch.training.cli import main as train
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch
from tests.training.conftest import CONFIGS, SMALL, changed

RUN = "lightning_logs/version_0"
LAST = f"{RUN}/checkpoints/last.ckpt"
PICTURES = "lightning_logs/version_1/checkpoints/last.ckpt"
FOLDER = "train --data.name folder --data.picture_size 8 --model.layer_sizes '[192, 1]' --data.root"
ROWS, PREDICT = f"predict {LAST}", f"predict {PICTURES}"


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
    Path("deep.py").write_text(solution("deep", "numpy", "columns"), encoding="utf-8")
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
    Path("null_character.yaml").write_text('model: "\\0"\n')
    Path("digits_5000.yaml").write_text(f"model: {{seed: {'9' * 5000}}}")
    Path("outer.yaml").write_text("trainer: binary.yaml\n")
    Path("cats").mkdir()
    Path("cats/train_catvnoncat.h5").write_bytes(b"\x89HDF\r\n\x1a\n half")


BAD = [
    # the user's own pictures
    (FOLDER.removesuffix(" --data.root"), "data.root: the set 'folder' needs the folder of your pictures"),
    ("train --data.root good", "the set 'pictures' reads no folder; --data.name folder reads your own pictures"),
    (f"{FOLDER} ''", "data.root: found '', expected a folder or a file"),
    (f"{FOLDER} nowhere", "nowhere: cannot be read as a folder"),
    (f"{FOLDER} picture.png", "picture.png: cannot be read as a folder"),
    (f"{FOLDER} empty", "empty: found no folders, expected at least two folders"),
    (f"{FOLDER} one_class", "one_class: found a, expected at least two folders"),
    (f"{FOLDER} no_pictures", "no_pictures/b: found no picture"),
    (f"{FOLDER} uneven", "uneven: found the classes a, c in test"),
    (f"{FOLDER} corrupt", "1 of 4 pictures cannot be used, the first: corrupt/a/0"),
    (f"{FOLDER} text", "text/a/0.jpg: not a picture"),
    (f"{FOLDER} bombs", "bomb.png: cannot be read as a picture (Image size ("),
    (f"{FOLDER} broken_link", "link.png: cannot be read as a picture"),
    (f"{FOLDER} good --data.picture_size 0", "data.picture_size: found 0"),
    (f"{FOLDER} good --model.layer_sizes '[12, 1]'", "layer 1: expected X of shape (m, 12), found (4, 192)"),
    (f"{FOLDER} good --data.memory 0", "batch_size: found null, expected a number"),
    (f"{FOLDER} good --data.memory -1", "data.memory: found -1.0"),
    (f"{FOLDER} good --data.workers -1", "data.workers: found -1"),
    # published sets
    (f"train --config {CONFIGS / 'fashion_mnist.yaml'} --data.root empty", "raw/train-images-idx3-ubyte.gz'; put http"),
    ("train --data.name cifar10_cats --data.root empty", "data.root: empty: missing or damaged; put cifar-10-"),
    ("train --data.name pets --data.root empty", "data.root: empty: missing or damaged; put oxford"),
    ("train --data.name cats --data.root cats", "train_catvnoncat.h5: not a readable .h5 file"),
    # networks
    ("train --model.layer_sizes '[12288, -3, 1]'", "layer_sizes: found [12288, -3, 1]"),
    ("train --model.layer_sizes '[12288, 1000000000, 1]'", "not enough memory or open files"),
    (f"train --model.layer_sizes '[12288, {10**30}, 1]'", "layer_sizes"),
    # configs
    ("train --config binary.yaml", "binary.yaml"),
    ("train --config outer.yaml", "a file cannot be read as text"),
    ("train --config empty", "empty"),
    ("compare --config tag.yaml", "tag"),
    ("compare --config null_character.yaml", "null_character.yaml: found a text with the character \\0, which"),
    ("train --config null_character.yaml", "null_character.yaml: found a text with the character \\0, which"),
    ("compare --data.workers None", "data.workers: found 'None', expected int, null"),
    (f"compare --model.seed {'9' * 5000}", "… (5000 characters)', expected int"),
    ("compare --config digits_5000.yaml", "digits_5000.yaml: found a number of 5000 digits"),
    ("check good.yaml linear_backward --watch abc", "unrecognized arguments: abc"),
    ("shapes --config list.yaml", "list.yaml: found [1, 2], expected a file, or options"),
    # runs
    ("train --resume nowhere", "resume: found 'nowhere', expected the folder of a run"),
    ("train --resume", "resume: found ''"),
    (f"train {shlex.join(SMALL)} --trainer.default_root_dir /proc/runs", "/proc/runs"),
    (f"train {shlex.join(SMALL)} --checkpoint_seconds -1", "checkpoint_seconds: found '-1', expected a number >=0"),
    # predictions and exports
    ("predict nowhere.ckpt picture.png", "nowhere.ckpt: no such file"),
    ("predict '' picture.png", "checkpoint: found '', expected a value"),
    (f"{PREDICT} ''", "files: found '', expected a value"),
    ("grade '' --chapter deep", "submissions: found '', expected a value"),
    (f"export {LAST} --out ''", "out: found '', expected a value"),
    ("exercise deep --out ''", "out: found '', expected a value"),
    ("trace --mine ''", "mine: found '', expected a value"),
    ("compare --dtype ''", "dtype: found '', expected a value"),
    ("check good", "good: cannot be read as text (Is a directory), expected Python or a notebook"),
    ("predict empty picture.png", "empty: found no empty/checkpoints/best.ckpt and no empty/checkpoints/last.ckpt"),
    ("predict truncated.ckpt picture.png", "truncated.ckpt: not a checkpoint"),
    ("predict picture.png picture.png", "picture.png: not a checkpoint"),
    ("predict code.ckpt picture.png", "it contains code, which was not run"),
    ("predict sizes.ckpt picture.png", "state_dict['network.layers.0.W']: found shape (4, 2), expected (9, 2)"),
    (f"{ROWS} picture.png", "picture.png: found neither UTF-8 nor GB18030, expected a CSV file"),
    (f"{ROWS} nowhere.csv", "nowhere.csv: cannot be read (No such file"),
    (f"{ROWS} text.csv", "text.csv: found no rows, expected an example in each row"),
    (f"{PREDICT} nowhere.png", "nowhere.png: cannot be read as a picture"),
    (f"{PREDICT} picture.png text.png", "text.png: not a picture"),
    (f"{PREDICT} bomb.png", "bomb.png: cannot be read as a picture (Image size ("),
    (f"{PREDICT} floats.tiff", "floats.tiff: found pixels of 32 bits"),
    (f"{PREDICT} picture.png --json empty", "json: found 'empty'"),
    ("export truncated.ckpt", "truncated.ckpt: not a checkpoint"),
    (f"export {LAST} --out picture.png", "out: found 'picture.png'"),
    (f"export {LAST} --out /proc/exported", "out: found '/proc/exported'"),
    (f"{ROWS} rows.csv --explain", "last.ckpt does not classify pictures; leave out --explain"),
    (f"{PREDICT} empty", "empty: found no picture, expected files that end in .bmp"),
    (f"{ROWS} empty", "empty: cannot be read (Is a directory)"),
    (PREDICT, "the following arguments are required: files"),
    # outputs that would overwrite an input
    (f"{PREDICT} picture.png --json {PICTURES}", f"json: found '{PICTURES}', which would overwrite the input"),
    (f"{PREDICT} picture.png --json empty/../picture.png", "which would overwrite the input 'picture.png'"),
    (f"{PREDICT} a.png a.png.explained.png --explain --out .", "explain, a.png: found 'a.png.explained.png', which"),
    (f"{PREDICT} picture.png --explain --out picture.png", "out: found 'picture.png', expected a writable folder"),
    ("compare --config good.yaml --html good.yaml", "html: found 'good.yaml', which would overwrite the input"),
    ("reproduce --cats cats --json cats/train_catvnoncat.h5", "which would overwrite the input 'cats'"),
    (f"{FOLDER} good --json good/a/0.jpg".replace("train", "compare"), "which would overwrite the input 'good'"),
    ("export own/sequential.pt --out own", "out, sequential.pt: found 'own/sequential.pt', which would overwrite"),
    # the other commands
    ("reproduce --cats empty", "train_catvnoncat.h5: no such file"),
    ("reproduce --cats cats", "not a readable .h5 file"),
    ("bench --device cuda", "device: found 'cuda'"),
    ("zzz", "; course-torch --help describes the commands"),
    ("--language cn", "course-torch: error: language: found 'cn', expected en or zh"),
    ("check x.py --language=cn", "language: found 'cn', expected en or zh"),
    ("train --language cn", "language: found 'cn', expected en or zh"),
    ("compere", "command: found 'compere', expected one of train, configs, exercise, "),
    ("compere", "; did you mean compare?"),
    ("compare --dtype float8", "dtype: found 'float8', expected one of float64, float32, bfloat16, tf32"),
    ("compare --dtype tf32", "dtype: tf32 needs a CUDA device, found 'cpu'"),
    ("compare --examples 0", "examples: found 0, expected at least 1"),
    ("compare --device warp", "device: found 'warp'"),
    ("compare --device meta", "device: found 'meta'"),
    ("compare --json /no/such/folder/x.json", "json: found '/no/such/folder/x.json'"),
    ("compare --html /", "html: found '/'"),
    ("compare --config good.yaml --json /proc/x.json", "/proc/x.json: cannot be written"),
    ("compare --json a --html ./a", "html: found './a', expected another file than that of json"),
    ("compare --figure errors.doc", "figure: found 'errors.doc', expected a name that ends in one of .png"),
    ("compare --model.layer_sizes '[3, 1]'", "layer_sizes: [3, 1] do not fit the data set 'pictures'"),
    ("compare --data.name cats", "data.root: the set 'cats'"),
    ("trace --updates 0", "updates: found 0, expected at least 1"),
    ("trace --updates 100000", "found 100000, expected at most 200: a page shows 5000 steps, and an update of this"),
    ("trace --examples 0", "examples: found 0, expected at least 1"),
    ("trace --mine absent.py", "absent.py"),
    ("trace --mine deep.py --model.hidden_activation sigmoid", "relu in hidden layers"),
    ("trace --json absent/trace.json", "json: found 'absent/trace.json'"),
    ("trace --mine deep.py --json deep.py", "would overwrite the input 'deep.py'"),
    ("trace --data.name digits", "do not fit the data set 'digits'"),
    ("figures --only surface", "only: found 'surface', expected one of picture_as_row"),
    ("figures --only slope", "pixels_that_matter; did you mean slopes?"),
    ("figures --out /proc/nowhere", "out: found '/proc/nowhere', expected a writable folder"),
    ("vectorization --examples 0", "examples: found 0, expected at least 1"),
    ("vectorization --examples 1000000", "examples"),
    ("vectorization --examples 9223372036854775808", "examples"),
    ("vectorization --features many", "features: found 'many', expected int"),
    ("shapes --model.layer_sizes '[3, 1]'", "layer 1: expected X of shape (m, 3), found (850, 12288)"),
    ("configs planar_shalow", "name: found 'planar_shalow', expected one of cats_deep, "),
    ("configs planar_shalow", "did you mean planar_shallow?\n"),
]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


@pytest.mark.sweep(40)
@pytest.mark.parametrize(("line", "message"), BAD, ids=[message[:60] for _, message in BAD])
def test_bad_input_ends_in_one_line(line: str, message: str, folder: Path, capsys: Capsys) -> None:
    before = contents(folder)
    error = usage_error(course_torch, shlex.split(line), capsys)
    assert error.startswith(("course-torch", "train.py"))
    assert message in error
    assert "Traceback" not in error
    assert contents(folder) == before


@pytest.mark.sweep(20)
@pytest.mark.parametrize("line", dict.fromkeys(line for line, _ in BAD))
def test_a_refusal_is_chinese_where_the_language_is(
    line: str, folder: Path, capsys: Capsys, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    _, message = usage_error(course_torch, shlex.split(line), capsys).split("：错误：")
    assert re.search(CHINESE, message.replace(str(folder), ""))
    assert not re.search(r"\b(found|expected|cannot)\b", message)


def test_no_refusal_is_english_only() -> None:
    """An error gets two strings or a Text."""
    for file in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("InputError", "ConfigError"):
                english = len(call.args) == 1 and isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
                assert not english, f"{file}:{call.lineno}: {ast.unparse(call)}"


def test_names_with_spaces_and_chinese_characters_work(folder: Path) -> None:
    for i in range(8):
        save_picture(folder / "我的 图片" / ("猫 咪", "a dog")[i % 2] / f"第 {i}.png", 30 * i)
    line = f"{FOLDER} '我的 图片' --trainer.default_root_dir '我的 结果' --max_steps 2"
    assert course_torch(shlex.split(line)) == 0
    checkpoint = folder / "我的 结果" / LAST
    assert course_torch(["predict", str(checkpoint), "我的 图片/猫 咪/第 0.png", "--explain"]) == 0
    assert (folder / "explained/第 0.png.explained.png").is_file()


def test_splits_of_two_pictures_work(folder: Path) -> None:
    for place in ("train/a", "train/b", "test/a", "test/b"):
        save_picture(folder / "few" / place / "0.png")
    assert course_torch(shlex.split(f"{FOLDER} few --max_steps 2")) == 0
