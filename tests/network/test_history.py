"""What a terminal and a notebook show of a history and of a network."""

from collections.abc import Callable

import pytest

from course_torch import gradient_descent
from course_torch.network.gradient_descent import History
from tests.conftest import Problem
from tests.html_cells import cells


def test_a_history_shows_its_first_middle_and_last_cost() -> None:
    history = History([0.5, 0.4, 0.3, 0.2, 0.125], 100)
    assert history.curve == [(0, 0.5), (100, 0.4), (200, 0.3), (300, 0.2), (400, 0.125)]
    assert repr(history) == (
        "History of 5 costs: J = 0.5 before iteration 0, …, 0.3 before iteration 200, …, 0.125 before iteration 400"
    )
    assert cells(history._repr_html_())[1:] == [
        *(["0", "0.500000"], ["100", "0.400000"], ["200", "0.300000"], ["300", "0.200000"], ["400", "0.125000"])
    ]


def test_a_history_marks_each_cost_that_it_leaves_out() -> None:
    assert repr(History([0.5, 0.4, 0.3, 0.2], 500)) == (
        "History of 4 costs: J = 0.5 before iteration 0, …, 0.3 before iteration 1000, 0.2 before iteration 1500"
    )


def test_a_history_of_one_cost_is_in_the_singular() -> None:
    history = History([0.5], 100)
    assert repr(history) == "History of 1 cost: J = 0.5 before iteration 0"
    assert "History of 1 cost, one every 100 iterations" in history._repr_html_()


def test_a_long_history_shows_eleven_costs_in_its_table() -> None:
    rows = cells(History([1 / (1 + i) for i in range(1001)], 10)._repr_html_())
    assert rows[0] == ["before iteration", "cost J"]
    assert [int(iteration) for iteration, _ in rows[1:]] == list(range(0, 10_001, 1000))


def test_a_history_without_costs_says_so(make_problem: Callable[..., Problem]) -> None:
    assert repr(gradient_descent(*make_problem(), learning_rate=1.0, iterations=0)) == "History: no cost was recorded"


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
