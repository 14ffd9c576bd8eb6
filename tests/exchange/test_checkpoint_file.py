"""The zip archive of a checkpoint: a flipped bit and an archive that torch.save does not write are rejected."""

import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from course_torch.errors import InputError
from course_torch.exchange.trained_network import read_checkpoint

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
