"""The pictures in a folder that the user names, and the classes that folders name."""

from pathlib import Path

import pytest
from PIL import Image

from course_torch.data.named_pictures import decode_named, named_pictures
from course_torch.errors import InputError


@pytest.fixture(autouse=True)
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in ("b.png", "a/2.png", "a/1.png", "a/.hidden.png", "a/deeper/3.png"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (6, 4)).save(path)
    Path("a/notes.txt").write_text("no picture")


def test_a_folder_stands_for_all_pictures_below_it() -> None:
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
    folder: str, picture: str, classes: tuple[str, ...], expected: str | None
) -> None:
    Path(picture).parent.mkdir(parents=True)
    Image.new("RGB", (6, 4)).save(picture)
    (named,) = named_pictures([folder])
    assert named.true_class(classes) == expected


def test_a_picture_that_the_user_names_has_no_true_class() -> None:
    (named,) = named_pictures(["a/1.png"])
    assert named.true_class(("a", "b")) is None


def test_the_folder_in_which_the_user_works_names_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("a/deeper")
    (named,) = named_pictures(["."])
    assert named.true_class(("deeper", "other")) == "deeper"


def test_damaged_pictures_of_a_folder_are_skipped_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a/1.png").write_text("no picture")
    Path("a/deeper/link.png").symlink_to("nowhere.png")
    decoded, pixels = decode_named(named_pictures(["a", "b.png"]), (4, 6, 3))
    assert [each.path for each in decoded] == ["a/2.png", "a/deeper/3.png", "b.png"]
    assert pixels.shape == (3, 4, 6, 3)
    assert capsys.readouterr().err == "skipped: 2 of 5 pictures cannot be used, the first: a/1.png: not a picture\n"


def test_a_folder_without_a_usable_picture_is_rejected() -> None:
    Path("empty").mkdir()
    with pytest.raises(InputError, match=r"^empty: found no picture, expected files that end in \.bmp"):
        named_pictures(["a", "empty"])
    Path("empty/1.png").write_text("no picture")
    with pytest.raises(InputError, match=r"^1 of 1 pictures cannot be used, the first: empty/1\.png: not a picture$"):
        decode_named(named_pictures(["empty"]), (4, 6, 3))
