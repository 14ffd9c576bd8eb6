"""Pictures that stay on disk: decoded when their rows are asked for, so that a set may be larger than memory."""

from collections.abc import Sequence
from math import prod

import torch
from jaxtyping import UInt8
from torch import Tensor

from course_torch.data.data_set import Split, slices
from course_torch.data.decoding import decode
from course_torch.data.workers import by_workers, with_progress
from course_torch.errors import InputError

CHUNK, CHUNK_BYTES = 64, 2**23
"""The most that a process decodes before it hands it over."""


class PicturesOnDisk:
    """Picture files in place of X (m, n_x): rows that are asked for come as a tensor of uint8.

    `workers` is the number of processes that a DataLoader should read them with.
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
        """All rows in order, as many at a time as a worker should decode."""
        size = max(1, min(CHUNK, CHUNK_BYTES // prod(self.picture_shape)))
        return slices(len(self), size)

    def __getitem__(self, rows: slice | Tensor) -> UInt8[Tensor, "rows n_x"]:
        """Rows by slice or by numbers. Raises InputError for the first picture that cannot be decoded."""
        X, errors = self.attempt(rows)
        if errors:
            raise InputError(errors[0])
        return X

    def attempt(self, rows: slice | Tensor) -> tuple[UInt8[Tensor, "rows n_x"], list[str]]:
        """The rows, and a line for each picture that cannot be decoded."""
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
        """All rows, decoded once by the workers; a progress bar shows on stderr where that is a terminal.

        Raises InputError that counts the pictures which cannot be decoded.
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
    """A split whose pictures stay on disk, and are decoded as rows of uint8 when they are asked for."""

    stays_on_disk = True

    def __init__(self, pictures: PicturesOnDisk, Y: Tensor) -> None:
        self.pictures, self.Y = pictures, Y

    @property
    def X(self) -> Tensor:
        raise InputError(
            f"X: found {len(self.pictures)} pictures that stay on disk, since they take more than data.memory; "
            "expected fewer or smaller ones, or more memory"
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
        """The chosen rows, decoded. Raises InputError for the first picture that cannot be decoded."""
        return Split(self.pictures[chosen], self.Y[chosen])
