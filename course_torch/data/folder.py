"""The user's own pictures: a folder for each class, in a folder for each part or not."""

import os
from pathlib import Path

import torch

from course_torch.data.data_set import DataSet
from course_torch.data.picture_files import Files, picture_set
from course_torch.data.source import Source
from course_torch.data.splitting import stratified_split
from course_torch.errors import InputError

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
PARTS = {"train": "train", "validation": "validation", "val": "validation", "valid": "validation", "test": "test"}
SHARES = (0.15, 0.15)
"""Of validation and test, where the folders do not say which picture belongs to which part."""


def load_folder(source: Source) -> DataSet:
    """root/CLASS/… drawn into parts by the source's seed, or root/{train, validation (or val, valid), test}/CLASS/….

    Classes are in alphabetical order; y = 1 for the second of two, n_y columns for more. Pictures may lie deeper in a
    class's folder; hidden files and other kinds of files are left out. Raises InputError for folders that make no set
    and for pictures that cannot be decoded.
    """
    root = source.folder("folder", "your pictures, with a folder for each class")
    named = folders_in(root)
    folders = {name.lower(): folder for name, folder in named.items()}
    if "train" in folders and folders_in(folders["train"]):
        if unknown := set(folders) - set(PARTS):
            raise InputError(f"{root}: found {min(unknown)} beside train, expected validation and test alone")
        if len({PARTS[name] for name in folders}) < len(named):
            raise InputError(f"{root}: found {', '.join(named)}, expected one folder for each part")
        found = {PARTS[name]: classes_in(folder) for name, folder in folders.items()}
        for part, classes in found.items():
            if list(classes) != list(found["train"]):
                raise InputError(
                    f"{root}: found the classes {', '.join(classes)} in {part}, "
                    f"expected those of train: {', '.join(found['train'])}"
                )
        parts = {part: numbered(classes) for part, classes in found.items()}
        class_names = tuple(found["train"])
    else:
        classes = classes_in(root)
        files = numbered(classes)
        rows = stratified_split(torch.tensor(files.classes), SHARES, source.seed)
        parts = {part: files.chosen(each) for part, each in zip(("train", "validation", "test"), rows, strict=True)}
        class_names = tuple(classes)
    return picture_set(parts, class_names, 3, source)


def classes_in(folder: Path) -> dict[str, list[str]]:
    """Class -> its pictures, both in order. Raises InputError for fewer than two, and for one without a picture."""
    classes = {name: pictures_in(each) for name, each in folders_in(folder).items()}
    if len(classes) < 2:
        found = f"one class, '{next(iter(classes))}'" if classes else "no folders"
        raise InputError(f"{folder}: found {found}, expected at least two, each with the pictures of a class")
    for name, pictures in classes.items():
        if not pictures:
            raise InputError(f"{folder / name}: found no picture, expected files that end in {', '.join(ENDINGS)}")
    return classes


def folders_in(folder: Path) -> dict[str, Path]:
    """Name -> folder in it, in alphabetical order, without hidden ones. Raises InputError where it is no folder."""
    try:
        return {each.name: each for each in sorted(folder.iterdir()) if each.is_dir() and is_shown(each.name)}
    except OSError as error:
        raise InputError(f"data.root: {folder} cannot be read as a folder ({error.strerror})") from error


def pictures_in(folder: Path) -> list[str]:
    """The pictures in the folder and in all below it, each folder once: a link that leads up again is not followed."""
    pictures = []
    seen = {*folder.resolve().parents, folder.parent.resolve()}
    for place, folders, names in os.walk(folder, followlinks=True, onerror=refuse):
        real = Path(place).resolve()
        folders[:] = [] if real in seen else sorted(filter(is_shown, folders))
        if real not in seen:
            paths = [os.path.join(place, name) for name in sorted(names) if is_picture(name)]
            pictures += [path for path in paths if os.path.isfile(path) or not os.path.exists(path)]
            seen.add(real)
    return pictures


def refuse(error: OSError) -> None:
    """What os.walk would leave out in silence."""
    raise InputError(f"{error.filename}: cannot be read as a folder ({error.strerror})") from error


def is_shown(name: str) -> bool:
    return not name.startswith(".")


def is_picture(name: str) -> bool:
    return is_shown(name) and name.lower().endswith(ENDINGS)


def numbered(classes: dict[str, list[str]]) -> Files:
    """All pictures, class after class."""
    pairs = [(path, number) for number, paths in enumerate(classes.values()) for path in paths]
    return Files([path for path, _ in pairs], [number for _, number in pairs])
