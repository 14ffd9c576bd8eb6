"""The user's own pictures, as they lie in folders."""

import os
import re
from pathlib import Path

import pytest
import torch
from PIL import Image

from course_torch.data.data_set import Part
from course_torch.data.folder import load_folder
from course_torch.data.source import Source
from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from tests.data.conftest import Save


def source(root: Path, **options: object) -> Source:
    return Source(str(root), picture_size=2, workers=0, **options)


def greys(part: Part) -> list[int]:
    """The first value of each row: the picture's grey."""
    return part.X[:][:, 0].tolist()


def test_folders_are_classes_and_their_pictures_are_shared_out(tmp_path: Path, save: Save) -> None:
    """Of 20 pictures of a class 3 are for validation and 3 for the test, of 7 one each; none is in two parts."""
    for number in range(20):
        save(f"cat/{number}.png", number)
    for number in range(7):
        save(f"dog/{number}.png", 100 + number)
    data = load_data_set("folder", source(tmp_path))
    assert data.class_names == ("cat", "dog")
    assert (data.picture_shape, data.scale) == ((2, 2, 3), 255)
    labels = {name: part.Y.flatten().tolist() for name, part in data.parts.items()}
    assert {name: (each.count(0), each.count(1)) for name, each in labels.items()} == {
        "train": (14, 5),
        "validation": (3, 1),
        "test": (3, 1),
    }
    for part in data.parts.values():
        assert part.X.dtype == torch.uint8
        assert [grey >= 100 for grey in greys(part)] == part.Y.flatten().bool().tolist()
    assert sorted(grey for part in data.parts.values() for grey in greys(part)) == [*range(20), *range(100, 107)]


def test_the_seed_draws_the_split(tmp_path: Path, save: Save) -> None:
    for number in range(20):
        save(f"cat/{number}.png", number)
        save(f"dog/{number}.png", 100 + number)
    first, again, other = (greys(load_folder(source(tmp_path, seed=seed)).test) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_class_keeps_a_training_picture_and_an_empty_part_is_left_out(tmp_path: Path, save: Save) -> None:
    for name in ("cat/a.png", "dog/a.png", "dog/b.png"):
        save(name)
    data = load_folder(source(tmp_path))
    assert list(data.parts) == ["train"]
    assert data.train.Y.flatten().tolist() == [0, 1, 1]


def test_three_classes_have_a_column_each(tmp_path: Path, save: Save) -> None:
    for name in ("b/1.png", "c/1.png", "a/1.png"):
        save(name)
    data = load_folder(source(tmp_path))
    assert data.class_names == ("a", "b", "c")
    assert data.train.Y.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize("validation", ["validation", "val", "valid"])
def test_folders_of_parts_are_taken_as_they_are(tmp_path: Path, save: Save, validation: str) -> None:
    for place, part in enumerate(("Train", validation, "test")):
        save(f"{part}/cat/a.png", 10 * place)
        save(f"{part}/dog/a.png", 10 * place + 1)
    data = load_folder(source(tmp_path))
    assert {name: greys(part) for name, part in data.parts.items()} == {
        "train": [0, 1],
        "validation": [10, 11],
        "test": [20, 21],
    }


def test_a_missing_folder_of_a_part_leaves_the_part_out(tmp_path: Path, save: Save) -> None:
    for name in ("train/cat/a.png", "train/dog/a.png", "test/cat/a.png", "test/dog/a.png"):
        save(name)
    assert list(load_folder(source(tmp_path)).parts) == ["train", "test"]


def test_pictures_lie_at_any_depth_under_any_name_and_other_files_are_left_out(tmp_path: Path, save: Save) -> None:
    for name in ("cat/a.PNG", "cat/old/er/b c.JPeG", "猫 dog/图片.webp", "猫 dog/d.tif"):
        save(name)
    for name in ("cat/.hidden.png", "cat/.cache/e.png", ".trash/f.png"):
        save(name)
    (tmp_path / "cat" / "notes.txt").write_text("no picture")
    (tmp_path / "cat" / "png").write_text("no picture")
    (tmp_path / "readme.md").write_text("no picture")
    data = load_folder(source(tmp_path))
    assert data.class_names == ("cat", "猫 dog")
    assert data.train.Y.flatten().tolist() == [0, 0, 1, 1]


def test_links_that_lead_round_in_a_circle_do_no_harm(tmp_path: Path, save: Save) -> None:
    root = tmp_path / "root"
    for name in ("root/cat/a.png", "root/dog/b.png", "elsewhere/c.png"):
        save(name)
    (root / "cat" / "again").symlink_to(root / "cat")
    (root / "cat" / "up").symlink_to(root)
    (root / "cat" / "top").symlink_to(tmp_path)
    (root / "dog" / "more").symlink_to(tmp_path / "elsewhere")
    assert load_folder(source(root)).train.Y.flatten().tolist() == [0, 1, 1]


def test_a_class_may_be_a_link_to_a_folder(tmp_path: Path, save: Save) -> None:
    for name in ("root/cat/a.png", "elsewhere/c.png"):
        save(name)
    (tmp_path / "root" / "dog").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "root")
    assert load_folder(source(tmp_path / "root")).train.Y.flatten().tolist() == [0, 1]


def test_a_pipe_with_a_pictures_name_is_left_out(tmp_path: Path, save: Save) -> None:
    for name in ("cat/a.png", "dog/b.png"):
        save(name)
    os.mkfifo(tmp_path / "cat" / "pipe.png")
    assert len(load_folder(source(tmp_path)).train.X) == 2


def refusal(root: Path) -> str:
    with pytest.raises(InputError) as error:
        load_folder(source(root))
    assert "\n" not in str(error.value)
    return str(error.value)


def test_folders_that_make_no_set_are_refused(tmp_path: Path, save: Save) -> None:
    with pytest.raises(InputError, match=r"data\.root: the set 'folder' needs the folder of your pictures"):
        load_folder(Source())
    missing = tmp_path / "missing"
    assert refusal(missing) == f"data.root: {missing} cannot be read as a folder (No such file or directory)"
    assert f"{save('a.png')} cannot be read as a folder (Not a directory)" in refusal(tmp_path / "a.png")
    assert refusal(tmp_path).startswith(f"{tmp_path}: found no folders, expected at least two")
    save("cat/a.png")
    assert refusal(tmp_path).startswith(f"{tmp_path}: found one class, 'cat', expected at least two")
    (tmp_path / "dog").mkdir()
    assert refusal(tmp_path).startswith(f"{tmp_path / 'dog'}: found no picture, expected files that end in .bmp")


def test_parts_with_different_classes_are_refused(tmp_path: Path, save: Save) -> None:
    for name in ("train/cat/a.png", "train/dog/a.png", "test/cat/a.png", "test/cow/a.png"):
        save(name)
    assert refusal(tmp_path) == f"{tmp_path}: found the classes cat, cow in test, expected those of train: cat, dog"


def test_val_and_validation_at_once_are_refused(tmp_path: Path, save: Save) -> None:
    for name in ("train/cat/a.png", "val/cat/a.png", "validation/cat/a.png"):
        save(name)
    assert refusal(tmp_path) == f"{tmp_path}: found train, val, validation, expected one folder for each part"


def test_a_folder_that_is_no_part_beside_train_is_refused(tmp_path: Path, save: Save) -> None:
    for name in ("train/cat/a.png", "train/dog/a.png", "more/cat/a.png", "more/dog/a.png"):
        save(name)
    assert refusal(tmp_path) == f"{tmp_path}: found more beside train, expected validation and test alone"


@pytest.mark.parametrize("workers", [0, 2])
def test_pictures_that_cannot_be_decoded_are_counted_and_the_first_is_named(
    tmp_path: Path, save: Save, workers: int
) -> None:
    for number in range(40):
        save(f"cat/{number:02}.png")
        save(f"dog/{number:02}.png")
    for name in ("dog/07.png", "dog/31.png"):
        (tmp_path / name).write_text("no picture")
    (tmp_path / "cat" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(InputError, match=re.escape("3 of 81 pictures cannot be used, the first: ")) as error:
        load_folder(Source(str(tmp_path), picture_size=2, workers=workers))
    assert any(name in str(error.value) for name in ("dog/07.png: not a picture", "gone.png: cannot be read"))


def test_every_kind_of_picture_gives_a_row(tmp_path: Path) -> None:
    for folder, grey in (("dark", 0), ("light", 255)):
        (tmp_path / folder).mkdir()
        for mode in ("RGB", "RGBA", "L", "LA", "P", "1"):
            Image.new("RGB", (9, 5), (grey,) * 3).convert(mode).save(tmp_path / folder / f"{mode}.png")
    data = load_folder(source(tmp_path))
    for part in data.parts.values():
        assert torch.equal(part.X, (255 * part.Y).expand(-1, 12))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"picture_size": 0}, "data.picture_size: found 0, expected 1 to 1024"),
        ({"picture_size": 2000}, "data.picture_size: found 2000"),
        ({"memory": -1.0}, "data.memory: found -1.0, expected a number of GiB, at least 0"),
        ({"memory": float("nan")}, "data.memory: found nan"),
        ({"workers": -1}, "data.workers: found -1, expected at least 0, or null"),
        ({"seed": -1}, "data.seed: found -1"),
    ],
)
def test_options_out_of_range_are_refused(option: dict, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        Source(**option)
