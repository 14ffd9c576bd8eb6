"""Decode a picture file of any size, mode and orientation into a tensor of a given shape."""

import warnings
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from course_torch.errors import InputError, check_regular

BACKGROUND = (128, 128, 128)
"""Colour behind transparent pixels: the grey background of the pictures that ship with the package."""

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""Formats that are decoded, whatever the name of the file is. For other formats, such as EPS, Pillow starts other
programs."""


def decode(path: str | Path, picture_shape: tuple[int, int, int]) -> UInt8[Tensor, "height width channels"]:
    """Decode a picture to `picture_shape` (height, width, channels), values 0 to 255; 3 channels are RGB, 1 is grey.

    The picture is rotated by its EXIF orientation, composited on grey if it is transparent, cropped to the largest
    centred rectangle of the target's aspect ratio, and resized. The first frame of an animation is used. Raises
    InputError if the file is no picture, is damaged, cannot be read, is too large or has pixels of unknown range.
    """
    check_regular(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata; the pixels are correct
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return torch.from_numpy(np.array(fitted(path, picture_shape))).reshape(picture_shape)
    except InputError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise InputError(
            f"{path}: the picture is too large, expected at most {Image.MAX_IMAGE_PIXELS} pixels"
        ) from error
    except UnidentifiedImageError as error:
        raise InputError(f"{path}: not a picture") from error
    except Exception as error:  # Pillow may raise any exception for a damaged file
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read as a picture ({reason})") from error


def fitted(path: str | Path, picture_shape: tuple[int, int, int]) -> Image.Image:
    """Rotate the picture, composite it on grey, convert it to 8-bit RGB or grey, crop and resize it."""
    height, width, channels = picture_shape
    # Open the file here: if Pillow opens an uncompressed TIFF by name, it maps the file and scrambles rotated pixels.
    with open(path, "rb") as file, Image.open(file, formats=FORMATS) as picture:
        if picture.mode in ("I", "F"):
            raise InputError(f"{path}: found pixels of 32 bits (mode {picture.mode}), expected 8 or 16 bits")
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
