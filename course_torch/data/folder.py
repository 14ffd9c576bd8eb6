"""The user's own pictures: a data set of one folder for each class, and the pictures that `predict` is given."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import UInt8
from torch import Tensor

from course_torch.data.data_set import DataSet
from course_torch.data.picture_files import SKIPPED, Files, decode_all, picture_set
from course_torch.data.source import Source
from course_torch.data.split import stratified_split
from course_torch.errors import InputError
from course_torch.language import Text
from course_torch.text import shown

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
NO_PICTURE = Text(
    f"{{folder}}: found no picture, expected files that end in {', '.join(ENDINGS)}",
    f"{{folder}}：没有图片，文件应以 {'、'.join(ENDINGS)} 结尾",
)
PICTURES = Text("the folder of your pictures, with a folder for each class", "你的图片所在的文件夹，每个类别一个文件夹")
LOGS = "lightning_logs"  # the folder of runs
SPLITS = {"train": "train", "validation": "validation", "val": "validation", "valid": "validation", "test": "test"}
FRACTIONS = (0.15, 0.15)  # fractions of the validation and test splits, if the folders do not name the splits


def load_folder(source: Source) -> DataSet:
    """Load root/{train, validation (or val, valid), test}/CLASS/…, or split root/CLASS/… by the source's seed.

    Classes are in alphabetical order. Y has one 0/1 column for two classes and one-hot columns for more. Subfolders of
    a class are searched too. Hidden files, files that are no pictures, and the folder LOGS are ignored. Raises
    InputError if the folders form no data set or if a picture cannot be decoded.
    """
    root = source.path(PICTURES)
    named = folders_in(root)
    folders = {SPLITS.get(name.lower(), name): folder for name, folder in named.items()}
    if "train" in folders and folders_in(folders["train"]):
        if len(folders) < len(named) or not folders.keys() <= set(SPLITS.values()):
            raise InputError(
                f"{root}: found {', '.join(named)}, expected one folder for each split: train, validation and test",
                f"{root}：得到 {'、'.join(named)}，每个划分应为一个文件夹：train、validation 和 test",
            )
        found = {split: classes_in(folder) for split, folder in folders.items()}
        class_names = tuple(found["train"])
        for split, classes in found.items():
            if tuple(classes) != class_names:
                raise InputError(
                    f"{root}: found the classes {', '.join(classes)} in {split}, "
                    f"expected the classes of train: {', '.join(class_names)}",
                    f"{root}：{split} 里的类别是 {'、'.join(classes)}，应与 train 的类别相同：{'、'.join(class_names)}",
                )
        splits = {split: numbered(classes) for split, classes in found.items()}
    else:
        classes = classes_in(root)
        class_names, files = tuple(classes), numbered(classes)
        rows = stratified_split(torch.tensor(files.classes), FRACTIONS, source.seed)
        splits = dict(zip(("train", "validation", "test"), map(files.chosen, rows), strict=True))
    return picture_set(splits, class_names, source)


def classes_in(folder: Path) -> dict[str, list[str]]:
    """Return class -> sorted pictures. Raises InputError for fewer than two classes and for an empty class."""
    classes = {name: pictures_in(subfolder) for name, subfolder in folders_in(folder).items()}
    if len(classes) < 2:
        raise InputError(
            f"{folder}: found {', '.join(classes) or 'no folders'}, expected at least two folders, one for each class",
            f"{folder}：得到 {'、'.join(classes) or '0 个文件夹'}，应至少有两个文件夹，每个类别一个",
        )
    for name, pictures in classes.items():
        if not pictures:
            raise InputError(NO_PICTURE.fill(folder=folder / name))
    return classes


def folders_in(folder: Path) -> dict[str, Path]:
    """Return name -> subfolder, sorted, without hidden folders and LOGS."""
    _, names, _ = next(os.walk(folder, onerror=reject))
    return {name: folder / name for name in sorted(names) if is_shown(name)}


def pictures_in(folder: Path) -> list[str]:
    """Find all pictures below the folder, without those of a run. Links to subfolders are not followed."""
    pictures = []
    for place, folders, names in os.walk(folder, onerror=reject):
        folders[:] = sorted(filter(is_shown, folders))
        pictures += [os.path.join(place, name) for name in sorted(names) if is_picture(name)]
    return pictures


def reject(error: OSError) -> None:
    """Raise InputError for a folder that cannot be read; os.walk would skip the folder silently."""
    raise InputError(
        f"{error.filename}: cannot be read as a folder ({error.strerror})",
        f"{error.filename}：无法作为文件夹读取（{error.strerror}）",
    ) from error


def is_shown(name: str) -> bool:
    return not name.startswith(".") and name != LOGS


def is_picture(name: str) -> bool:
    return is_shown(name) and name.lower().endswith(ENDINGS)


def numbered(classes: dict[str, list[str]]) -> Files:
    pairs = [(path, number) for number, paths in enumerate(classes.values()) for path in paths]
    return Files([path for path, _ in pairs], [number for _, number in pairs])


class NamedPicture(NamedTuple):
    """A picture file, and the folder that the user named, or None if the user named the file itself."""

    path: str
    folder: str | None

    def true_class(self, class_names: Sequence[str]) -> str | None:
        """The class that a folder around the picture names: FOLDER/CLASS/…, FOLDER/test/CLASS/… or CLASS/…, or None."""
        if self.folder is None:
            return None
        folder = Path(os.path.abspath(self.folder))
        inside = Path(os.path.abspath(self.path)).relative_to(folder).parts[:-1]
        return next((name for name in (*inside, folder.name) if name in class_names), None)


def named_pictures(paths: Iterable[str]) -> list[NamedPicture]:
    """Replace each folder by all pictures below it. Raises InputError for a folder without a picture."""
    named = []
    for path in paths:
        if not os.path.isdir(path):
            named.append(NamedPicture(path, None))
        elif pictures := pictures_in(Path(path)):
            named += [NamedPicture(picture, path) for picture in pictures]
        else:
            raise InputError(NO_PICTURE.fill(folder=path))
    return named


def decode_named(
    named: Sequence[NamedPicture], picture_shape: tuple[int, int, int]
) -> tuple[list[NamedPicture], UInt8[Tensor, "m height width channels"]]:
    """Decode pictures. A line on stderr counts damaged ones of folders; one that is named itself raises InputError."""
    pictures, errors = decode_all([picture.path for picture in named], picture_shape)
    for number, error in errors.items():
        if named[number].folder is None:
            raise InputError(error)
    right = [number for number in range(len(named)) if number not in errors]
    if errors:
        skipped = SKIPPED.fill(wrong=len(errors), n=len(named), first=next(iter(errors.values())))
        if not right:
            raise InputError(skipped)
        print(f"skipped: {shown(skipped.en)}", file=sys.stderr)
    return [named[number] for number in right], pictures[right]
