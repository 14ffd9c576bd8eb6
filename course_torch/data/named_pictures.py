"""The pictures that a user names: files, and all pictures in folders."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import UInt8
from torch import Tensor

from course_torch.data.decoding import decode
from course_torch.data.folder import NO_PICTURE, pictures_in
from course_torch.errors import InputError
from course_torch.text import shown


class NamedPicture(NamedTuple):
    """A picture file, and the folder that the user named, or None if the user named the file itself."""

    path: str
    folder: str | None

    def true_class(self, class_names: Sequence[str]) -> str | None:
        """Return the class that a folder around the picture names: FOLDER/CLASS/…, FOLDER/test/CLASS/… or CLASS/….

        Returns None if no such folder has the name of a class.
        """
        if self.folder is None:
            return None
        folder = Path(os.path.abspath(self.folder))
        inside = Path(os.path.abspath(self.path)).relative_to(folder).parts[:-1]
        return next((name for name in (*inside, folder.name) if name in class_names), None)


def named_pictures(paths: Iterable[str]) -> list[NamedPicture]:
    """Replace each folder by all pictures below it, as the data set `folder` finds them.

    Raises InputError for a folder that has no picture or cannot be read.
    """
    named = []
    for path in paths:
        if not os.path.isdir(path):
            named.append(NamedPicture(path, None))
        elif pictures := pictures_in(Path(path)):
            named += [NamedPicture(picture, path) for picture in pictures]
        else:
            raise InputError(f"{path}: {NO_PICTURE}")
    return named


def decode_named(
    named: Iterable[NamedPicture], picture_shape: tuple[int, int, int]
) -> tuple[list[NamedPicture], UInt8[Tensor, "m height width channels"]]:
    """Decode the pictures. A line on stderr says which pictures of folders were skipped, because they are damaged.

    Returns the decoded pictures' names and pixels. Raises InputError if a picture that the user named itself cannot be
    decoded, or if no picture of the folders can.
    """
    decoded, pixels, errors = [], [], []
    for each in named:
        try:
            pixels.append(decode(each.path, picture_shape))
            decoded.append(each)
        except InputError as error:
            if each.folder is None:
                raise
            errors.append(str(error))
    if errors:
        skipped = f"{len(errors)} of {len(errors) + len(decoded)} pictures cannot be used, the first: {errors[0]}"
        if not decoded:
            raise InputError(skipped)
        print(f"skipped: {shown(skipped)}", file=sys.stderr)
    return decoded, torch.stack(pixels)
