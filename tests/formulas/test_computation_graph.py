from math import log

import pytest

from course_torch.errors import InputError
from course_torch.formulas.computation_graph import (
    OPERATIONS,
    ComputationGraph,
    course_graph,
    slope_by_nudge,
    slope_from_both_sides,
)


def cube(a: float) -> float:
    return a**3


def test_the_notes_nudge_of_a_cubed() -> None:
    """a³ at a = 2.001 is 8.012 to three decimals, so the slope at 2 is about 12 (notes 1.4)."""
    assert f"{cube(2.001):.3f}" == "8.012"
    assert slope_by_nudge(cube, 2) == pytest.approx(12, abs=0.007)
    assert slope_from_both_sides(cube, 2) == pytest.approx(12, abs=2e-6)


def test_the_slope_differs_from_point_to_point_unless_f_is_a_line() -> None:
    """a³ has slope 3a²: 3 at 1, 12 at 2, 75 at 5. 3a has slope 3 everywhere."""
    assert [round(slope_by_nudge(cube, a)) for a in (1, 2, 5)] == [3, 12, 75]
    assert [slope_by_nudge(lambda a: 3 * a, a) for a in (2, 5)] == [pytest.approx(3)] * 2


def test_the_lectures_graph() -> None:
    """J = 3 (a + b c) at (5, 3, 2): u = 6, v = 11, J = 33; dv = 3, du = 3, da = 3, db = 3c = 6, dc = 3b = 9."""
    graph = course_graph()
    values = {node.name: node.value for node in graph.forward()}
    assert values == {"a": 5, "b": 3, "c": 2, "u": 6, "v": 11, "J": 33}
    derivatives = {node.name: node.derivative for node in graph.backward()}
    assert list(derivatives) == ["J", "v", "u", "c", "b", "a"]
    assert derivatives == {"J": 1, "v": 3, "u": 3, "a": 3, "b": 6, "c": 9}
    assert [node.text for node in graph.nodes.values()] == ["a", "b", "c", "u = b · c", "v = a + u", "J = 3 · v"]


def test_a_node_used_twice_adds_up_its_derivatives() -> None:
    """J = a · a at 3: dJ/da = 3 + 3."""
    graph = ComputationGraph({"a": 3}, {"J": ("multiply", "a", "a")})
    list(graph.forward())
    list(graph.backward())
    assert graph.nodes["a"].derivative == 6


def test_logistic_loss_of_one_example_has_derivative_a_minus_1() -> None:
    """w x + b = ln 3, so a = 3/4; with y = 1 dz = a - 1 = -1/4 and dw = x dz (notes 1.5)."""
    graph = ComputationGraph(
        {"w": 1, "x": log(3), "b": 0},
        {"u": ("multiply", "w", "x"), "z": ("add", "u", "b"), "a": ("sigmoid", "z"), "L": ("negative_log", "a")},
    )
    list(graph.forward())
    list(graph.backward())
    assert graph.nodes["z"].derivative == pytest.approx(-0.25)
    assert graph.nodes["w"].derivative == pytest.approx(-0.25 * log(3))


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_slopes_of_an_operation_are_the_derivatives_of_its_value(name: str) -> None:
    value, slopes, text = OPERATIONS[name]
    point = (0.7, 1.3)[: text.count("{}")]
    for place, slope in enumerate(slopes(*point)):

        def moved(x: float, place: int = place) -> float:
            return value(*point[:place], x, *point[place + 1 :])

        assert slope == pytest.approx(slope_from_both_sides(moved, point[place]), rel=1e-5)


@pytest.mark.parametrize(
    ("formulas", "message"),
    [
        ({"u": ("divide", "a", "a")}, "node u: found 'divide', expected one of add"),
        ({"u": ("add", "a", "b")}, r"node u: found \['b'\], expected nodes above it"),
        ({"a": ("add", "a", "a")}, "node a: found a second one"),
    ],
)
def test_invalid_graphs_are_rejected(formulas: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ComputationGraph({"a": 1}, formulas)
