"""CIFAR-10's small photographs as the course's question: cat or not."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from course_torch.data.data_set import DataSet, Part, label_columns, pictures_to_rows
from course_torch.data.downloads import check_file, fetch_archive
from course_torch.data.source import Source
from course_torch.data.splitting import stratified_split
from course_torch.errors import InputError

CAT = 3
VALIDATION_SHARE = 0.1
SPLIT_SEED = 1


def load_cifar10_cats(source: Source) -> DataSet:
    """All cats of CIFAR-10 and as many other pictures, 32×32×3: 9,000 for training, 1,000 for validation, 2,000 test.

    One picture of CIFAR-10 in ten is a cat: left so, a network that always says "no cat" would be right nine times in
    ten. The others are drawn, and the validation part is held out, by a fixed seed. Raises InputError for files that
    are missing or damaged (they are pickles, and none is opened before its checksum is right).
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
    train, test = (halves(part.data, part.targets) for part in (CIFAR10(root, train) for train in (True, False)))
    kept, held_out = stratified_split(train.Y[:, 0].long(), [VALIDATION_SHARE], SPLIT_SEED)
    return DataSet(
        train=Part(train.X[kept], train.Y[kept]),
        validation=Part(train.X[held_out], train.Y[held_out]),
        test=test,
        class_names=("no cat", "cat"),
        scale=255,
        picture_shape=(32, 32, 3),
        centered=True,
    )


def check_files(folder: Path, remedy: str) -> None:
    """Refuse a file of the set that is missing or damaged. Raises InputError."""
    from torchvision.datasets import CIFAR10

    for file, md5 in [*CIFAR10.train_list, *CIFAR10.test_list, (CIFAR10.meta["filename"], CIFAR10.meta["md5"])]:
        check_file(folder / file, md5, remedy)


def halves(pictures: UInt8[np.ndarray, "m height width channels"], classes: list[int]) -> Part:
    """All cats and as many of the others."""
    is_cat = torch.tensor(classes) == CAT
    others = (~is_cat).nonzero()[:, 0]
    drawn = others[torch.randperm(len(others), generator=torch.Generator().manual_seed(SPLIT_SEED))[: is_cat.sum()]]
    rows = torch.cat([is_cat.nonzero()[:, 0], drawn]).sort().values
    return Part(pictures_to_rows(torch.from_numpy(pictures)[rows]), label_columns(is_cat[rows].long(), 2))
