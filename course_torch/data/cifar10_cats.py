"""Cat or not, the course's question, on the photographs of CIFAR-10."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from course_torch.data.data_set import DataSet, label_columns, pictures_to_rows
from course_torch.data.downloads import check_file, fetch_archive
from course_torch.data.source import Source
from course_torch.data.split import Split
from course_torch.data.splitting import stratified_split
from course_torch.errors import InputError

CAT = 3
VALIDATION_FRACTION = 0.1
SPLIT_SEED = 1


def load_cifar10_cats(source: Source) -> DataSet:
    """Load all cats of CIFAR-10 and as many other pictures, 32×32×3: 9,000 training, 1,000 validation, 2,000 test.

    Only a tenth of CIFAR-10 shows cats: on the whole set a network that always answers "no cat" would have an accuracy
    of 90 %. A fixed seed draws the other pictures and the validation split. The files are pickles: a file is unpickled
    only after its checksum is verified. Raises InputError if a file is missing or damaged.
    """
    from torchvision.datasets import CIFAR10

    root = source.folder("cifar10_cats", f"the unpacked {CIFAR10.filename}")
    folder, remedy = root / CIFAR10.base_folder, f"unpack {CIFAR10.url} (MD5 {CIFAR10.tgz_md5}) in {root}"
    try:
        check_files(folder, remedy)
    except InputError:
        if not source.download:
            raise
        fetch_archive(CIFAR10.url, CIFAR10.tgz_md5, root)
        check_files(folder, remedy)
    train, test = (balanced(each.data, each.targets) for each in (CIFAR10(root, train) for train in (True, False)))
    kept, held_out = stratified_split(train.Y[:, 0].long(), [VALIDATION_FRACTION], SPLIT_SEED)
    return DataSet(
        train=Split(train.X[kept], train.Y[kept]),
        validation=Split(train.X[held_out], train.Y[held_out]),
        test=test,
        class_names=("no cat", "cat"),
        scale=255,
        picture_shape=(32, 32, 3),
        centered=True,
    )


def check_files(folder: Path, remedy: str) -> None:
    """Raise InputError if a file of the set is missing or damaged."""
    from torchvision.datasets import CIFAR10

    for file, md5 in [*CIFAR10.train_list, *CIFAR10.test_list, (CIFAR10.meta["filename"], CIFAR10.meta["md5"])]:
        check_file(folder / file, md5, remedy)


def balanced(pictures: UInt8[np.ndarray, "m height width channels"], classes: list[int]) -> Split:
    """Select all cats and the same number of other pictures."""
    is_cat = torch.tensor(classes) == CAT
    others = (~is_cat).nonzero()[:, 0]
    drawn = others[torch.randperm(len(others), generator=torch.Generator().manual_seed(SPLIT_SEED))[: is_cat.sum()]]
    rows = torch.cat([is_cat.nonzero()[:, 0], drawn]).sort().values
    return Split(pictures_to_rows(torch.from_numpy(pictures)[rows]), label_columns(is_cat[rows].long(), 2))
