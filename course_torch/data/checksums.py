"""Checksums of a data set's contents, by which processes find out whether they train on the same examples."""

from collections.abc import Iterable
from hashlib import sha256

from course_torch.data.data_set import DataSet
from course_torch.data.split import bytes_of

DIGITS = 12


def checksums(data: DataSet) -> dict[str, object]:
    """Return name -> number or checksum: examples, features, labels and rows of each split, and the class names."""
    found: dict[str, object] = {"class_names": list(data.class_names)}
    for name, split in data.splits.items():
        m, n_x = split.shape
        found |= {f"{name}.examples": m, f"{name}.features": n_x}
        found |= {
            f"{name}.labels": checksum([bytes_of(split.Y)]),
            f"{name}.rows": checksum(split.identity()),
        }
    return found


def checksum(pieces: Iterable[bytes]) -> str:
    """Return the first digits of the SHA-256 of the pieces, joined."""
    total = sha256()
    for piece in pieces:
        total.update(piece)
    return total.hexdigest()[:DIGITS]
