"""Checksums of a data set's contents, by which processes find out whether they train on the same examples."""

from hashlib import sha256
from pathlib import Path

from torch import Tensor

from course_torch.data.data_set import DataSet, Split
from course_torch.data.pictures_on_disk import SplitOnDisk
from course_torch.errors import InputError

DIGITS = 12


def checksums(data: DataSet) -> dict[str, object]:
    """Return name -> number or checksum: examples, features, labels and rows of each split, and the class names."""
    found: dict[str, object] = {"class_names": list(data.class_names)}
    for name, split in data.splits.items():
        m, n_x = split.shape
        found |= {f"{name}.examples": m, f"{name}.features": n_x}
        found |= {
            f"{name}.labels": sha256(bytes_of(split.Y)).hexdigest()[:DIGITS],
            f"{name}.rows": rows_checksum(split),
        }
    return found


def rows_checksum(split: Split) -> str:
    """Return a checksum of all rows. Pictures on disk are not decoded: their names and file sizes stand for them."""
    checksum = sha256()
    if isinstance(split, SplitOnDisk):
        for path in map(Path, split.pictures.paths):
            try:
                checksum.update(f"{path.parent.name}/{path.name} {path.stat().st_size}\n".encode())
            except OSError as error:
                raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    else:
        for chunk in split.chunks:
            checksum.update(bytes_of(split.X[chunk]))
    return checksum.hexdigest()[:DIGITS]


def bytes_of(values: Tensor) -> bytes:
    """Return the bytes of a tensor. float64 is rounded to float32: the last bits differ between processors."""
    rounded = values.float() if values.is_floating_point() else values
    return rounded.contiguous().numpy().tobytes()
