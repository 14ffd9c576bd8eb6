"""The user's own pictures: one folder for each class, optionally inside one folder for each split."""

import os
import re
import sys
from pathlib import Path

import torch

from course_torch.data.data_set import DataSet
from course_torch.data.picture_files import Files, picture_set
from course_torch.data.source import Source
from course_torch.data.splitting import stratified_split
from course_torch.errors import InputError
from course_torch.text import shown

ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
NO_PICTURE = f"found no picture, expected files that end in {', '.join(ENDINGS)}"
EXPLAINED = ".explained.png"
"""The ending of the figures that `course-torch predict --explain` draws."""
LOGS = "lightning_logs"
RUN = re.compile(r"version_\d+")
"""The folder of runs, and the name of a run in it."""
RESULTS = ("explained", "exported")
OWN_FOLDERS = (LOGS, *RESULTS)
"""Folders into which the commands write, unless they are told otherwise."""
SPLITS = {"train": "train", "validation": "validation", "val": "validation", "valid": "validation", "test": "test"}
FRACTIONS = (0.15, 0.15)
"""Fractions of the validation and test splits, if the folders do not name the splits."""


def load_folder(source: Source) -> DataSet:
    """Load root/{train, validation (or val, valid), test}/CLASS/…, or split root/CLASS/… by the source's seed.

    Classes are in alphabetical order. Y has one 0/1 column for two classes and one-hot columns for more. Subfolders of
    a class are searched too. Hidden files, files that are no pictures, and what this project wrote (runs in LOGS,
    EXPLAINED, OWN_FOLDERS without other pictures) are ignored. Raises InputError if the folders form no data set or if
    a picture cannot be decoded.
    """
    root = source.folder("folder", "your pictures, with a folder for each class")
    named = folders_in(root)
    folders = {name.lower(): folder for name, folder in named.items()}
    if "train" in folders and folders_in(folders["train"]):
        if unknown := set(folders) - set(SPLITS):
            raise InputError(f"{root}: found the folder {min(unknown)} beside train, expected only validation and test")
        if len({SPLITS[name] for name in folders}) < len(named):
            raise InputError(f"{root}: found {', '.join(named)}, expected one folder for each split")
        found = {SPLITS[name]: classes_in(folder) for name, folder in folders.items()}
        for split, classes in found.items():
            if list(classes) != list(found["train"]):
                raise InputError(
                    f"{root}: found the classes {', '.join(classes)} in {split}, "
                    f"expected the classes of train: {', '.join(found['train'])}"
                )
        splits = {split: numbered(classes) for split, classes in found.items()}
        class_names = tuple(found["train"])
    else:
        classes = classes_in(root)
        files = numbered(classes)
        rows = stratified_split(torch.tensor(files.classes), FRACTIONS, source.seed)
        splits = {split: files.chosen(each) for split, each in zip(("train", "validation", "test"), rows, strict=True)}
        class_names = tuple(classes)
    return picture_set(splits, class_names, 3, source)


def classes_in(folder: Path) -> dict[str, list[str]]:
    """Return class name -> sorted pictures. A line on stderr names a folder of RESULTS that might be an empty class.

    Raises InputError for fewer than two classes and for an empty class.
    """
    classes = {name: pictures_in(each) for name, each in folders_in(folder).items()}
    for name in RESULTS:
        if name not in classes and (folder / name).is_dir():
            print(f"left out: {shown(folder / name)}: {NO_PICTURE}", file=sys.stderr)
    if len(classes) < 2:
        found = f"one class, '{next(iter(classes))}'" if classes else "no folders"
        raise InputError(f"{folder}: found {found}, expected at least two folders, one for each class")
    for name, pictures in classes.items():
        if not pictures:
            raise InputError(f"{folder / name}: {NO_PICTURE}")
    return classes


def folders_in(folder: Path) -> dict[str, Path]:
    """Return name -> subfolder, sorted, without hidden folders, and without OWN_FOLDERS that hold no picture.

    Raises InputError if the folder cannot be read.
    """
    try:
        found = [each for each in sorted(folder.iterdir()) if each.is_dir() and is_shown(each.name)]
    except OSError as error:
        raise InputError(f"data.root: {folder} cannot be read as a folder ({error.strerror})") from error
    return {each.name: each for each in found if each.name not in OWN_FOLDERS or pictures_in(each)}


def pictures_in(folder: Path) -> list[str]:
    """Find all pictures below the folder that this project did not write.

    Each folder is visited once, so circular links are not followed.
    """
    pictures = []
    seen = {*folder.resolve().parents, Path(os.path.abspath(folder)).parent.resolve()}
    for place, folders, names in os.walk(folder, followlinks=True, onerror=reject):
        real = Path(place).resolve()
        shown = sorted(name for name in folders if is_shown(name) and not is_run(place, name))
        folders[:] = [] if real in seen else shown
        if real not in seen:
            paths = [os.path.join(place, name) for name in sorted(names) if is_picture(name)]
            pictures += [path for path in paths if os.path.isfile(path) or not os.path.exists(path)]
            seen.add(real)
    return pictures


def reject(error: OSError) -> None:
    """Raise InputError for a folder that cannot be read; os.walk would skip the folder silently."""
    raise InputError(f"{error.filename}: cannot be read as a folder ({error.strerror})") from error


def is_shown(name: str) -> bool:
    return not name.startswith(".")


def is_run(place: str, name: str) -> bool:
    """Whether the subfolder `name` of the folder `place` is a run of train.py."""
    return os.path.basename(place) == LOGS and RUN.fullmatch(name) is not None


def is_picture(name: str) -> bool:
    return is_shown(name) and name.lower().endswith(ENDINGS) and not name.endswith(EXPLAINED)


def numbered(classes: dict[str, list[str]]) -> Files:
    """Join the pictures of all classes, with the number of each picture's class."""
    pairs = [(path, number) for number, paths in enumerate(classes.values()) for path in paths]
    return Files([path for path, _ in pairs], [number for _, number in pairs])
