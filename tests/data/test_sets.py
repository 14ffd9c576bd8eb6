"""The sets of `--data.name`: shapes, labels, splits."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from course_torch.data import pictures
from course_torch.data.cats import load_cats
from course_torch.data.planar import NOISE, flower_points
from course_torch.data.source import Source
from course_torch.data.table import load_data_set
from course_torch.errors import InputError

SHIPPED_OR_DRAWN = ["pictures", "planar", "moons", "circles", "blobs", "gaussian_quantiles", "digits"]


@pytest.mark.parametrize("name", SHIPPED_OR_DRAWN)
def test_the_splits_of_a_set_have_the_same_form(name: str) -> None:
    data = load_data_set(name)
    for X, Y in data.splits.values():
        assert X.ndim == Y.ndim == 2
        assert X.shape[1] == data.train.X.shape[1]
        assert len(data.class_names) == max(2, Y.shape[1])
        assert X.max() <= data.scale or X.is_floating_point()


def test_the_shapes_of_pictures() -> None:
    data = load_data_set("pictures")
    assert {name: tuple(split.X.shape) for name, split in data.splits.items()} == {
        "train": (850, 12288),
        "validation": (179, 12288),
        "test": (189, 12288),
    }
    assert data.picture_shape == (64, 64, 3)
    assert all(0.45 < split.Y.float().mean() < 0.55 for split in data.splits.values())


def test_all_drawings_of_a_motif_are_in_the_same_split() -> None:
    with np.load(pictures.FILE) as file:
        motifs, split, hand = file["motif"], file["part"], file["hand"]
    splits_of_motif = {motif: set(split[motifs == motif]) for motif in motifs}
    assert len(splits_of_motif) == 268
    assert all(len(splits) == 1 for splits in splits_of_motif.values())
    assert len(set(zip(motifs, hand, strict=True))) == len(motifs)
    assert dict(zip(*np.unique(hand, return_counts=True), strict=True)) == {
        "google": 268,
        "twitter": 268,
        "fluent": 268,
        "noto_v1": 207,
        "emojione": 207,
    }


def test_no_picture_is_in_two_splits() -> None:
    splits = load_data_set("pictures").splits.values()
    rows = [bytes(row.numpy()) for split in splits for row in split.X]
    assert len(set(rows)) == len(rows) == 1218


def test_the_flower_is_that_of_the_course() -> None:
    """The first point of seed 1, computed from the first noise value of θ and of r."""
    numbers = np.random.RandomState(1)
    theta = 0.2 * numbers.randn(200)[0]
    r = 4 * np.sin(4 * theta) + 0.2 * numbers.randn(200)[0]
    X, Y = flower_points(seed=1)
    assert X.shape == (400, 2)
    assert X[0].tolist() == [r * np.sin(theta), r * np.cos(theta)]
    assert Y.flatten().tolist() == [0] * 200 + [1] * 200


def test_only_the_seed_determines_a_drawn_set() -> None:
    for name in ("planar", "moons", "circles", "blobs", "gaussian_quantiles"):
        first, again, other = (load_data_set(name, Source(seed=seed)).train.X for seed in (1, 1, 2))
        assert torch.equal(first, again)
        assert not torch.equal(first, other)


def test_the_splits_of_digits() -> None:
    data = load_data_set("digits")
    assert [len(split.X) for split in data.splits.values()] == [1197, 300, 300]
    assert (data.train.Y.sum(dim=1) == 1).all()


def test_the_shapes_of_cats(cats_folder: Path) -> None:
    data = load_data_set("cats", Source(str(cats_folder)))
    assert {name: tuple(split.X.shape) for name, split in data.splits.items()} == {
        "train": (209, 12288),
        "test": (50, 12288),
    }
    assert data.train.Y.sum() == 72


def write_cats(folder: Path, **changes: np.ndarray | None) -> None:
    """Write two small .h5 files in the course's format. `changes` replaces or drops arrays of the training file."""
    for split in ("train", "test"):
        arrays = {f"{split}_set_x": np.zeros((2, 4, 4, 3), np.uint8), f"{split}_set_y": np.array([0, 1])}
        arrays |= changes if split == "train" else {}
        with h5py.File(folder / f"{split}_catvnoncat.h5", "w") as file:
            for key, array in arrays.items():
                if array is not None:
                    file[key] = array


def test_cat_files_in_the_courses_format_load(tmp_path: Path) -> None:
    write_cats(tmp_path)
    assert load_cats(str(tmp_path)).train.X.shape == (2, 48)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train_set_y": None}, r"train_catvnoncat.h5: found the keys \['train_set_x'\], expected train_set_x, train"),
        ({"train_set_y": np.array([0, 1, 1])}, r"expected pictures \(m, height, width, 3\) of uint8 and labels \(m,\)"),
        ({"train_set_x": np.zeros((2, 4, 4, 3))}, "of torch.float64"),
        ({"train_set_x": np.zeros((2, 8, 8, 3), np.uint8)}, "found training pictures of"),
        ({"train_set_y": np.array([0, 1], dtype=">i8")}, r"not a readable .h5 file \(.*byte order"),
    ],
)
def test_cat_files_in_another_format_are_rejected(tmp_path: Path, changes: dict, message: str) -> None:
    write_cats(tmp_path, **changes)
    with pytest.raises(InputError, match=message):
        load_cats(str(tmp_path))


def test_missing_and_damaged_cat_files_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"data\.root: the set 'cats' needs the folder"):
        load_cats(None)
    with pytest.raises(InputError, match=r"train_catvnoncat\.h5: no such file"):
        load_cats(str(tmp_path))
    write_cats(tmp_path)
    whole = (tmp_path / "train_catvnoncat.h5").read_bytes()
    (tmp_path / "train_catvnoncat.h5").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"train_catvnoncat\.h5: not a readable .h5 file"):
        load_cats(str(tmp_path))


def test_the_error_for_an_unknown_name_lists_the_known_names() -> None:
    with pytest.raises(InputError, match=r"data\.name: found 'picture', expected one of pictures, planar"):
        load_data_set("picture")


def test_the_options_of_a_set_are_keywords() -> None:
    with_keywords = load_data_set("moons", points=60, noise=0.5, seed=3)
    assert torch.equal(with_keywords.train.X, load_data_set("moons", Source(seed=3, points=60, noise=0.5)).train.X)
    assert torch.equal(load_data_set("moons", Source(seed=3, points=60), noise=0.5).train.X, with_keywords.train.X)


@pytest.mark.parametrize("center", [True, False])
def test_center_replaces_the_default_of_the_set(center: bool) -> None:
    assert [load_data_set(name, center=center).centered for name in ("planar", "digits")] == [center, center]
    assert [load_data_set(name).centered for name in ("planar", "digits")] == [False, True]


def test_an_unknown_or_wrong_option_is_named() -> None:
    with pytest.raises(InputError, match="load_data_set: found the option 'rooot', expected one of root, seed"):
        load_data_set("folder", rooot="pictures")
    with pytest.raises(InputError, match=r"data\.points: found 7, expected an even number"):
        load_data_set("moons", points=7)
    with pytest.raises(InputError, match=r"data\.root: the set 'folder' needs the folder of your pictures"):
        load_data_set("folder")


@pytest.mark.parametrize("name", ["planar", "moons", "circles", "blobs", "gaussian_quantiles"])
def test_a_set_in_the_plane_draws_as_many_points_as_asked(name: str) -> None:
    data = load_data_set(name, Source(points=60))
    assert data.train.m + data.splits["test"].m == (120 if name == "planar" else 60)


@pytest.mark.parametrize("name", ["planar", "moons", "circles", "blobs", "gaussian_quantiles"])
def test_the_noise_of_a_set_is_its_own_unless_it_is_given(name: str) -> None:
    own, same, other = (load_data_set(name, Source(noise=noise)).train.X for noise in (None, NOISE[name], 0.4))
    assert torch.equal(own, same)
    assert not torch.equal(own, other)


def test_circles_without_noise_have_their_radii() -> None:
    X, Y = load_data_set("circles", Source(noise=0)).train
    torch.testing.assert_close(X.norm(dim=1, keepdim=True), torch.where(Y == 1, 0.5, 1.0).double())
