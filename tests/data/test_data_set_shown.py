"""What a terminal and a notebook show of a data set."""

import pytest
import torch

from course_torch.data.data_set import DataSet, Quantity
from course_torch.data.split import Split
from tests.html_cells import cells


def data_set(class_names: tuple[str, ...], Y: list, **options: object) -> DataSet:
    labels = torch.tensor(Y)
    return DataSet(
        Split(torch.zeros(len(Y), 12), labels), class_names, test=Split(torch.zeros(1, 12), labels[:1]), **options
    )


@pytest.mark.parametrize(
    ("class_names", "Y", "counts"),
    [
        (("no", "<yes>"), [[1], [0], [1]], ["1", "2"]),
        (("a", "b", "c"), [[1, 0, 0], [0, 0, 1], [1, 0, 0]], ["2", "0", "1"]),
    ],
)
def test_a_set_shows_the_examples_of_each_class(class_names: tuple[str, ...], Y: list, counts: list[str]) -> None:
    head, train, test = cells(data_set(class_names, Y)._repr_html_())
    assert [each.replace("&lt;", "<").replace("&gt;", ">") for each in head[4:]] == list(class_names)
    assert train == ["train", "3", "12", f"(3, {len(Y[0])})", *counts]
    assert test[:3] == ["test", "1", "12"]


def test_a_set_is_described_in_one_line() -> None:
    pictures = data_set(("no", "yes"), [[1], [0]], picture_shape=(2, 2, 3), centered=True)
    assert repr(pictures) == (
        "DataSet: train 2, test 1 examples of 12 features; 2 classes: no, yes; pictures of 2×2×3; centred"
    )
    assert repr(pictures.train) == "Split: X (2, 12) float32, Y (2, 1) int64"
    prices = data_set((), [[1.5]], quantity=Quantity("price", 0.0, 1.0))
    assert repr(prices) == "DataSet: train 1, test 1 examples of 12 features; label: price"
    assert len(cells(prices._repr_html_())[0]) == 4
    many = data_set(tuple(f"breed {i}" for i in range(37)), torch.eye(37).tolist())
    assert "37 classes: breed 0, breed 1, " in repr(many)
    assert repr(many).endswith("breed 8, …, breed 36")
    assert len(cells(many._repr_html_())[0]) == 4
