"""A part's rows in order, as many at a time as take little memory."""

from collections.abc import Iterable
from functools import partial

from course_torch.data.data_set import Part
from course_torch.data.pictures_on_disk import PicturesOnDisk
from course_torch.data.workers import by_workers

CHUNK_VALUES = 2**23
"""Features in a chunk of a tensor: 32 MiB of float32."""


def chunks(part: Part) -> Iterable[Part]:
    """All examples, in parts of them that are in memory; pictures on disk are decoded ahead by their workers."""
    if isinstance(part.X, PicturesOnDisk):
        return by_workers(partial(rows_of, part), part.X.chunks, part.workers)
    m, n_x = part.X.shape
    size = max(1, CHUNK_VALUES // n_x)
    return (rows_of(part, slice(start, start + size)) for start in range(0, m, size))


def rows_of(part: Part, rows: slice) -> Part:
    """Those examples of the part."""
    return Part(part.X[rows], part.Y[rows])
