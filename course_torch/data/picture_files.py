"""Sets of picture files: decoded once into memory if they fit there, otherwise decoded from disk on demand."""

from collections.abc import Mapping
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.data.data_set import DataSet, label_columns
from course_torch.data.pictures_on_disk import PicturesOnDisk, SplitOnDisk
from course_torch.data.source import Source
from course_torch.data.split import Split


class Files(NamedTuple):
    """Paths of pictures, and the number of each picture's class."""

    paths: list[str]
    classes: list[int]

    def chosen(self, rows: Tensor) -> "Files":
        """Select pictures by their row numbers."""
        return Files([self.paths[row] for row in rows.tolist()], [self.classes[row] for row in rows.tolist()])


def picture_set(splits: Mapping[str, Files], class_names: tuple[str, ...], channels: int, source: Source) -> DataSet:
    """Build a set from splits (train, validation, test); X holds uint8 pictures of the source's size.

    An empty split is dropped. Raises InputError if a picture cannot be decoded. If the pictures stay on disk, the error
    occurs only when the picture is loaded.
    """
    shape = (source.picture_size, source.picture_size, channels)
    filled = {name: files for name, files in splits.items() if files.paths}
    labels = [label_columns(torch.tensor(files.classes), len(class_names)) for files in filled.values()]
    paths = [path for files in filled.values() for path in files.paths]
    if len(paths) * prod(shape) <= source.memory * 2**30:
        X = PicturesOnDisk(paths, shape, source.processes).in_memory()
        made = list(map(Split, X.split([len(Y) for Y in labels]), labels))
    else:
        pictures = [PicturesOnDisk(files.paths, shape, source.processes) for files in filled.values()]
        made = list(map(SplitOnDisk, pictures, labels))
    named = dict(zip(filled, made, strict=True))
    return DataSet(
        train=named["train"],
        validation=named.get("validation"),
        test=named.get("test"),
        class_names=class_names,
        scale=255,
        picture_shape=shape,
        centered=True,
    )
