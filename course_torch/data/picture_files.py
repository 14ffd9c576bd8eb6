"""Pictures from files of any size, mode and orientation: decoded into memory if the set fits there, else on demand."""

import warnings
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from course_torch.console import with_progress
from course_torch.data.data_set import DataSet, label_columns
from course_torch.data.source import Source
from course_torch.data.split import Split, by_workers, slices
from course_torch.errors import InputError
from course_torch.language import Text

BACKGROUND = (128, 128, 128)
"""Colour behind transparent pixels: the grey background of the pictures that ship with the package."""
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""Formats that are decoded, whatever the name of the file is. For other formats, such as EPS, Pillow starts other
programs."""
CHUNK, CHUNK_BYTES = 64, 2**23
"""Largest number of pictures in a chunk, and of their decoded bytes. A worker decodes one chunk at a time."""
SKIPPED = Text(
    "{wrong} of {n} pictures cannot be used, the first: {first}", "{n} 张图片中有 {wrong} 张不能使用，第一张：{first}"
)


def decode(path: str | Path, picture_shape: tuple[int, int, int]) -> UInt8[Tensor, "height width channels"]:
    """Decode a picture to `picture_shape` (height, width, channels), values 0 to 255; 3 channels are RGB, 1 is grey.

    The picture is rotated by its EXIF orientation, composited on grey if it is transparent, cropped to the largest
    centred rectangle of the target's aspect ratio, and resized. The first frame of an animation is used. Raises
    InputError if the file is no picture, is damaged, cannot be read, is too large or has pixels of unknown range.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of odd metadata, though the pixels are correct, and of photographs of 90 million pixels.
            warnings.simplefilter("ignore")
            return torch.from_numpy(np.array(fitted(path, picture_shape))).reshape(picture_shape)
    except InputError:
        raise
    except UnidentifiedImageError as error:
        raise InputError(f"{path}: not a picture", f"{path}：不是图片") from error
    except Exception as error:  # Pillow may raise any exception for a damaged file, and one for a huge picture
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{path}: cannot be read as a picture ({reason})", f"{path}：无法作为图片读取（{reason}）"
        ) from error


def fitted(path: str | Path, picture_shape: tuple[int, int, int]) -> Image.Image:
    """Rotate the picture, composite it on grey, convert it to 8-bit RGB or grey, crop and resize it."""
    height, width, channels = picture_shape
    # Open the file here: if Pillow opens an uncompressed TIFF by name, it maps the file and scrambles rotated pixels.
    with open(path, "rb") as file, Image.open(file, formats=FORMATS) as picture:
        if picture.mode in ("I", "F"):
            raise InputError(
                f"{path}: found pixels of 32 bits (mode {picture.mode}), expected 8 or 16 bits",
                f"{path}：像素是 32 位（模式 {picture.mode}），应为 8 位或 16 位",
            )
        side = 2 * max(height, width)
        picture.draft(None, (side, side))  # decode a large JPEG at a fraction of its size, which is faster
        upright = ImageOps.exif_transpose(picture)
    opaque = on_background(in_8_bits(upright)).convert("RGB" if channels == 3 else "L")
    return ImageOps.fit(opaque, (width, height))


def in_8_bits(picture: Image.Image) -> Image.Image:
    """Scale 16-bit grey so that 65535 becomes 255; return any other picture unchanged."""
    if not picture.mode.startswith("I;16"):
        return picture
    values = np.asarray(picture).astype(np.uint32)
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def on_background(picture: Image.Image) -> Image.Image:
    """Composite the picture on BACKGROUND if it has transparent pixels."""
    if not picture.has_transparency_data:
        return picture
    ground = Image.new("RGBA", picture.size, (*BACKGROUND, 255))
    return Image.alpha_composite(ground, picture.convert("RGBA"))


class SplitOnDisk(Split):
    """A split whose pictures stay on disk, as the set may be larger than memory. `rows` decodes them to uint8.

    `workers` is the number of processes in which a DataLoader should decode rows.
    """

    stays_on_disk = True

    def __init__(self, paths: Sequence[str], picture_shape: tuple[int, int, int], Y: Tensor, workers: int = 0) -> None:
        self.paths, self.picture_shape, self.Y, self.workers = paths, picture_shape, Y, workers

    @property
    def X(self) -> Tensor:
        raise InputError(
            f"X: all rows are needed in memory, but {self.m} pictures exceed data.memory and stay on disk; "
            "use fewer or smaller pictures, or a larger data.memory",
            f"X：需要把所有行放进内存，但 {self.m} 张图片超过了 data.memory，留在磁盘上；请用更少或更小的图片，"
            "或者更大的 data.memory",
        )

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.paths), prod(self.picture_shape)

    @property
    def dtype(self) -> torch.dtype:
        return torch.uint8

    @property
    def chunks(self) -> list[slice]:
        """Slices that cover all rows in order, one for each chunk."""
        return slices(self.m, max(1, min(CHUNK, CHUNK_BYTES // prod(self.picture_shape))))

    def rows(self, chosen: slice | Tensor) -> Split:
        """Decode the chosen rows. Raises InputError for the first picture that cannot be decoded."""
        X, errors = self.attempt(chosen)
        if errors:
            raise InputError(errors[0])
        return Split(X, self.Y[chosen])

    def attempt(self, rows: slice | Tensor) -> tuple[UInt8[Tensor, "rows n_x"], list[Text]]:
        """Decode rows. Returns them and an error message for each picture that fails; its row is 0."""
        numbers = range(self.m)[rows] if isinstance(rows, slice) else rows.tolist()
        pictures = torch.zeros(len(numbers), *self.picture_shape, dtype=torch.uint8)
        errors = []
        for place, number in enumerate(numbers):
            try:
                pictures[place] = decode(self.paths[number], self.picture_shape)
            except InputError as error:
                errors.append(error.text)
        return pictures.flatten(start_dim=1), errors

    def in_memory(self) -> UInt8[Tensor, "m n_x"]:
        """Decode all rows by the workers, with a progress bar. Raises InputError that counts the damaged pictures."""
        X, errors = torch.empty(self.shape, dtype=torch.uint8), []
        attempts = with_progress(by_workers(self.attempt, self.chunks, self.workers), "decoding")
        for rows, (chunk, chunk_errors) in zip(self.chunks, attempts, strict=True):
            X[rows] = chunk
            errors += chunk_errors
        if errors:
            raise InputError(SKIPPED.fill(wrong=len(errors), n=self.m, first=errors[0]))
        return X


class Files(NamedTuple):
    """Paths of pictures, and the number of each picture's class."""

    paths: list[str]
    classes: list[int]

    def chosen(self, rows: Tensor) -> "Files":
        """Select pictures by their row numbers."""
        return Files([self.paths[row] for row in rows.tolist()], [self.classes[row] for row in rows.tolist()])


def picture_set(splits: Mapping[str, Files], class_names: tuple[str, ...], source: Source) -> DataSet:
    """Build a set from splits (train, validation, test); X holds uint8 colour pictures of the source's size.

    An empty split is dropped. Raises InputError if a picture cannot be decoded. If the pictures stay on disk, the error
    occurs only when the picture is loaded.
    """
    from joblib import cpu_count  # which no other set needs

    shape = (source.picture_size, source.picture_size, 3)
    workers = cpu_count() if source.workers is None else source.workers
    on_disk = {
        name: SplitOnDisk(files.paths, shape, label_columns(torch.tensor(files.classes), len(class_names)), workers)
        for name, files in splits.items()
        if files.paths
    }
    made: Mapping[str, Split] = on_disk
    paths = [path for split in on_disk.values() for path in split.paths]
    if len(paths) * prod(shape) <= source.memory * 2**30:
        labels = [split.Y for split in on_disk.values()]
        X = SplitOnDisk(paths, shape, torch.cat(labels), workers).in_memory()
        made = dict(zip(on_disk, map(Split, X.split([len(Y) for Y in labels]), labels), strict=True))
    validation, test = made.get("validation"), made.get("test")
    return DataSet(made["train"], class_names, validation, test, scale=255, picture_shape=shape, centered=True)
