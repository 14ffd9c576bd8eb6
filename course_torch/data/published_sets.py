"""Published pictures: the cats of the course's assignment, of CIFAR-10 and of the Oxford-IIIT Pet set, and MNIST."""

import gzip
import zlib
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8

from course_torch.data.data_set import DataSet, label_columns, pictures_to_rows
from course_torch.data.picture_files import Files, picture_set
from course_torch.data.source import (
    BROKEN,
    DAMAGED,
    MISSING,
    OFFER,
    Source,
    check_file,
    fetch_archive,
    fetch_file,
    md5_of,
)
from course_torch.data.split import Split, stratified_split
from course_torch.errors import InputError, check_regular, unreadable
from course_torch.language import Text

FILES = {"train": "train_catvnoncat.h5", "test": "test_catvnoncat.h5"}
"""The course's files. The package does not ship them, because they have no licence that allows it."""
EDITIONS = {  # SHA-256 of the edition of 2017-18, on which the published numbers were measured
    "train": "fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
    "test": "6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
}
CIFAR10_CAT = 3
PETS_LISTS = {"train": "trainval.txt", "test": "test.txt"}
CIFAR10_VALIDATION, PETS_VALIDATION = 0.1, 0.15  # fraction of the training examples, drawn by a fixed seed
SPLIT_SEED = 1

MNIST_SIDE = 28
VALIDATION_EXAMPLES = 5000  # number of the training examples of MNIST and of Fashion-MNIST that the same seed draws
CHECKSUMS = {  # MD5 of the unpacked files: some distributors compress them again
    "FashionMNIST": {
        "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
        "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
        "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
    },
    "MNIST": {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    },
}


def load_cats(root: str | Path | None) -> DataSet:
    """Load 209 training and 50 test pictures of 64×64×3; y = 1 for a cat. The published numbers come from X / 255."""
    names = ", ".join(FILES.values())
    folder = Source(root).folder("cats", Text(f"the course's files {names}", f"课程的文件 {names}"))
    (train, shape), (test, test_shape) = (read_split(folder / file, split) for split, file in FILES.items())
    if shape != test_shape:
        raise InputError(
            f"{root}: found training pictures of {shape} and test pictures of {test_shape}",
            f"{root}：训练图片是 {shape}，而测试图片是 {test_shape}",
        )
    return DataSet(train=train, test=test, class_names=("no cat", "cat"), scale=255, picture_shape=shape)


def read_split(path: Path, split: str) -> tuple[Split, tuple[int, int, int]]:
    """Read X (m, n_x), Y (m, 1) and the picture shape from the file of a split."""
    import h5py

    if not path.is_file():
        raise InputError(
            f"{path}: no such file, expected the course's {FILES[split]}",
            f"{path}：没有这个文件，应为课程的 {FILES[split]}",
        )
    keys = f"{split}_set_x", f"{split}_set_y"
    try:
        with h5py.File(path) as file:
            if any(key not in file for key in keys):
                raise InputError(
                    f"{path}: found the keys {sorted(file)}, expected {', '.join(keys)}",
                    f"{path}：有键 {sorted(file)}，应为 {'、'.join(keys)}",
                )
            pictures, label = (torch.from_numpy(file[key][()]) for key in keys)
    except InputError:
        raise
    except Exception as error:  # h5py and NumPy may raise any exception for a damaged file
        raise InputError(
            f"{path}: not a readable .h5 file ({error})", f"{path}：不是可以读取的 .h5 文件（{error}）"
        ) from error
    if pictures.ndim != 4 or pictures.dtype != torch.uint8 or label.shape != (len(pictures),):
        raise InputError(
            f"{path}: found {keys[0]} {tuple(pictures.shape)} of {pictures.dtype} and {keys[1]} {tuple(label.shape)}, "
            "expected pictures (m, height, width, 3) of uint8 and labels (m,)",
            f"{path}：{keys[0]} 是 {tuple(pictures.shape)}（{pictures.dtype}），{keys[1]} 是 {tuple(label.shape)}，"
            "应为 uint8 的图片 (m, height, width, 3) 和标签 (m,)",
        )
    if not ((label == 0) | (label == 1)).all():
        raise InputError(
            f"{path}: found the labels {label.unique().tolist()[:5]} in {keys[1]}, expected 0 and 1",
            f"{path}：{keys[1]} 里有标签 {label.unique().tolist()[:5]}，应为 0 和 1",
        )
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

    root = source.folder("cifar10_cats", Text(f"the unpacked {CIFAR10.filename}", f"解压后的 {CIFAR10.filename}"))
    archive = f"{CIFAR10.url} (MD5 {CIFAR10.tgz_md5})"
    remedy = Text(f"unpack {archive} in {root}", f"请把 {archive} 解压到 {root}")
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
    is_cat = torch.tensor(classes) == CIFAR10_CAT
    others = (~is_cat).nonzero()[:, 0]
    drawn = others[torch.randperm(len(others), generator=torch.Generator().manual_seed(SPLIT_SEED))[: is_cat.sum()]]
    rows = torch.cat([is_cat.nonzero()[:, 0], drawn]).sort().values
    return Split(pictures_to_rows(torch.from_numpy(pictures)[rows]), label_columns(is_cat[rows].long(), 2))


def load_pets(source: Source) -> DataSet:
    """Load 3,680 photographs for training and validation, split by a fixed seed, 3,669 for the test; y = 1: a dog."""
    from torchvision.datasets import OxfordIIITPet

    content = Text(
        "oxford-iiit-pet, with its folders images and annotations", "oxford-iiit-pet（其中有 images 和 annotations）"
    )
    folder = source.folder("pets", content) / "oxford-iiit-pet"
    archives = OxfordIIITPet._RESOURCES
    try:
        return read_pets(folder, source)
    except InputError as error:
        if not source.download:
            named = [f"{url} (MD5 {md5})" for url, md5 in archives]
            raise InputError(
                f"{error}; unpack {' and '.join(named)} in {folder}, {OFFER.en}",
                f"{error.text.zh}；请把 {' 和 '.join(named)} 解压到 {folder}，{OFFER.zh}",
            ) from error
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
        raise unreadable(path, error) from error
    except (ValueError, IndexError) as error:
        raise InputError(
            f"{path}: damaged, expected lines of the form: name breed species number",
            f"{path}：已损坏，每行应为：name breed species number",
        ) from error
    if set(files.classes) != {0, 1}:
        raise InputError(
            f"{path}: damaged, expected cats (species 1) and dogs (species 2) only",
            f"{path}：已损坏，应当只有猫（species 1）和狗（species 2）",
        )
    missing = [picture for picture in files.paths if not Path(picture).exists()]
    if missing:
        raise InputError(
            f"{missing[0]}: no such file ({len(missing)} of {len(files.paths)} pictures in {path} are missing)",
            f"{missing[0]}：没有这个文件（{path} 里的 {len(files.paths)} 张图片缺少 {len(missing)} 张）",
        )
    return files


def load_published(name: str, published: str, source: Source) -> DataSet:
    """Load 55,000 examples for training, 5,000 for validation (by a fixed seed) and 10,000 for the test, .gz or not."""
    from torchvision import datasets

    files = ", ".join(f"{file}.gz" for file in CHECKSUMS[published])
    root = source.folder(name, Text(f"its files {files}", f"它的文件 {files}"))
    contents = [bytearray(content_of(file, published, root, source.download)) for file in CHECKSUMS[published]]
    X, Y, X_test, Y_test = (
        torch.frombuffer(content, dtype=torch.uint8, offset=offset)
        for content, offset in zip(contents, (16, 8, 16, 8), strict=True)  # the offsets skip the headers
    )
    train, test = (
        Split(pixels.reshape(-1, MNIST_SIDE * MNIST_SIDE), label_columns(classes.long(), 10))
        for pixels, classes in ((X, Y), (X_test, Y_test))
    )
    order = torch.randperm(train.m, generator=torch.Generator().manual_seed(SPLIT_SEED))
    kept, held_out = train.rows(order[VALIDATION_EXAMPLES:]), train.rows(order[:VALIDATION_EXAMPLES])
    names = tuple(label.split(" - ")[0] for label in getattr(datasets, published).classes)  # a digit is "7 - seven"
    shape = (MNIST_SIDE, MNIST_SIDE, 1)
    return DataSet(kept, names, held_out, test, scale=255, picture_shape=shape, centered=True)


def content_of(file: str, published: str, root: Path, download: bool) -> bytes:
    """The unpacked content of a file, downloaded if it is missing or damaged and may be. Raises InputError."""
    from torchvision import datasets

    data_set, md5 = getattr(datasets, published), CHECKSUMS[published][file]
    raw = root / published / "raw"
    urls = [f"{mirror}{file}.gz" for mirror in data_set.mirrors]
    places = [folder / (file + ending) for folder in (root, raw) for ending in (".gz", "")]
    try:
        return first_intact(places, md5, urls[0])
    except InputError:
        if not download:
            raise
    fetch_file(urls, dict(data_set.resources)[f"{file}.gz"], raw)
    return first_intact([raw / f"{file}.gz"], md5, urls[0])


def first_intact(places: list[Path], md5: str, url: str) -> bytes:
    """Return the unpacked content of the first file with this MD5. Raises InputError if no file has it."""
    complaints = []
    for path in places:
        check_regular(path)
        if not path.exists():
            continue
        try:
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        except (OSError, EOFError, zlib.error) as error:
            complaints.append(BROKEN.fill(path=path, error=error, md5=md5))
            continue
        if md5_of(content) == md5:
            return content
        complaints.append(DAMAGED.fill(path=path, found=md5_of(content), md5=md5))
    complaint = next(iter(complaints), MISSING.fill(path=places[0], md5=md5))
    raise InputError(
        f"{complaint.en} (unpacked); put {url} there, {OFFER.en}",
        f"{complaint.zh}（解压后）；请把 {url} 放在那里，{OFFER.zh}",
    )
