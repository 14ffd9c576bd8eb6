"""What a terminal and a notebook show of a report."""

import re
from collections.abc import Callable

from torch import Tensor

from course_torch import DeepNetwork, LayerGradients, compare_gradients
from tests.conftest import Problem
from tests.html_cells import cells


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
