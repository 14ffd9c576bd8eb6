"""What a notebook and a terminal show of a history, a set, a report and a network."""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, LayerGradients, compare_gradients, gradient_descent
from course_torch.data.data_set import DataSet, Quantity
from course_torch.data.split import Split
from course_torch.network.gradient_descent import History
from course_torch.notebook import html_table
from tests.conftest import Problem


def cells(html: str) -> list[list[str]]:
    """The cells of each row, with the header first."""
    return [re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]


def test_every_text_of_a_table_is_escaped() -> None:
    html = html_table("a <b>", ["<i>"], [["<script>"], ["x & \x1b[2J"]])
    assert cells(html) == [["&lt;i&gt;"], ["&lt;script&gt;"], ["x &amp; \\x1b[2J"]]
    assert html.startswith("<p>a &lt;b&gt;</p>")


def test_a_table_has_no_colours_of_its_own() -> None:
    assert not re.search(r"colou?r|background|class=", html_table("text", ["a"], [[1]]))


def test_a_history_shows_its_first_middle_and_last_cost() -> None:
    history = History([0.5, 0.4, 0.3, 0.2, 0.125], 100)
    assert history.curve == [(0, 0.5), (100, 0.4), (200, 0.3), (300, 0.2), (400, 0.125)]
    assert repr(history) == (
        "History of 5 costs: J = 0.5 before iteration 0, 0.3 before iteration 200, 0.125 before iteration 400"
    )
    assert cells(history._repr_html_())[1:] == [
        *(["0", "0.500000"], ["100", "0.400000"], ["200", "0.300000"], ["300", "0.200000"], ["400", "0.125000"]),
    ]


def test_a_long_history_shows_eleven_costs_in_its_table() -> None:
    rows = cells(History([1 / (1 + i) for i in range(1001)], 10)._repr_html_())
    assert rows[0] == ["before iteration", "cost J"]
    assert [int(iteration) for iteration, _ in rows[1:]] == list(range(0, 10_001, 1000))


def test_a_history_without_costs_says_so(make_problem: Callable[..., Problem]) -> None:
    assert repr(gradient_descent(*make_problem(), learning_rate=1.0, iterations=0)) == "History: no cost was recorded"


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


def test_a_report_shows_its_verdict_and_each_tensor(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem([4, 3, 1])
    report = compare_gradients(network, X, Y)
    assert repr(report).startswith("GradientReport: all 8 tensors are equal")
    _, *rows = cells(report._repr_html_())
    assert [row[:3] for row in rows] == [[str(each.name), "equal", str(each.shape)] for each in report]
    dW = rows[[row[0] for row in rows].index("dW[2]")]
    assert all(re.fullmatch(r"\d\.\de[-+]\d\d ≤ \de[-+]\d\d", cell) for cell in dW[3:])


def test_a_wrong_gradient_is_named_in_the_report(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem([4, 3, 1])

    def doubled(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        return [each._replace(dW=2 * each.dW) for each in network.manual_gradients(X, Y)]

    report = compare_gradients(network, X, Y, gradients=doubled)
    assert "dW[2]" in repr(report)
    assert ["dW[2]", "different"] in [row[:2] for row in cells(report._repr_html_())]


def test_a_network_shows_its_sizes_and_functions(make_problem: Callable[..., Problem]) -> None:
    assert "[4, 3, 1], hidden_activation=tanh, output=sigmoid" in repr(
        make_problem([4, 3, 1], hidden_activation="tanh")[0]
    )


@pytest.mark.parametrize("count", [1, 2, 3, 4, 50])
def test_a_history_shows_its_last_cost(count: int) -> None:
    history = History([float(2 + i) for i in range(count)], 10)
    assert repr(history).endswith(f"{1 + count} before iteration {10 * (count - 1)}")
    assert 1 <= repr(history).count("before") <= 3
    rows = cells(history._repr_html_())[1:]
    assert len(rows) == min(count, 11)
    assert rows[-1] == [f"{10 * (count - 1)}", f"{1 + count}.000000"]
