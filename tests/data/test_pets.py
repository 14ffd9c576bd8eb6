"""Cat or dog, from small files in the format of the Oxford-IIIT Pet set."""

import tarfile
from pathlib import Path

import pytest
import torch
from torchvision.datasets import OxfordIIITPet

from course_torch.data.data_set import DataSet
from course_torch.data.downloads import md5_of
from course_torch.data.source import Source
from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from tests.data.conftest import Save

FOLDER = "oxford-iiit-pet"


@pytest.fixture
def root(tmp_path: Path, save: Save) -> Path:
    """Dark cats and light dogs, 20 of each for training and 4 of each for the test.

    A line of a list holds name, breed, species and number.
    """
    (tmp_path / FOLDER / "annotations").mkdir(parents=True)
    for name, numbers in (("trainval", range(20)), ("test", range(20, 24))):
        lines = []
        for number in numbers:
            lines += [f"Abyssinian_{number} 1 1 1", f"american_bulldog_{number} 2 2 1"]
            save(f"{FOLDER}/images/Abyssinian_{number}.jpg", number, (90, 60))
            save(f"{FOLDER}/images/american_bulldog_{number}.jpg", 200 + number, (60, 90))
        (tmp_path / FOLDER / "annotations" / f"{name}.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def load(root: Path, **options: object) -> DataSet:
    return load_data_set("pets", Source(str(root), workers=0, **options))


def test_pictures_are_64_by_64_and_y_is_1_for_a_dog(root: Path) -> None:
    data = load(root)
    assert {name: (len(split.X), int(split.Y.sum())) for name, split in data.splits.items()} == {
        "train": (34, 17),
        "validation": (6, 3),
        "test": (8, 4),
    }
    assert (data.class_names, data.picture_shape, data.scale) == (("cat", "dog"), (64, 64, 3), 255)
    for X, Y in data.splits.values():
        assert X.shape[1] == 12288
        assert torch.equal(X[:, 0] > 100, Y[:, 0] == 1)


def test_torchvision_reads_the_same_labels(root: Path) -> None:
    theirs = OxfordIIITPet(root, "test", target_types="binary-category")
    Y = load(root).test.Y
    assert [theirs[i][1] for i in range(len(theirs))] == Y[:, 0].tolist()
    assert theirs.bin_classes == ["Cat", "Dog"]


def test_pictures_are_resized_to_picture_size(root: Path) -> None:
    assert load(root, picture_size=8).picture_shape == (8, 8, 3)


def error_of(root: Path, **options: object) -> str:
    with pytest.raises(InputError) as error:
        load(root, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_the_error_names_missing_and_damaged_files_and_their_archives(root: Path, tmp_path: Path) -> None:
    (url, md5), (url_lists, md5_lists) = OxfordIIITPet._RESOURCES
    folder = root / FOLDER
    remedy = f"unpack {url} (MD5 {md5}) and {url_lists} (MD5 {md5_lists}) in {folder}, or set --data.download true"
    picture = folder / "images" / "Abyssinian_3.jpg"
    content = picture.read_bytes()
    picture.write_bytes(content[:300])
    line = error_of(root)
    assert line.startswith(f"1 of 48 pictures cannot be used, the first: {picture}: cannot be read as a picture (")
    assert line.endswith(f"; {remedy}")
    picture.unlink()
    lists = folder / "annotations"
    assert (
        error_of(root)
        == f"{picture}: no such file (1 of 40 pictures in {lists / 'trainval.txt'} are missing); {remedy}"
    )
    (lists / "test.txt").write_text("Abyssinian_3 1")
    picture.write_bytes(content)
    assert error_of(root).startswith(
        f"{lists / 'test.txt'}: damaged, expected lines of the form: name breed species number"
    )
    (lists / "test.txt").write_text("Abyssinian_3 1 1 1")
    assert error_of(root).startswith(f"{lists / 'test.txt'}: damaged, expected cats (species 1) and dogs (species 2)")
    (lists / "test.txt").unlink()
    assert error_of(root) == f"{lists / 'test.txt'}: cannot be read (No such file or directory); {remedy}"


def test_download_unpacks_the_published_archives(
    root: Path, tmp_path_factory: pytest.TempPathFactory, served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = served
    for name in ("images", "annotations"):
        with tarfile.open(folder / f"{name}.tar.gz", "w:gz") as archive:
            archive.add(root / FOLDER / name, arcname=name)
    resources = [
        (f"{address}{path.name}", md5_of(path.read_bytes()))
        for path in (folder / "images.tar.gz", folder / "annotations.tar.gz")
    ]
    monkeypatch.setattr(OxfordIIITPet, "_RESOURCES", resources)
    fresh = tmp_path_factory.mktemp("fresh")
    assert len(load(fresh, download=True).train.X) == 34
    first, *others = (fresh / FOLDER / "images").iterdir()
    first.write_bytes(first.read_bytes()[:300])
    assert len(load(fresh, download=True).train.X) == 34
    for picture in others:
        picture.unlink()  # as after an interrupted unpacking
    assert len(load(fresh, download=True).train.X) == 34


def test_a_failed_download_ends_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(OxfordIIITPet, "_RESOURCES", [("http://127.0.0.1:9/images.tar.gz", "0" * 32)])
    assert "could not be downloaded into" in error_of(tmp_path, download=True)
