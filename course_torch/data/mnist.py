"""MNIST and Fashion-MNIST: 28×28 grey pictures of ten classes, from the four files in which both are published."""

import gzip
import zlib
from pathlib import Path

import torch
from jaxtyping import UInt8
from torch import Tensor

from course_torch.data.data_set import DataSet, Part, label_columns
from course_torch.data.downloads import OFFER, fetch_file, md5_of
from course_torch.data.source import Source
from course_torch.errors import InputError

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
"""MD5 of the unpacked files. Those of the .gz files would refuse right ones: some distributors pack them anew."""


def load_fashion_mnist(source: Source) -> DataSet:
    """Ten kinds of clothing in Zalando's pictures: 55,000 for training, 5,000 for validation, 10,000 for the test."""
    return load_published("fashion_mnist", "FashionMNIST", source)


def load_mnist(source: Source) -> DataSet:
    """Ten handwritten digits in MNIST's pictures: 55,000 for training, 5,000 for validation, 10,000 for the test."""
    return load_published("mnist", "MNIST", source)


def load_published(name: str, published: str, source: Source) -> DataSet:
    """The set that torchvision calls `published`; a fixed seed draws the validation part from the training files.

    The files may be packed (.gz) or not, in the root or in the folder where torchvision puts them. Raises InputError
    for a file that is missing or damaged, and for a download that fails.
    """
    from torchvision import datasets

    root = source.folder(name, f"its files {', '.join(f'{file}.gz' for file in CHECKSUMS[published])}")
    X, classes, X_test, classes_test = (
        torch.frombuffer(
            bytearray(content_of(file, published, root, source.download)), dtype=torch.uint8, offset=offset
        )
        for file, offset in zip(CHECKSUMS[published], (16, 8, 16, 8), strict=True)  # behind each file's header
    )
    order = torch.randperm(len(classes), generator=torch.Generator().manual_seed(SPLIT_SEED))
    validation, train = order[:VALIDATION_EXAMPLES], order[VALIDATION_EXAMPLES:]
    return DataSet(
        train=part_of(X, classes, train),
        validation=part_of(X, classes, validation),
        test=part_of(X_test, classes_test, torch.arange(len(classes_test))),
        class_names=tuple(label.split(" - ")[0] for label in getattr(datasets, published).classes),  # "7 - seven"
        scale=255,
        picture_shape=(SIDE, SIDE, 1),
        centered=True,
    )


def part_of(pixels: UInt8[Tensor, " values"], classes: UInt8[Tensor, " m"], rows: Tensor) -> Part:
    """The chosen rows of one picture file and one label file."""
    return Part(pixels.reshape(-1, SIDE * SIDE)[rows], label_columns(classes[rows].long(), 10))


def content_of(file: str, published: str, root: Path, download: bool) -> bytes:
    """The unpacked content of the file, fetched first if it must and may be. Raises InputError."""
    from torchvision import datasets

    data_set, md5 = getattr(datasets, published), CHECKSUMS[published][file]
    raw = root / published / "raw"
    urls = [f"{mirror}{file}.gz" for mirror in data_set.mirrors]
    places = [folder / (file + ending) for folder in (root, raw) for ending in (".gz", "")]
    try:
        return first_whole(places, md5, urls[0])
    except InputError:
        if not download:
            raise
    fetch_file(urls, dict(data_set.resources)[f"{file}.gz"], raw)
    return first_whole([raw / f"{file}.gz"], md5, urls[0])


def first_whole(places: list[Path], md5: str, url: str) -> bytes:
    """The content of the first file that has this MD5 when unpacked. Raises InputError where there is none."""
    complaints = []
    for path in places:
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
    complaints.append(f"{places[0]}: no such file, expected one with MD5 {md5}")
    raise InputError(f"{complaints[0]} (unpacked); put {url} there, {OFFER}")
