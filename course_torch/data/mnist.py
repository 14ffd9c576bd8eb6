"""MNIST and Fashion-MNIST: 28×28 grey pictures of ten classes, from the four published files of each set."""

import gzip
import zlib
from pathlib import Path

import torch

from course_torch.data.data_set import DataSet, label_columns
from course_torch.data.source import OFFER, Source, fetch_file, md5_of
from course_torch.data.split import Split
from course_torch.errors import InputError, check_regular

SIDE = 28
VALIDATION_EXAMPLES = 5000
SPLIT_SEED = 1

CHECKSUMS = {
    "FashionMNIST": {
        "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
        "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
        "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
    },
    "MNIST": {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    },
}
"""MD5 of the unpacked files: some distributors compress the files again, which changes the MD5 of the .gz files."""


def load_fashion_mnist(source: Source) -> DataSet:
    """Load Zalando's pictures of ten kinds of clothing: 55,000 training, 5,000 validation, 10,000 test."""
    return load_published("fashion_mnist", "FashionMNIST", source)


def load_mnist(source: Source) -> DataSet:
    """Load MNIST's pictures of handwritten digits: 55,000 training, 5,000 validation, 10,000 test."""
    return load_published("mnist", "MNIST", source)


def load_published(name: str, published: str, source: Source) -> DataSet:
    """Load the set that torchvision calls `published`; a fixed seed draws the validation split from the training files.

    The files may be compressed (.gz) or not, in root or in torchvision's subfolder of root. Raises InputError if a file
    is missing or damaged, or if a download fails.
    """
    from torchvision import datasets

    root = source.folder(name, f"its files {', '.join(f'{file}.gz' for file in CHECKSUMS[published])}")
    X, Y, X_test, Y_test = (
        torch.frombuffer(
            bytearray(content_of(file, published, root, source.download)), dtype=torch.uint8, offset=offset
        )
        for file, offset in zip(CHECKSUMS[published], (16, 8, 16, 8), strict=True)  # the offsets skip the headers
    )
    train, test = (
        Split(pixels.reshape(-1, SIDE * SIDE), label_columns(classes.long(), 10))
        for pixels, classes in ((X, Y), (X_test, Y_test))
    )
    order = torch.randperm(train.m, generator=torch.Generator().manual_seed(SPLIT_SEED))
    return DataSet(
        train=train.rows(order[VALIDATION_EXAMPLES:]),
        validation=train.rows(order[:VALIDATION_EXAMPLES]),
        test=test,
        # torchvision names a digit "7 - seven".
        class_names=tuple(label.split(" - ")[0] for label in getattr(datasets, published).classes),
        scale=255,
        picture_shape=(SIDE, SIDE, 1),
        centered=True,
    )


def content_of(file: str, published: str, root: Path, download: bool) -> bytes:
    """Return the unpacked content of the file, downloaded if it is missing or damaged and `download` is true.

    Raises InputError on failure.
    """
    from torchvision import datasets

    data_set, md5 = getattr(datasets, published), CHECKSUMS[published][file]
    raw = root / published / "raw"
    urls = [f"{mirror}{file}.gz" for mirror in data_set.mirrors]
    places = [folder / (file + ending) for folder in (root, raw) for ending in (".gz", "")]
    try:
        return first_intact(places, md5, urls[0])
    except InputError:
        if not download:
            raise
    fetch_file(urls, dict(data_set.resources)[f"{file}.gz"], raw)
    return first_intact([raw / f"{file}.gz"], md5, urls[0])


def first_intact(places: list[Path], md5: str, url: str) -> bytes:
    """Return the unpacked content of the first file with this MD5. Raises InputError if no file has it."""
    complaints = []
    for path in places:
        check_regular(path)
        if not path.exists():
            continue
        try:
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        except (OSError, EOFError, zlib.error) as error:
            complaints.append(f"{path}: cannot be read ({error}), expected a file with MD5 {md5}")
            continue
        if md5_of(content) == md5:
            return content
        complaints.append(f"{path}: damaged, found MD5 {md5_of(content)}, expected {md5}")
    complaints.append(f"{places[0]}: no such file, expected a file with MD5 {md5}")
    raise InputError(f"{complaints[0]} (unpacked); put {url} there, {OFFER}")
