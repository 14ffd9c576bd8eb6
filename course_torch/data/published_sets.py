"""Published pictures: the cats of the course's assignment and of CIFAR-10, and MNIST."""

import gzip
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from course_torch.data.data_set import DataSet, label_columns, pictures_to_rows
from course_torch.data.source import Source
from course_torch.data.split import SPLIT_SEED, Split, stratified_split
from course_torch.errors import InputError
from course_torch.language import NOTHING, Text, same

FILES = {"train": "train_catvnoncat.h5", "test": "test_catvnoncat.h5"}
"""The course's files. The package does not ship them, because they have no licence that allows it."""
EDITIONS = {  # SHA-256 of the edition of 2017-18, on which the published numbers were measured
    "train": "fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
    "test": "6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
}
CIFAR10_CAT = 3
CIFAR10_VALIDATION = 0.1  # fraction of the training examples, drawn by a fixed seed
MNIST_SIDE = 28
VALIDATION_EXAMPLES = 5000  # number of the training examples of MNIST and of Fashion-MNIST that the same seed draws

FOLDER = Text("the folder of {files}", "{files} 所在的文件夹")
UNUSABLE = Text(
    "data.root: {folder}: {error}; put {files} there{offer}",
    "data.root：{folder}：{error}；请把 {files} 放在那里{offer}",
)
ABSENT = Text("missing or damaged", "缺少文件，或文件已损坏")
OFFER = Text(", or set --data.download true", "，或者设置 --data.download true")
FAILURES = (OSError, RuntimeError, ValueError, HTTPException, EOFError, zlib.error)
"""Exceptions of files that are missing or damaged, and of a failed download."""
ANSWER = 30.0  # seconds to wait for an answer of a server


def load_cats(source: Source) -> DataSet:
    """Load 209 training and 50 test pictures of 64×64×3; y = 1 for a cat. The published numbers come from X / 255."""
    folder = source.path(FOLDER.fill(files=", ".join(FILES.values())))
    (train, shape), (test, _) = (read_split(folder / file, split) for split, file in FILES.items())
    return DataSet(train=train, test=test, class_names=("no cat", "cat"), scale=255, picture_shape=shape)


def read_split(path: Path, split: str) -> tuple[Split, tuple[int, int, int]]:
    """Read X (m, n_x), Y (m, 1) and the picture shape from the file of a split."""
    import h5py

    if not path.is_file():
        raise InputError(
            f"{path}: no such file, expected the course's {FILES[split]}",
            f"{path}：没有这个文件，应为课程的 {FILES[split]}",
        )
    keys = f"{split}_set_x", f"{split}_set_y"
    try:
        with h5py.File(path) as file:
            pictures, label = (torch.from_numpy(file[key][()]) for key in keys)
    except Exception as error:  # h5py and NumPy may raise any exception for a damaged file
        raise InputError(
            f"{path}: not a readable .h5 file ({error})", f"{path}：不是可以读取的 .h5 文件（{error}）"
        ) from error
    height, width, channels = pictures.shape[1:]
    # Some editions hold the labels as floating-point numbers.
    return Split(pictures_to_rows(pictures), label.to(torch.uint8).reshape(-1, 1)), (height, width, channels)


@contextmanager
def published(folder: Path, files: str, source: Source) -> Iterator[None]:
    """Let torchvision check the files in the folder, and download them. Raises InputError that names the files."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(ANSWER)  # torchvision sets no limit
    try:
        yield
    except FAILURES as error:
        offer = NOTHING if source.download else OFFER
        reason = ABSENT if isinstance(error, RuntimeError) else same(" ".join(str(error).split()))
        raise InputError(UNUSABLE.fill(folder=folder, error=reason, files=files, offer=offer)) from error
    finally:
        socket.setdefaulttimeout(before)


def load_cifar10_cats(source: Source) -> DataSet:
    """Load all cats of CIFAR-10 and as many other pictures, 32×32×3: 9,000 training, 1,000 validation, 2,000 test.

    Only a tenth of CIFAR-10 shows cats: on the whole set a network that always answers "no cat" would have an accuracy
    of 90 %. A fixed seed draws the other pictures and the validation split. The files are pickles: torchvision verifies
    their checksums before it unpickles them. Raises InputError if a file is missing or damaged.
    """
    from torchvision.datasets import CIFAR10

    files = f"{CIFAR10.base_folder} ({CIFAR10.url})"
    root = source.path(FOLDER.fill(files=files))
    with published(root, files, source):
        parts = [CIFAR10(root, train, download=source.download) for train in (True, False)]
    train, test = (balanced(part.data, part.targets) for part in parts)
    kept, held_out = stratified_split(train.Y[:, 0].long(), [CIFAR10_VALIDATION], SPLIT_SEED)
    return DataSet(
        train.rows(kept), ("no cat", "cat"), train.rows(held_out), test, 255, picture_shape=(32, 32, 3), centered=True
    )


def balanced(pictures: UInt8[np.ndarray, "m height width channels"], classes: list[int]) -> Split:
    is_cat = torch.tensor(classes) == CIFAR10_CAT
    others = (~is_cat).nonzero()[:, 0]
    drawn = others[torch.randperm(len(others), generator=torch.Generator().manual_seed(SPLIT_SEED))[: is_cat.sum()]]
    rows = torch.cat([is_cat.nonzero()[:, 0], drawn]).sort().values
    return Split(pictures_to_rows(torch.from_numpy(pictures)[rows]), label_columns(is_cat[rows].long(), 2))


def load_mnist(class_name: str, source: Source) -> DataSet:
    """Load 55,000 examples for training, 5,000 for validation (by a fixed seed) and 10,000 for the test."""
    from torchvision import datasets
    from torchvision.datasets.utils import download_url

    data_set, contents = getattr(datasets, class_name), []
    root = source.path(FOLDER.fill(files=", ".join(file for file, _ in data_set.resources)))
    for file, md5 in data_set.resources:
        folder = root if (root / file).is_file() else root / class_name / "raw"  # as torchvision lays it out
        url = data_set.mirrors[0] + file
        with published(folder, url, source):
            if source.download and folder != root:
                download_url(url, folder, md5=md5)  # unless it is there
            contents.append(bytearray(gzip.decompress((folder / file).read_bytes())))
    X, Y, X_test, Y_test = (
        torch.frombuffer(content, dtype=torch.uint8, offset=offset)
        for content, offset in zip(contents, (16, 8, 16, 8), strict=True)  # the offsets skip the headers
    )
    train, test = (
        Split(pixels.reshape(-1, MNIST_SIDE * MNIST_SIDE), label_columns(classes.long(), 10))
        for pixels, classes in ((X, Y), (X_test, Y_test))
    )
    order = torch.randperm(train.m, generator=torch.Generator().manual_seed(SPLIT_SEED))
    kept, held_out = train.rows(order[VALIDATION_EXAMPLES:]), train.rows(order[:VALIDATION_EXAMPLES])
    names = tuple(label.split(" - ")[0] for label in data_set.classes)  # a digit is "7 - seven"
    shape = (MNIST_SIDE, MNIST_SIDE, 1)
    return DataSet(kept, names, held_out, test, scale=255, picture_shape=shape, centered=True)
