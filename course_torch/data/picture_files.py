"""Pictures from files of any size, mode and orientation, decoded into memory."""

import warnings
from collections.abc import Mapping, Sequence
from math import isqrt, prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from course_torch.console import with_progress
from course_torch.data.data_set import DataSet, label_columns, pictures_to_rows
from course_torch.data.source import Source
from course_torch.data.split import Split
from course_torch.errors import InputError, unexpected
from course_torch.language import Text

BACKGROUND = (128, 128, 128)
"""Colour behind transparent pixels: the grey background of the pictures that ship with the package."""
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""Formats that are decoded, whatever the name of the file is. For other formats, such as EPS, Pillow starts other
programs."""
MOST = 2**32
"""Largest number of bytes of the decoded pictures of a set: they stay in memory."""
FEWER = Text("at most {side} for {m} pictures, which stay in memory", "图片留在内存中，{m} 张图片至多为 {side}")
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


def decode_all(
    paths: Sequence[str], picture_shape: tuple[int, int, int]
) -> tuple[UInt8[Tensor, "m height width channels"], dict[int, Text]]:
    """Decode pictures by threads, with a progress bar: Pillow decodes and resizes without Python's lock.

    Returns the pictures, and number -> error message for each picture that fails; its pixels are 0.
    """
    from joblib import Parallel, delayed  # which most sets do not need

    pictures, errors = torch.zeros(len(paths), *picture_shape, dtype=torch.uint8), dict[int, Text]()

    def attempt(number: int) -> None:
        try:
            pictures[number] = decode(paths[number], picture_shape)
        except InputError as error:
            errors[number] = error.text

    with warnings.catch_warnings():
        # Pillow warns of odd metadata, though the pixels are correct, and of photographs of 90 million pixels.
        warnings.simplefilter("ignore")
        attempts = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(
            map(delayed(attempt), range(len(paths)))
        )
        for _ in zip(with_progress(paths, "decoding"), attempts, strict=True):
            pass
    return pictures, dict(sorted(errors.items()))


class Files(NamedTuple):
    """Paths of pictures, and the number of each picture's class."""

    paths: list[str]
    classes: list[int]

    def chosen(self, rows: Tensor) -> "Files":
        """Select pictures by their row numbers."""
        return Files([self.paths[row] for row in rows.tolist()], [self.classes[row] for row in rows.tolist()])


def picture_set(splits: Mapping[str, Files], class_names: tuple[str, ...], source: Source) -> DataSet:
    """Build a set from splits (train, validation, test); X holds uint8 colour pictures of the source's size.

    An empty split is dropped. Raises InputError if a picture cannot be decoded, or if the pictures need more than MOST
    bytes.
    """
    shape = (source.picture_size, source.picture_size, 3)
    filled = {name: files for name, files in splits.items() if files.paths}
    paths = [path for files in filled.values() for path in files.paths]
    if len(paths) * prod(shape) > MOST:
        raise unexpected("data.picture_size", shape[0], FEWER.fill(m=len(paths), side=isqrt(MOST // (3 * len(paths)))))
    pictures, errors = decode_all(paths, shape)
    if errors:
        raise InputError(SKIPPED.fill(wrong=len(errors), n=len(paths), first=next(iter(errors.values()))))
    rows = pictures_to_rows(pictures).split([len(files.paths) for files in filled.values()])
    labels = (label_columns(torch.tensor(files.classes), len(class_names)) for files in filled.values())
    made = dict(zip(filled, map(Split, rows, labels), strict=True))
    validation, test = made.get("validation"), made.get("test")
    return DataSet(made["train"], class_names, validation, test, scale=255, picture_shape=shape, centered=True)
