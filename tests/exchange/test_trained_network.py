"""Checkpoints are read without running code, and their contents are checked before they are used."""

import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from course_torch.errors import InputError
from course_torch.exchange.trained_network import load_trained, read_checkpoint
from tests.training.conftest import MISSING, changed


def with_a_flipped_bit(path: Path) -> None:
    """Flip a bit of the first tensor."""
    with zipfile.ZipFile(path) as archive:
        start = next(each.header_offset for each in archive.infolist() if each.filename.endswith("data/0"))
    content = bytearray(path.read_bytes())
    names, extra = struct.unpack_from("<HH", content, start + 26)
    content[start + 30 + names + extra] ^= 1
    path.write_bytes(content)


def in_the_format_before_zip(path: Path) -> None:
    torch.save(torch.load(path, weights_only=True), path, _use_new_zipfile_serialization=False)


@pytest.fixture
def path(checkpoint_file: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copy.ckpt"
    copy.write_bytes(checkpoint_file.read_bytes())
    return copy


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (with_a_flipped_bit, "data/0': found other bytes than its checksum allows, the file is damaged"),
        (in_the_format_before_zip, "the file is damaged or of another kind"),
    ],
)
def test_a_damaged_file_is_rejected(damage: Callable[[Path], None], message: str, path: Path) -> None:
    damage(path)
    with pytest.raises(InputError, match=r"copy\.ckpt: not a checkpoint of train\.py \(.*" + re.escape(message)):
        read_checkpoint(path)


NAN = float("nan")
W = torch.ones(4, 2, dtype=torch.float64)
MODEL, DATA = "hyper_parameters", "CourseData"
FIRST = ("state_dict", "network.layers.0.W")
UNFIT = "CourseData: its class names, mean or picture shape do not fit layer_sizes [2, 4, 1]"
REJECTED: list[tuple[Sequence[Any], Any, str]] = [
    ([MODEL, "optimiser"], "adam", "'optimiser'"),  # of another version
    ([MODEL], None, "NoneType"),
    ([MODEL, "layer_sizes"], [2, 5, 1], "state_dict['network.layers.0.W']: found shape (4, 2), expected (5, 2)"),
    ([MODEL, "layer_sizes"], [2, -4, 1], "layer_sizes: found [2, -4, 1]"),
    ([MODEL, "learning_rate"], -1.0, "learning_rate: found -1.0, expected a number above 0, at most 1e6"),
    ([MODEL, "output"], "argmax", "output: found 'argmax', expected one of sigmoid"),
    ([*FIRST], MISSING, "state_dict has no 'network.layers.0.W'"),
    (["state_dict", "extra"], W, "state_dict: found 'extra', expected one of network.layers.0.W, "),
    ([*FIRST], W * NAN, "state_dict['network.layers.0.W']: found nan or infinity, expected finite values only"),
    ([*FIRST], W.T.contiguous(), "found shape (2, 4), expected (4, 2)"),
    ([DATA], {}, "'class_names'"),
    ([DATA, "mean"], torch.zeros(1, 1), UNFIT),
    ([DATA, "quantity"], {"a": 1}, "'a'"),
    ([DATA, "picture_shape"], (1, 1, 1), UNFIT),
    ([DATA, "class_names"], ["red"], UNFIT),
    ([DATA, "class_names"], ["red", 1], UNFIT),
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
