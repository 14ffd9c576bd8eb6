"""Pictures that stay on disk and are decoded when their rows are needed. The set may be larger than memory."""

import os
from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path

import torch
from jaxtyping import UInt8
from torch import Tensor

from course_torch.data.decoding import decode
from course_torch.data.split import Split, slices
from course_torch.data.workers import by_workers, with_progress
from course_torch.errors import InputError

CHUNK, CHUNK_BYTES = 64, 2**23
"""Largest number of pictures in a chunk, and of their decoded bytes. A worker decodes one chunk at a time."""


class PicturesOnDisk:
    """Picture files that replace X (m, n_x): indexing decodes rows to a uint8 tensor.

    `workers` is the number of processes in which a DataLoader should decode rows.
    """

    def __init__(self, paths: Sequence[str], picture_shape: tuple[int, int, int], workers: int = 0) -> None:
        self.paths, self.picture_shape, self.workers = paths, picture_shape, workers

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self), prod(self.picture_shape)

    @property
    def chunks(self) -> list[slice]:
        """Slices that cover all rows in order, one for each chunk."""
        size = max(1, min(CHUNK, CHUNK_BYTES // prod(self.picture_shape)))
        return slices(len(self), size)

    def __getitem__(self, rows: slice | Tensor) -> UInt8[Tensor, "rows n_x"]:
        """Decode rows, chosen by a slice or by row numbers. Raises InputError for the first picture that fails."""
        X, errors = self.attempt(rows)
        if errors:
            raise InputError(errors[0])
        return X

    def attempt(self, rows: slice | Tensor) -> tuple[UInt8[Tensor, "rows n_x"], list[str]]:
        """Decode rows. Returns them and an error message for each picture that fails; its row is 0."""
        numbers = range(len(self))[rows] if isinstance(rows, slice) else rows.tolist()
        pictures = torch.zeros(len(numbers), *self.picture_shape, dtype=torch.uint8)
        errors = []
        for place, number in enumerate(numbers):
            try:
                pictures[place] = decode(self.paths[number], self.picture_shape)
            except InputError as error:
                errors.append(str(error))
        return pictures.flatten(start_dim=1), errors

    def in_memory(self) -> UInt8[Tensor, "m n_x"]:
        """Decode all rows by the workers, with a progress bar if stderr is a terminal.

        Raises InputError with the number of pictures that cannot be decoded and the first error message.
        """
        X = torch.empty(self.shape, dtype=torch.uint8)
        attempts = with_progress(by_workers(self.attempt, self.chunks, self.workers), "decoding")
        errors = []
        for rows, (chunk, chunk_errors) in zip(self.chunks, attempts, strict=True):
            X[rows] = chunk
            errors += chunk_errors
        if errors:
            raise InputError(f"{len(errors)} of {len(self)} pictures cannot be used, the first: {errors[0]}")
        return X


class SplitOnDisk(Split):
    """A split whose pictures stay on disk. `rows` decodes them to uint8."""

    stays_on_disk = True

    def __init__(self, pictures: PicturesOnDisk, Y: Tensor) -> None:
        self.pictures, self.Y = pictures, Y

    @property
    def X(self) -> Tensor:
        raise InputError(
            f"X: all rows are needed in memory, but {len(self.pictures)} pictures exceed data.memory and stay on disk; "
            "use fewer or smaller pictures, or a larger data.memory"
        )

    @property
    def shape(self) -> tuple[int, int]:
        return self.pictures.shape

    @property
    def dtype(self) -> torch.dtype:
        return torch.uint8

    @property
    def workers(self) -> int:
        return self.pictures.workers

    @property
    def chunks(self) -> list[slice]:
        return self.pictures.chunks

    def rows(self, chosen: slice | Tensor) -> Split:
        """Decode the chosen rows. Raises InputError for the first picture that cannot be decoded."""
        return Split(self.pictures[chosen], self.Y[chosen])

    def identity(self) -> Iterator[bytes]:
        """Yield the class folder, the name and the size of each picture. They stand for its pixels.

        Raises InputError for a picture that is gone.
        """
        for path in map(Path, self.pictures.paths):
            try:
                yield os.fsencode(f"{path.parent.name}/{path.name} {path.stat().st_size}\n")
            except OSError as error:
                raise InputError(f"{path}: cannot be read ({error.strerror})") from error
