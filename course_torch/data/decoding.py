"""A picture file of any size, mode and orientation -> numbers in one shape."""

import warnings
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from course_torch.errors import InputError

BACKGROUND = (128, 128, 128)
"""What shows where a picture is transparent: the grey of the pictures that ship with the package."""


def decode(path: str | Path, picture_shape: tuple[int, int, int]) -> UInt8[Tensor, "height width channels"]:
    """The picture in `picture_shape` (height, width, channels): 3 channels in colour, or 1 in grey, from 0 to 255.

    It is turned upright as its EXIF orientation says, laid on grey where it is transparent, cut to its largest centred
    rectangle of the shape's proportions and resized; of an animation it is the first frame. Raises InputError for a
    file that is no picture, is damaged, cannot be read, is too large, or whose pixels have no known range.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow remarks on odd metadata that do not touch the pixels
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return torch.from_numpy(np.array(fitted(path, picture_shape))).reshape(picture_shape)
    except InputError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise InputError(f"{path}: too large a picture, expected at most {Image.MAX_IMAGE_PIXELS} pixels") from error
    except UnidentifiedImageError as error:
        raise InputError(f"{path}: not a picture") from error
    except Exception as error:  # Pillow's readers raise whatever they stumble over in a damaged file
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read as a picture ({reason})") from error


def fitted(path: str | Path, picture_shape: tuple[int, int, int]) -> Image.Image:
    """The picture upright, opaque, in RGB or grey of 8 bits, cut and resized."""
    height, width, channels = picture_shape
    # Pillow maps an uncompressed TIFF that it opens by its name, and then scrambles one that lies on its side.
    with open(path, "rb") as file, Image.open(file) as picture:
        if picture.mode in ("I", "F"):
            raise InputError(f"{path}: found pixels of 32 bits (mode {picture.mode}), expected 8 or 16 bits")
        side = 2 * max(height, width)
        picture.draft(None, (side, side))  # a large JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(picture)
    opaque = on_background(in_8_bits(upright)).convert("RGB" if channels == 3 else "L")
    return ImageOps.fit(opaque, (width, height))


def in_8_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits scaled so that 65535 becomes 255; any other picture as it is."""
    if not picture.mode.startswith("I;16"):
        return picture
    values = np.asarray(picture).astype(np.uint32)
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def on_background(picture: Image.Image) -> Image.Image:
    """The picture laid on BACKGROUND, if any of it may be transparent."""
    if not picture.has_transparency_data:
        return picture
    ground = Image.new("RGBA", picture.size, (*BACKGROUND, 255))
    return Image.alpha_composite(ground, picture.convert("RGBA"))
