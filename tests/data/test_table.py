"""The sets of `--data.name` and the options of `load_data_set`."""

import pytest
import torch

from course_torch.data.source import Source
from course_torch.data.table import DATA_SETS, WITHOUT_ROOT, DataConfig, load_data_set
from course_torch.errors import InputError


@pytest.mark.parametrize("name", [name for name in WITHOUT_ROOT if name != "diabetes"])
def test_the_splits_of_a_set_have_the_same_form(name: str) -> None:
    data = load_data_set(name)
    for X, Y in data.splits.values():
        assert X.ndim == Y.ndim == 2
        assert X.shape[1] == data.train.X.shape[1]
        assert len(data.class_names) == max(2, Y.shape[1])
        assert X.max() <= data.scale or X.is_floating_point()


@pytest.mark.parametrize("name", DATA_SETS)
def test_the_loader_of_each_set_reads_the_root_unless_the_set_is_without_root(name: str) -> None:
    load, source = DATA_SETS[name], Source(root="no such folder")
    assert set(WITHOUT_ROOT) <= set(DATA_SETS)
    if name in WITHOUT_ROOT:
        assert load(source).train.m > 0
    else:
        with pytest.raises(InputError, match="no such folder"):
            load(source)


def test_the_options_of_a_set_are_keywords() -> None:
    with_keywords = load_data_set("moons", points=60, noise=0.5, seed=3)
    assert torch.equal(with_keywords.train.X, load_data_set("moons", Source(seed=3, points=60, noise=0.5)).train.X)
    assert torch.equal(load_data_set("moons", Source(seed=3, points=60), noise=0.5).train.X, with_keywords.train.X)


@pytest.mark.parametrize("center", [True, False])
def test_center_replaces_the_default_of_the_set(center: bool) -> None:
    assert [load_data_set(name, center=center).centered for name in ("planar", "digits")] == [center, center]
    assert [load_data_set(name).centered for name in ("planar", "digits")] == [False, True]
    assert DataConfig("planar", center=center).load().centered is center


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("picture", {}, r"data\.name: found 'picture', expected one of pictures, planar"),
        ("folder", {"rooot": "a"}, "load_data_set: found the option 'rooot', expected one of root, seed"),
        ("moons", {"points": 7}, r"data\.points: found 7, expected an even number"),
        ("folder", {}, r"data\.root: the set 'folder' needs the folder of your pictures"),
        ("fashion_mnist", {}, r"data\.root: the set 'fashion_mnist' needs the folder of its files train-im"),
        ("cats", {}, r"data\.root: the set 'cats' needs the folder"),
        ("planar", {"root": "mine"}, r"data\.root: found 'mine', but the set 'planar' reads no folder"),
    ],
)
def test_an_unknown_name_and_an_unknown_wrong_or_missing_option_are_named(
    name: str, options: dict, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        load_data_set(name, **options)
