"""Sets of picture files: decoded once into memory where they fit, read from disk where they do not."""

from collections.abc import Mapping
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.data.data_set import DataSet, Part, label_columns
from course_torch.data.pictures_on_disk import PartOnDisk, PicturesOnDisk
from course_torch.data.source import Source


class Files(NamedTuple):
    """Pictures by path, and the number of each one's class."""

    paths: list[str]
    classes: list[int]

    def chosen(self, rows: Tensor) -> "Files":
        """Those with the given numbers."""
        return Files([self.paths[row] for row in rows.tolist()], [self.classes[row] for row in rows.tolist()])


def picture_set(parts: Mapping[str, Files], class_names: tuple[str, ...], channels: int, source: Source) -> DataSet:
    """The parts (train, validation, test) as rows of uint8, each picture in the source's size; empty ones left out.

    Raises InputError for pictures that cannot be decoded: now, or on being read where they stay on disk.
    """
    shape = (source.picture_size, source.picture_size, channels)
    filled = {name: files for name, files in parts.items() if files.paths}
    labels = [label_columns(torch.tensor(files.classes), len(class_names)) for files in filled.values()]
    paths = [path for files in filled.values() for path in files.paths]
    if len(paths) * prod(shape) <= source.memory * 2**30:
        X = PicturesOnDisk(paths, shape, source.processes).in_memory()
        made = list(map(Part, X.split([len(Y) for Y in labels]), labels))
    else:
        pictures = [PicturesOnDisk(files.paths, shape, source.processes) for files in filled.values()]
        made = list(map(PartOnDisk, pictures, labels))
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
