"""Cat or dog, on the photographs of the Oxford-IIIT Pet set."""

from pathlib import Path

import torch

from course_torch.data.data_set import DataSet
from course_torch.data.downloads import OFFER, fetch_archive
from course_torch.data.picture_files import Files, picture_set
from course_torch.data.source import Source
from course_torch.data.splitting import stratified_split
from course_torch.errors import InputError, check_regular

LISTS = {"train": "trainval.txt", "test": "test.txt"}
VALIDATION_FRACTION = 0.15
SPLIT_SEED = 1


def load_pets(source: Source) -> DataSet:
    """Load 3,680 photographs for training and validation, split by a fixed seed, and 3,669 for the test.

    y = 1 for a dog, in two thirds of the pictures. Raises InputError if a list or a picture is missing or damaged, or
    if a download fails.
    """
    from torchvision.datasets import OxfordIIITPet

    folder = source.folder("pets", "oxford-iiit-pet, with its folders images and annotations") / "oxford-iiit-pet"
    archives = OxfordIIITPet._RESOURCES
    try:
        return read_pets(folder, source)
    except InputError as error:
        if not source.download:
            named = " and ".join(f"{url} (MD5 {md5})" for url, md5 in archives)
            raise InputError(f"{error}; unpack {named} in {folder}, {OFFER}") from error
    for url, md5 in archives:
        fetch_archive(url, md5, folder)
    return read_pets(folder, source)


def read_pets(folder: Path, source: Source) -> DataSet:
    """Read the set from the unpacked archives. Raises InputError if something is missing or damaged."""
    lists = {split: listed_files(folder, name) for split, name in LISTS.items()}
    rows = stratified_split(torch.tensor(lists["train"].classes), [VALIDATION_FRACTION], SPLIT_SEED)
    train, validation = (lists["train"].chosen(each) for each in rows)
    return picture_set({"train": train, "validation": validation, "test": lists["test"]}, ("cat", "dog"), 3, source)


def listed_files(folder: Path, name: str) -> Files:
    """Read a list of pictures with their classes, 0 for a cat and 1 for a dog. Raises InputError on failure."""
    path = folder / "annotations" / name
    check_regular(path)
    try:
        rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
        files = Files([str(folder / "images" / f"{row[0]}.jpg") for row in rows], [int(row[2]) - 1 for row in rows])
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, IndexError) as error:
        raise InputError(f"{path}: damaged, expected lines of the form: name breed species number") from error
    if set(files.classes) != {0, 1}:
        raise InputError(f"{path}: damaged, expected cats (species 1) and dogs (species 2) only")
    missing = [picture for picture in files.paths if not Path(picture).exists()]
    if missing:
        raise InputError(
            f"{missing[0]}: no such file ({len(missing)} of {len(files.paths)} pictures in {path} are missing)"
        )
    return files
