"""Checksums differ exactly if the examples differ."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from course_torch.data.checksums import checksums
from course_torch.data.data_set import DataSet
from course_torch.data.pictures_on_disk import PicturesOnDisk, SplitOnDisk
from course_torch.data.split import Split
from course_torch.errors import InputError


def small(X: torch.Tensor, Y: torch.Tensor | None = None) -> DataSet:
    return DataSet(train=Split(X, torch.tensor([[0], [1], [1]]) if Y is None else Y), class_names=("no", "yes"))


@pytest.fixture
def rows(generator: torch.Generator) -> torch.Tensor:
    return torch.randn(3, 2, dtype=torch.float64, generator=generator)


def changed(one: DataSet, other: DataSet) -> set[str]:
    first, second = checksums(one), checksums(other)
    assert first.keys() == second.keys()
    return {name for name in first if first[name] != second[name]}


def test_the_same_examples_have_the_same_checksums(rows: torch.Tensor) -> None:
    assert changed(small(rows), small(rows.clone())) == set()


def test_a_checksum_names_what_differs(rows: torch.Tensor) -> None:
    other = rows.clone()
    other[2, 1] += 0.01
    assert changed(small(rows), small(other)) == {"train.rows"}
    assert changed(small(rows), small(rows.flip(0))) == {"train.rows"}
    assert changed(small(rows), small(rows, torch.tensor([[0], [1], [0]]))) == {"train.labels"}
    assert changed(small(rows), replace(small(rows), class_names=("yes", "no"))) == {"class_names"}
    counted = checksums(small(rows))
    assert (counted["train.examples"], counted["train.features"]) == (3, 2)


def test_the_last_bits_of_float64_which_processors_round_differently_do_not_count(rows: torch.Tensor) -> None:
    assert changed(small(rows), small(rows * (1 + 2**-52))) == set()


def test_pictures_on_disk_count_by_class_folder_name_and_size_wherever_the_root_is(tmp_path: Path) -> None:
    def on_disk(root: str, content: bytes, name: str = "1.png") -> DataSet:
        path = tmp_path / root / "cat" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        return DataSet(train=SplitOnDisk(PicturesOnDisk([str(path)], (4, 4, 3)), torch.tensor([[1]])))

    first = on_disk("a", b"four")
    assert changed(first, on_disk("b", b"four")) == set()
    assert changed(first, on_disk("c", b"fives")) == {"train.rows"}
    assert changed(first, on_disk("d", b"four", "2.png")) == {"train.rows"}
    assert changed(first, on_disk("e", b"four", "caf\udce9.png")) == {"train.rows"}  # a byte that is no UTF-8


def test_a_picture_that_is_gone_is_an_input_error(tmp_path: Path) -> None:
    gone = SplitOnDisk(PicturesOnDisk([str(tmp_path / "cat" / "1.png")], (4, 4, 3)), torch.tensor([[1]]))
    with pytest.raises(InputError, match=r"1\.png: cannot be read \(No such file or directory\)"):
        checksums(DataSet(train=gone))
