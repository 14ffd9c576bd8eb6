"""The course's cat pictures, from the two .h5 files of its assignment.

The package does not ship the files, because they have no licence that allows it.
"""

from pathlib import Path

import torch

from course_torch.data.data_set import DataSet, pictures_to_rows
from course_torch.data.split import Split
from course_torch.errors import InputError

FILES = {"train": "train_catvnoncat.h5", "test": "test_catvnoncat.h5"}

EDITIONS = {
    "train": "fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
    "test": "6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
}
"""SHA-256 of the files of the 2017-18 edition. The published numbers were measured on these files."""


def load_cats(root: str | Path | None) -> DataSet:
    """Load 209 training and 50 test pictures of 64×64×3; y = 1 for a cat. As in the course, no validation split exists.

    The features are not centred, because the published numbers come from pictures / 255. Raises InputError if a file is
    missing, is damaged or has another format.
    """
    if root is None:
        raise InputError(
            f"data.root: the set 'cats' needs the folder of the course's files {', '.join(FILES.values())}"
        )
    splits = {split: read_split(Path(root) / file, split) for split, file in FILES.items()}
    (train, picture_shape), (test, test_shape) = splits["train"], splits["test"]
    if picture_shape != test_shape:
        raise InputError(f"{root}: found training pictures of {picture_shape} and test pictures of {test_shape}")
    return DataSet(train=train, test=test, class_names=("no cat", "cat"), scale=255, picture_shape=picture_shape)


def read_split(path: Path, split: str) -> tuple[Split, tuple[int, int, int]]:
    """Read X (m, n_x), Y (m, 1) and the picture shape from the file of a split."""
    import h5py

    if not path.is_file():
        raise InputError(f"{path}: no such file, expected the course's {FILES[split]}")
    keys = f"{split}_set_x", f"{split}_set_y"
    try:
        with h5py.File(path) as file:
            missing = [key for key in keys if key not in file]
            if missing:
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
