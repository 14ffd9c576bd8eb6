"""The user's own pictures: folders of classes and of splits, and the pictures of folders that the user names."""

import re
import shutil
from pathlib import Path

import pytest
import torch

from course_torch.data.folder import decode_named, load_folder, named_pictures
from course_torch.data.source import Source
from course_torch.data.split import Split
from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from tests.data.conftest import Save, error_of
from tests.support.fixture_types import Capsys, Monkeypatch


def source(root: Path, **options: object) -> Source:
    return Source("folder", str(root), picture_size=2, **options)


def greys(split: Split) -> list[int]:
    """The first value of each row: the grey value of the picture."""
    return split.X[:][:, 0].tolist()


def test_folders_are_classes_and_their_pictures_are_split(tmp_path: Path, save: Save) -> None:
    """Of 20 pictures 3 go to validation and 3 to the test, of 7 pictures 1 and 1. No picture is in two splits."""
    for number in range(20):
        save(f"cat/{number}.png", grey=number)
    for number in range(7):
        save(f"dog/{number}.png", grey=100 + number)
    data = load_data_set("folder", root=tmp_path, picture_size=2)
    assert data.class_names == ("cat", "dog")
    assert (data.picture_shape, data.scale) == ((2, 2, 3), 255)
    labels = {name: split.Y.flatten().tolist() for name, split in data.splits.items()}
    counts = {name: (found.count(0), found.count(1)) for name, found in labels.items()}
    assert counts == {"train": (14, 5), "validation": (3, 1), "test": (3, 1)}
    for split in data.splits.values():
        assert split.X.dtype == torch.uint8
        assert [grey >= 100 for grey in greys(split)] == split.Y.flatten().bool().tolist()
    assert sorted(grey for split in data.splits.values() for grey in greys(split)) == [*range(20), *range(100, 107)]
    again, other = (greys(load_folder(source(tmp_path, seed=seed)).test) for seed in (1, 2))
    assert greys(data.splits["test"]) == again != other, "the seed draws the split"


def test_every_class_has_a_training_picture_and_an_empty_split_is_dropped(tmp_path: Path, save: Save) -> None:
    save("cat/a.png", "dog/a.png", "dog/b.png")
    data = load_folder(source(tmp_path))
    assert list(data.splits) == ["train"]
    assert data.train.Y.flatten().tolist() == [0, 1, 1]
    save("bird/a.png")
    data = load_folder(source(tmp_path))
    assert data.class_names == ("bird", "cat", "dog")
    assert data.train.Y.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], "three classes give one-hot columns"


@pytest.mark.parametrize("validation", ["validation", "val", "valid"])
def test_folders_of_splits_define_the_splits(tmp_path: Path, save: Save, validation: str) -> None:
    for place, split in enumerate(("Train", validation, "test")):
        save(f"{split}/cat/a.png", grey=10 * place)
        save(f"{split}/dog/a.png", grey=10 * place + 1)
    data = load_folder(source(tmp_path))
    found = {name: greys(split) for name, split in data.splits.items()}
    assert found == {"train": [0, 1], "validation": [10, 11], "test": [20, 21]}
    shutil.rmtree(tmp_path / validation)
    assert list(load_folder(source(tmp_path)).splits) == ["train", "test"]


def test_subfolders_and_any_names_are_read_and_other_files_are_ignored(tmp_path: Path, save: Save) -> None:
    save("cat/a.PNG", "cat/old/er/b c.JPeG", "猫 dog/图片.webp", "猫 dog/d.tif")
    save("cat/.hidden.png", "cat/.cache/e.png", ".trash/f.png")
    for name in ("cat/notes.txt", "cat/png", "readme.md"):
        (tmp_path / name).write_text("no picture")
    data = load_folder(source(tmp_path))
    assert data.class_names == ("cat", "猫 dog")
    assert data.train.Y.flatten().tolist() == [0, 0, 1, 1]


def test_a_class_may_be_a_link(tmp_path: Path, save: Save) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    save("root/cat/a.png", "elsewhere/c.png")
    (root / "dog").symlink_to(elsewhere)
    assert load_folder(source(root)).train.Y.flatten().tolist() == [0, 1]


ONE_FOR_EACH = "expected one folder for each split: train, validation and test"


@pytest.mark.parametrize("folders", ["train, val, validation", "more, train"])
def test_folders_beside_those_of_the_splits_are_rejected(tmp_path: Path, save: Save, folders: str) -> None:
    save(*(f"{folder}/{name}/a.png" for folder in folders.split(", ") for name in ("cat", "dog")))
    assert error_of("folder", tmp_path).startswith(f"{tmp_path}: found {folders}, {ONE_FOR_EACH}")


@pytest.mark.slow
def test_the_error_counts_undecodable_pictures_and_names_the_first(tmp_path: Path, save: Save) -> None:
    save(*(f"{folder}/{number:02}.png" for folder in ("cat", "dog") for number in range(40)))
    for name in ("dog/07.png", "dog/31.png"):
        (tmp_path / name).write_text("no picture")
    (tmp_path / "cat" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(InputError, match=re.escape("3 of 81 pictures cannot be used, the first: ")) as error:
        load_folder(Source("folder", str(tmp_path), picture_size=2))
    assert any(name in str(error.value) for name in ("dog/07.png: not a picture", "gone.png: cannot be read"))


def test_what_the_project_wrote_is_no_picture_and_no_class(tmp_path: Path, save: Save) -> None:
    """A run in the folder of the pictures, and in a folder of a class."""
    save("cat/1.png", "cat/2.png", "dog/3.png", "dog/4.png", grey=7)
    classes = load_folder(source(tmp_path))
    save("lightning_logs/version_0/mislabelled.png", grey=200)
    save("dog/lightning_logs/version_12/curve.png", grey=200)
    data = load_folder(source(tmp_path))
    assert data.class_names == ("cat", "dog")
    assert {name: split.m for name, split in data.splits.items()} == {n: s.m for n, s in classes.splits.items()}
    assert {grey for split in data.splits.values() for grey in greys(split)} == {7}


@pytest.fixture
def my_folder(tmp_path: Path, save: Save, monkeypatch: Monkeypatch) -> None:
    """The working folder, with pictures."""
    monkeypatch.chdir(tmp_path)
    save("b.png", "a/2.png", "a/1.png", "a/.hidden.png", "a/deeper/3.png", size=(6, 4))
    Path("a/notes.txt").write_text("no picture")


def test_a_folder_stands_for_all_pictures_below_it(my_folder: None) -> None:
    named = named_pictures(["b.png", "a", "missing.png"])
    assert [each.path for each in named] == ["b.png", "a/1.png", "a/2.png", "a/deeper/3.png", "missing.png"]
    assert [each.folder for each in named] == [None, "a", "a", "a", None]


@pytest.mark.parametrize(
    ("folder", "picture", "classes", "expected"),
    [
        ("set", "set/cat/1.png", ("cat", "dog"), "cat"),
        ("set", "set/test/dog/1.png", ("cat", "dog"), "dog"),
        ("set", "set/cat/dog/1.png", ("cat", "dog"), "cat"),  # the data set `folder` takes the outer folder too
        ("set/cat", "set/cat/1.png", ("cat", "dog"), "cat"),
        ("cat", "cat/dog/1.png", ("cat", "dog"), "dog"),  # a folder that contains classes is no class
        ("set", "set/bird/1.png", ("cat", "dog"), None),
        ("set", "set/1.png", ("cat", "dog"), None),
        ("set/", "set/3/1.png", tuple("0123456789"), "3"),
    ],
)
def test_a_folder_that_has_the_name_of_a_class_names_the_true_class(
    my_folder: None, save: Save, folder: str, picture: str, classes: tuple[str, ...], expected: str | None
) -> None:
    save(picture)
    (named,) = named_pictures([folder])
    assert named.true_class(classes) == expected


def test_the_folder_in_which_the_user_works_names_a_class(my_folder: None, monkeypatch: Monkeypatch) -> None:
    monkeypatch.chdir("a/deeper")
    (named,) = named_pictures(["."])
    assert named.true_class(("deeper", "other")) == "deeper"
    (named,) = named_pictures(["3.png"])
    assert named.true_class(("deeper", "other")) is None, "the user names a picture, and no folder"


def test_damaged_pictures_of_a_folder_are_skipped_with_one_line(my_folder: None, capsys: Capsys) -> None:
    Path("a/1.png").write_text("no picture")
    Path("a/deeper/link.png").symlink_to("nowhere.png")
    decoded, pixels = decode_named(named_pictures(["a", "b.png"]), (4, 6, 3))
    assert [each.path for each in decoded] == ["a/2.png", "a/deeper/3.png", "b.png"]
    assert pixels.shape == (3, 4, 6, 3)
    assert capsys.readouterr().err == "skipped: 2 of 5 pictures cannot be used, the first: a/1.png: not a picture\n"
