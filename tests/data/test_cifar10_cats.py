"""Cat or not, from small files in the format of CIFAR-10."""

import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10

from course_torch.data.downloads import md5_of
from course_torch.data.source import Source
from course_torch.data.table import load_data_set
from course_torch.errors import InputError

FOLDER = "cifar-10-batches-py"
EACH = 10
"""Number of pictures of each of the ten classes in each of the six files."""


def contents() -> dict[str, bytes]:
    """Small files: the red plane holds the class, the green plane the number of the file, 32×32 pixels each."""
    files = {}
    for number, name in enumerate([*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]):
        classes = [i % 10 for i in range(10 * EACH)]
        planes = np.zeros((10 * EACH, 3, 1024), np.uint8)
        planes[:, 0] = np.array(classes)[:, None]
        planes[:, 1] = number
        files[name] = pickle.dumps({"data": planes.reshape(-1, 3072), "labels": classes})
    files["batches.meta"] = pickle.dumps({"label_names": list("abcdefghij")})
    return files


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small files, whose checksums replace the published checksums."""
    (tmp_path / FOLDER).mkdir()
    for name, content in contents().items():
        (tmp_path / FOLDER / name).write_bytes(content)
    md5s = {name: md5_of(content) for name, content in contents().items()}
    monkeypatch.setattr(CIFAR10, "train_list", [[f"data_batch_{n}", md5s[f"data_batch_{n}"]] for n in range(1, 6)])
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", md5s["test_batch"]]])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": md5s["batches.meta"]})
    return tmp_path


def test_the_set_has_every_cat_and_as_many_other_pictures(root: Path) -> None:
    data = load_data_set("cifar10_cats", Source(str(root)))
    assert {name: (len(split.X), int(split.Y.sum())) for name, split in data.splits.items()} == {
        "train": (90, 45),
        "validation": (10, 5),
        "test": (20, 10),
    }
    assert (data.class_names, data.picture_shape, data.scale) == (("no cat", "cat"), (32, 32, 3), 255)
    for X, Y in data.splits.values():
        pictures = X.reshape(-1, 32, 32, 3)
        red, green, blue = pictures[:, 0, 0].T
        assert (pictures == pictures[:, :1, :1]).all()
        assert torch.equal(red == 3, Y[:, 0] == 1)
        assert len(set(red.tolist())) > 4, "the other pictures are of many classes"
        assert ((green == 5) == (X is data.test.X)).all()
        assert (blue == 0).all()


def test_the_seed_option_does_not_change_the_other_pictures(root: Path) -> None:
    first, other = (load_data_set("cifar10_cats", Source(str(root), seed=seed)).train.X for seed in (1, 2))
    assert torch.equal(first, other)


def error_of(root: Path, **options: object) -> str:
    with pytest.raises(InputError) as error:
        load_data_set("cifar10_cats", Source(str(root), **options))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", ["data_batch_3", "test_batch", "batches.meta"])
def test_the_error_names_a_missing_file_and_its_archive(root: Path, name: str) -> None:
    path = root / FOLDER / name
    path.unlink()
    assert error_of(root) == (
        f"{path}: no such file, expected a file with MD5 {md5_of(contents()[name])}; unpack {CIFAR10.url} "
        f"(MD5 {CIFAR10.tgz_md5}) in {root}, or set --data.download true"
    )


def test_a_file_with_a_wrong_checksum_is_not_unpickled(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Evil:
        def __reduce__(self) -> tuple:
            return (Path.touch, (root / "touched",))

    content = pickle.dumps(Evil())
    path = root / FOLDER / "data_batch_2"
    path.write_bytes(content)
    line = error_of(root)
    assert line.startswith(f"{path}: damaged, found MD5 {md5_of(content)}, expected {md5_of(contents()[path.name])}")
    assert not (root / "touched").exists()
    pickle.loads(content)
    assert (root / "touched").exists(), "unpickling the file would run its code"


def test_download_unpacks_the_archive(
    root: Path, tmp_path_factory: pytest.TempPathFactory, served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = served
    with tarfile.open(folder / "cifar.tar.gz", "w:gz") as archive:
        archive.add(root / FOLDER, arcname=FOLDER)
    monkeypatch.setattr(CIFAR10, "url", f"{address}cifar.tar.gz")
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5_of((folder / "cifar.tar.gz").read_bytes()))
    fresh = tmp_path_factory.mktemp("fresh")
    assert len(load_data_set("cifar10_cats", Source(str(fresh), download=True)).train.X) == 90
    (fresh / FOLDER / "batches.meta").write_bytes(b"damaged")
    assert len(load_data_set("cifar10_cats", Source(str(fresh), download=True)).train.X) == 90


def test_a_failed_download_ends_in_one_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/cifar.tar.gz")
    (root / FOLDER / "test_batch").unlink()
    line = error_of(root, download=True)
    assert line.startswith(f"data.download: http://127.0.0.1:9/cifar.tar.gz could not be downloaded into {root} (")
