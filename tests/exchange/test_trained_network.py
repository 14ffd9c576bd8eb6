"""Checkpoints are read without running code, and their contents are checked before they are used."""

import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from course_torch.commands.main import main as course_torch
from course_torch.errors import InputError
from course_torch.exchange.trained_network import load_trained, read_checkpoint
from course_torch.training import cli
from tests.conftest import usage_error
from tests.training.conftest import MISSING, changed

FLAGS, SIZES = 8, 20
"""Offsets in an entry of the central directory, which starts with PK 1 2."""


def with_a_flipped_bit(path: Path) -> None:
    """Flip a bit of the first tensor."""
    with zipfile.ZipFile(path) as archive:
        start = next(each.header_offset for each in archive.infolist() if each.filename.endswith("data/0"))
    content = bytearray(path.read_bytes())
    names, extra = struct.unpack_from("<HH", content, start + 26)
    content[start + 30 + names + extra] ^= 1
    path.write_bytes(content)


def rewritten(path: Path, method: int = zipfile.ZIP_STORED, twice: bool = False) -> None:
    """Write the same records into another archive."""
    with zipfile.ZipFile(path) as archive:
        records = [(each.filename, archive.read(each)) for each in archive.infolist()]
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in records + records[:1] * twice:
            archive.writestr(name, content)


def compressed(path: Path) -> None:
    rewritten(path, zipfile.ZIP_DEFLATED)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def with_a_record_twice(path: Path) -> None:
    rewritten(path, twice=True)


def in_the_directory(offset: int, value: bytes) -> Callable[[Path], None]:
    """Return a function that overwrites bytes of the first entry of the central directory."""

    def overwrite(path: Path) -> None:
        content = bytearray(path.read_bytes())
        start = content.index(b"PK\x01\x02") + offset
        content[start : start + len(value)] = value
        path.write_bytes(content)

    return overwrite


def in_the_format_before_zip(path: Path) -> None:
    torch.save(torch.load(path, weights_only=True), path, _use_new_zipfile_serialization=False)


@pytest.fixture
def path(checkpoint_file: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copy.ckpt"
    copy.write_bytes(checkpoint_file.read_bytes())
    return copy


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (with_a_flipped_bit, "data/0': found other bytes than its checksum allows, the file is damaged"),
        (compressed, "found a compressed record, expected stored bytes"),
        (with_a_record_twice, "data.pkl': found it twice, expected different names"),
        (in_the_directory(FLAGS, b"\x01\x00"), "data.pkl': found an encrypted record, expected stored bytes"),
        (in_the_directory(SIZES, b"\xff\xff\xff\x7f" * 2), "bytes, expected at most the"),
        (in_the_directory(SIZES, b"\xff\xff\xff\x7f"), "found a compressed record"),
        (in_the_format_before_zip, "the file is damaged or of another kind"),
    ],
)
def test_a_damaged_or_unusual_archive_is_rejected(damage: Callable[[Path], None], message: str, path: Path) -> None:
    damage(path)
    with pytest.raises(InputError, match=r"copy\.ckpt: not a checkpoint of train\.py \(.*" + re.escape(message)):
        read_checkpoint(path)


def test_torch_alone_does_not_notice_a_flipped_bit(path: Path) -> None:
    whole = torch.load(path, weights_only=True)["state_dict"]
    with_a_flipped_bit(path)
    damaged = torch.load(path, weights_only=True)["state_dict"]
    assert not all(torch.equal(damaged[name], tensor) for name, tensor in whole.items())


def test_the_same_records_in_another_archive_are_accepted(path: Path) -> None:
    rewritten(path)
    assert read_checkpoint(path)["global_step"] == 3


NAN = float("nan")
W = torch.ones(4, 2, dtype=torch.float64)
ONE_NUMBER = torch.zeros(1, dtype=torch.float64)
MODEL, DATA = "hyper_parameters", "CourseData"
FIRST = ("state_dict", "network.layers.0.W")
REJECTED: list[tuple[Sequence[Any], Any, str]] = [
    ([MODEL], None, "hyper_parameters: found None, expected a dict"),
    ([MODEL, "optimiser"], "adam", "hyper_parameters: found 'optimiser', expected names among layer_sizes, hidden"),
    ([MODEL, "layer_sizes"], MISSING, "hyper_parameters has no 'layer_sizes'"),
    ([MODEL, "layer_sizes"], [2, 5, 1], "state_dict['network.layers.0.W']: found shape (4, 2), expected (5, 2)"),
    ([MODEL, "layer_sizes"], [10**9, 10**9], "found shape (4, 2), expected (1000000000, 1000000000)"),
    ([MODEL, "layer_sizes"], [2, 4, 1] * 10**5, "state_dict has no 'network.layers.2.W'"),
    ([MODEL, "layer_sizes"], [2, -4, 1], "layer_sizes: found [2, -4, 1], expected a list of whole numbers"),
    ([MODEL, "layer_sizes"], [2, True, 1], "layer_sizes: found [2, True, 1], expected a list of whole numbers"),
    ([MODEL, "layer_sizes"], [], "layer_sizes: found [], expected"),
    ([MODEL, "learning_rate"], NAN, "hyper_parameters.learning_rate: found nan, expected a finite number"),
    ([MODEL, "learning_rate"], -1.0, "learning_rate: found -1.0, expected a number above 0, at most 1e6"),
    ([MODEL, "learn_slope"], "yes", "hyper_parameters.learn_slope: found 'yes', expected True or False"),
    ([MODEL, "output"], "argmax", "output: found 'argmax', expected one of sigmoid"),
    ([MODEL, "seed"], 2**31, "model.seed: found"),
    (["state_dict"], {}, "state_dict has no 'network.layers.0.W'"),
    ([*FIRST], None, "state_dict['network.layers.0.W']: found None, expected a dense tensor on the CPU of"),
    ([*FIRST], W.float(), "state_dict: found torch.float32, torch.float64, expected one dtype"),
    ([*FIRST], W.long(), "found a tensor of torch.int64 and shape (4, 2), expected a dense tensor"),
    ([*FIRST], torch.empty(4, 2, device="meta"), "expected a dense tensor"),
    ([*FIRST], W * NAN, "state_dict['network.layers.0.W']: found a tensor of torch.float64 and shape (4, 2), expected"),
    ([*FIRST], W.T.contiguous(), "found shape (2, 4), expected (4, 2)"),
    ([*FIRST], ONE_NUMBER.expand(10**9, 2), "state_dict: found 16000"),
    (["state_dict", "network.layers.0.slope"], MISSING, "state_dict has no 'network.layers.0.slope'"),
    (
        ["state_dict", "network.layers.1.slope"],
        W,
        "found 'network.layers.1.slope', expected the tensors of the network",
    ),
    (["global_step"], -1, "global_step: found -1, expected a whole number from 0 to"),
    (["global_step"], True, "global_step: found True, expected a whole number"),
    (["loops"], [], "loops: found [], expected a dict"),
    ([DATA], {}, "CourseData has no 'picture_shape'"),
    ([DATA, "picture_shape"], (1, 1, 1), "picture_shape: found (1, 1, 1), expected 2 values in a picture"),
    ([DATA, "picture_shape"], (2, 1), "picture_shape: found (2, 1), expected height, width and channels"),
    ([DATA, "picture_shape"], (-1, -2, 1), "picture_shape: found (-1, -2, 1), expected height, width and channels"),
    ([DATA, "class_names"], "ab", "CourseData.class_names: found 'ab', expected a list of texts"),
    ([DATA, "class_names"], ["red", 1], "CourseData.class_names: found ['red', 1], expected a list of texts"),
    ([DATA, "class_names"], ["red"], "CourseData.class_names: found 1 class names, expected 2"),
    ([DATA, "class_names"], [], "CourseData.class_names: found 0 class names, expected 2"),
    ([DATA, "quantity"], {"name": "price"}, "CourseData.quantity has no 'shift'"),
    ([DATA, "quantity"], {"name": "price", "shift": NAN, "scale": 1.0}, "CourseData.quantity.shift: found nan"),
    ([DATA, "mean"], 0.5, "CourseData.mean: found 0.5, expected a tensor of shape (1, 2)"),
    ([DATA, "mean"], torch.zeros(2), "CourseData.mean: found a tensor of torch.float32 and shape (2,), expected a"),
    ([DATA, "mean"], torch.full((1, 2), NAN), "CourseData.mean: found a tensor of torch.float32 and shape (1, 2), exp"),
]


@pytest.fixture(scope="module")
def whole(checkpoint_file: Path) -> dict[str, Any]:
    return read_checkpoint(checkpoint_file)


@pytest.mark.parametrize(("place", "value", "message"), REJECTED)
def test_an_invalid_entry_is_rejected(
    place: Sequence[Any], value: object, message: str, whole: dict[str, Any], tmp_path: Path
) -> None:
    torch.save(changed(whole, place, value), tmp_path / "odd.ckpt")
    with pytest.raises(InputError, match=r"odd\.ckpt: not a valid checkpoint of train\.py \(") as raised:
        read_checkpoint(tmp_path / "odd.ckpt")
    assert message in str(raised.value)
    assert len(str(raised.value)) < 500


def test_a_sparse_tensor_is_rejected_also_where_torch_itself_reads_none(whole: dict[str, Any], tmp_path: Path) -> None:
    torch.save(changed(whole, [*FIRST], W.to_sparse()), tmp_path / "odd.ckpt")
    with pytest.raises(InputError, match=r"expected a dense tensor|the file is damaged or of another kind"):
        read_checkpoint(tmp_path / "odd.ckpt")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ([DATA, "quantity"], MISSING),
        ([DATA, "mean"], MISSING),
        ([DATA, "class_names"], ["red", "a\x1b[31m \udcff"]),
        ([MODEL, "seed"], MISSING),
        ([MODEL, "learning_rate"], 1),
        ([MODEL, "layer_sizes"], (2, 4, 1)),
    ],
)
def test_a_checkpoint_of_an_older_version_or_with_odd_names_still_loads(
    place: Sequence[Any], value: object, whole: dict[str, Any], tmp_path: Path
) -> None:
    torch.save(changed(whole, place, value), tmp_path / "old.ckpt")
    assert load_trained(tmp_path / "old.ckpt").network.layer_sizes == [2, 4, 1]


@pytest.mark.parametrize("use", ["predict", "export", "resume"])
def test_every_use_rejects_the_checkpoint_in_the_same_line(
    use: str, checkpoint_file: Path, whole: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "version_0"
    path = run / "checkpoints" / "last.ckpt"
    path.parent.mkdir(parents=True)
    (run / "config.yaml").write_bytes((checkpoint_file.parents[1] / "config.yaml").read_bytes())
    torch.save(changed(whole, FIRST, W * NAN), path)
    commands: dict[str, Any] = {
        "predict": (course_torch, ["predict", str(path), str(tmp_path / "rows.csv")]),
        "export": (course_torch, ["export", str(path), "--out", str(tmp_path / "out")]),
        "resume": (cli.main, ["--resume", str(run), "--max_steps", "5"]),
    }
    error = usage_error(*commands[use], capsys)
    assert re.search(r"last\.ckpt: not a valid .* \(state_dict\['network.layers.0.W'\]: found .* finite values", error)
    assert not (tmp_path / "out").exists()
