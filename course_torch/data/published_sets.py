"""Published pictures: the cats of the course's assignment, MNIST and Fashion-MNIST."""

import gzip
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import torch

from course_torch.data.data_set import DataSet, label_columns, pictures_to_rows
from course_torch.data.source import Source
from course_torch.data.split import SPLIT_SEED, Split
from course_torch.errors import InputError
from course_torch.language import NOTHING, Text, same

FILES = {"train": "train_catvnoncat.h5", "test": "test_catvnoncat.h5"}
"""The course's files. The package does not ship them, because they have no licence that allows it."""
EDITIONS = {  # SHA-256 of the edition of 2017-18, on which the published numbers were measured
    "train": "fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
    "test": "6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
}
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
