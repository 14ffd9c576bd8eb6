"""Cat or not: the pictures of the course's assignment, the photographs of CIFAR-10, and the Oxford-IIIT Pet set."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from course_torch.data.data_set import DataSet, label_columns, pictures_to_rows
from course_torch.data.picture_files import Files, picture_set
from course_torch.data.source import OFFER, Source, check_file, fetch_archive
from course_torch.data.split import Split, stratified_split
from course_torch.errors import InputError, check_regular

FILES = {"train": "train_catvnoncat.h5", "test": "test_catvnoncat.h5"}
"""The course's files. The package does not ship them, because they have no licence that allows it."""
EDITIONS = {
    "train": "fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
    "test": "6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
}
"""SHA-256 of the files of the 2017-18 edition. The published numbers were measured on these files."""
CIFAR10_CAT = 3
PETS_LISTS = {"train": "trainval.txt", "test": "test.txt"}
CIFAR10_VALIDATION, PETS_VALIDATION = 0.1, 0.15
"""The fraction of the training examples that a fixed seed draws for the validation split."""
SPLIT_SEED = 1


def load_cats(root: str | Path | None) -> DataSet:
    """Load 209 training and 50 test pictures of 64×64×3; y = 1 for a cat. As in the course, no validation split exists.

    The features are not centred, because the published numbers come from pictures / 255. Raises InputError if a file is
    missing, is damaged or has another format.
    """
    folder = Source(root).folder("cats", f"the course's files {', '.join(FILES.values())}")
    (train, shape), (test, test_shape) = (read_split(folder / file, split) for split, file in FILES.items())
    if shape != test_shape:
        raise InputError(f"{root}: found training pictures of {shape} and test pictures of {test_shape}")
    return DataSet(train=train, test=test, class_names=("no cat", "cat"), scale=255, picture_shape=shape)


def read_split(path: Path, split: str) -> tuple[Split, tuple[int, int, int]]:
    """Read X (m, n_x), Y (m, 1) and the picture shape from the file of a split."""
    import h5py

    if not path.is_file():
        raise InputError(f"{path}: no such file, expected the course's {FILES[split]}")
    keys = f"{split}_set_x", f"{split}_set_y"
    try:
        with h5py.File(path) as file:
            if any(key not in file for key in keys):
                raise InputError(f"{path}: found the keys {sorted(file)}, expected {', '.join(keys)}")
            pictures, label = (torch.from_numpy(file[key][()]) for key in keys)
    except InputError:
        raise
    except Exception as error:  # h5py and NumPy may raise any exception for a damaged file
        raise InputError(f"{path}: not a readable .h5 file ({error})") from error
    if pictures.ndim != 4 or pictures.dtype != torch.uint8 or label.shape != (len(pictures),):
        raise InputError(
            f"{path}: found {keys[0]} {tuple(pictures.shape)} of {pictures.dtype} and {keys[1]} {tuple(label.shape)}, "
            "expected pictures (m, height, width, 3) of uint8 and labels (m,)"
        )
    if not ((label == 0) | (label == 1)).all():
        raise InputError(f"{path}: found the labels {label.unique().tolist()[:5]} in {keys[1]}, expected 0 and 1")
    height, width, channels = pictures.shape[1:]
    # Some editions hold the labels as floating-point numbers.
    return Split(pictures_to_rows(pictures), label.to(torch.uint8).reshape(-1, 1)), (height, width, channels)


def load_cifar10_cats(source: Source) -> DataSet:
    """Load all cats of CIFAR-10 and as many other pictures, 32×32×3: 9,000 training, 1,000 validation, 2,000 test.

    Only a tenth of CIFAR-10 shows cats: on the whole set a network that always answers "no cat" would have an accuracy
    of 90 %. A fixed seed draws the other pictures and the validation split. The files are pickles: a file is unpickled
    only after its checksum is verified. Raises InputError if a file is missing or damaged.
    """
    from torchvision.datasets import CIFAR10

    root = source.folder("cifar10_cats", f"the unpacked {CIFAR10.filename}")
    remedy = f"unpack {CIFAR10.url} (MD5 {CIFAR10.tgz_md5}) in {root}"
    files = [*CIFAR10.train_list, *CIFAR10.test_list, (CIFAR10.meta["filename"], CIFAR10.meta["md5"])]

    def check_files() -> None:
        for file, md5 in files:
            check_file(root / CIFAR10.base_folder / file, md5, remedy)

    try:
        check_files()
    except InputError:
        if not source.download:
            raise
        fetch_archive(CIFAR10.url, CIFAR10.tgz_md5, root)
        check_files()
    train, test = (balanced(part.data, part.targets) for part in (CIFAR10(root, True), CIFAR10(root, False)))
    kept, held_out = stratified_split(train.Y[:, 0].long(), [CIFAR10_VALIDATION], SPLIT_SEED)
    return DataSet(
        train.rows(kept), ("no cat", "cat"), train.rows(held_out), test, 255, picture_shape=(32, 32, 3), centered=True
    )


def balanced(pictures: UInt8[np.ndarray, "m height width channels"], classes: list[int]) -> Split:
    """Select all cats and the same number of other pictures."""
    is_cat = torch.tensor(classes) == CIFAR10_CAT
    others = (~is_cat).nonzero()[:, 0]
    drawn = others[torch.randperm(len(others), generator=torch.Generator().manual_seed(SPLIT_SEED))[: is_cat.sum()]]
    rows = torch.cat([is_cat.nonzero()[:, 0], drawn]).sort().values
    return Split(pictures_to_rows(torch.from_numpy(pictures)[rows]), label_columns(is_cat[rows].long(), 2))


def load_pets(source: Source) -> DataSet:
    """Load 3,680 photographs for training and validation, split by a fixed seed, and 3,669 for the test.

    The photographs are those of the Oxford-IIIT Pet set; y = 1 for a dog, in two thirds of the pictures. Raises
    InputError if a list or a picture is missing or damaged, or if a download fails.
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
    lists = {split: listed_files(folder, name) for split, name in PETS_LISTS.items()}
    rows = stratified_split(torch.tensor(lists["train"].classes), [PETS_VALIDATION], SPLIT_SEED)
    train, validation = map(lists["train"].chosen, rows)
    return picture_set({"train": train, "validation": validation, "test": lists["test"]}, ("cat", "dog"), source)


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
        count = f"{len(missing)} of {len(files.paths)} pictures in {path} are missing"
        raise InputError(f"{missing[0]}: no such file ({count})")
    return files
