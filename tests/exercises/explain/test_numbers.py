"""Causes by the numbers alone: factors, shapes, fixed sizes, and where the numbers are wrong."""

from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from course_torch.exercises.explain.numbers import (
    as_arrays,
    by_axis,
    by_factor,
    by_shape,
    edited_solution,
    joined,
    left_right,
    made,
    matching,
    possible,
    shown,
    telling,
)
from course_torch.exercises.explain.symptoms import Result
from course_torch.exercises.sandbox.layout import Part
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.cases import Sizes, drawn_case
from course_torch.exercises.tasks.task import Call, Task
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import TensorName
from course_torch.mistakes.record import Edit

CASES = {m: drawn_case(Sizes([3, 1], m), "relu", seed=1) for m in (1, 4, 5, 7)}


def table(*rows: list[float]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def result(m: int, found: Tensor, right: Tensor, name: str = "Z", **call: Any) -> Result:
    """A result of m examples with one tensor, which is wrong."""
    return Result(Call({}, right, CASES[m], **call), [Part(name, found, right)], [name])


VECTOR = table([1.0, -2.0, 4.0])


@pytest.mark.parametrize(
    ("factors", "key", "section", "words"),
    [
        ({4: -1, 5: -1}, "sign", "2.5", "the sign is turned around"),
        ({4: 4, 5: 5}, "no 1/m", "1.2", "not divided by m"),
        ({4: 1 / 4, 5: 1 / 5}, "1/m twice", "1.2", "divided by m twice"),
        ({4: -4, 5: -5}, "sign and no 1/m", "1.2", "turned around, and the sum over the examples is not divided"),
        ({4: 4 / 3, 5: 5 / 3}, "another m", "1.5", "divided by 3 instead of m = 4"),
        ({4: 4 / 3, 1: 1 / 3}, "another m", "1.5", "divided by 3 instead of m = 4"),
        ({4: 0.5, 5: 0.5}, "factor 0.5", "", "0.5 times the right tensor: a constant such as 2"),
        ({4: 4 / 3}, "", "", ""),  # one result shows no m, and no constant
        ({4: 0.5, 5: 0.6}, "", "", ""),
        ({4: -4 / 3, 5: -5 / 3}, "", "", ""),
        ({4: 4 / 2.5, 5: 5 / 2.5}, "", "", ""),
        ({4: 0.5, 5: nan}, "", "", ""),
        ({4: nan, 5: nan}, "", "", ""),
    ],
)
def test_one_factor_of_every_result_has_a_meaning(
    factors: dict[int, float], key: str, section: str, words: str
) -> None:
    found = by_factor("Z", [result(m, factor * VECTOR, VECTOR) for m, factor in factors.items()])
    assert [cause.key for cause in found] == [key] * bool(key)
    assert all(words in cause.text.en and cause.text.zh != cause.text.en for cause in found)
    if key and key != "sign":
        assert found[0].section == section


def test_a_result_that_is_right_where_all_numbers_are_0_has_no_factor() -> None:
    zeros = result(7, 0 * VECTOR, 0 * VECTOR)
    assert [cause.key for cause in by_factor("Z", [zeros, result(4, -VECTOR, VECTOR)])] == ["sign"]
    assert by_factor("Z", [zeros]) == []
    assert by_factor("W", [result(4, -VECTOR, VECTOR)]) == []


TASK = CHAPTERS["deep"].tasks[0]


@pytest.mark.parametrize(
    ("found", "right", "drawn", "key"),
    [
        (VECTOR, VECTOR, False, ""),
        (VECTOR.T, VECTOR, False, "transposed"),
        (2 * VECTOR.T, VECTOR, False, ""),
        (VECTOR[0], VECTOR, False, "keepdim missing"),
        (VECTOR[0, :2], VECTOR, False, ""),
        (VECTOR[None], VECTOR, False, "another shape"),
        (VECTOR, VECTOR[0], False, "another shape"),
        (VECTOR[0, :1], VECTOR[0, 0], False, "another shape"),
        (VECTOR[0], VECTOR[None], False, "keepdim missing"),
        (VECTOR, VECTOR[None], False, "another shape"),
        (table([1, 2], [3, 4], [5, 6]), table([1, 2, 3], [4, 5, 6]), False, "another shape"),
        (5 + VECTOR.T, VECTOR, True, "sizes swapped"),
        (torch.ones(6, 1), torch.ones(2, 3), True, ""),
        (5 + VECTOR[0], VECTOR, True, "keepdim missing"),
        (VECTOR[None], VECTOR, True, ""),
    ],
)
def test_the_right_numbers_in_another_shape(found: Tensor, right: Tensor, drawn: bool, key: str) -> None:
    causes = by_shape(TASK, Part("Z", found, right), drawn=drawn)
    assert [cause.key for cause in causes] == [key] * bool(key)
    assert all(cause.section == (TASK.section if key != "keepdim missing" else "1.7") for cause in causes)


def shaped(*shapes: tuple[tuple[int, ...], tuple[int, ...]], name: str = "Z") -> list[Result]:
    """Results with these shapes: found and right."""
    return [result(4, torch.zeros(found), torch.zeros(right), name) for found, right in shapes]


@pytest.mark.parametrize(
    ("shapes", "layout", "expected"),
    [
        ([((4, 3), (4, 2)), ((5, 3), (5, 6))], "rows", "Z.shape[1] is 3 whatever the arguments are"),
        ([((4, 3), (4, 2)), ((5, 3), (5, 6))], "columns", "Z.shape[0] is 3 whatever the arguments are"),
        ([((4, 3), (5, 3)), ((4, 3), (6, 3))], "rows", "Z.shape[0] is 4 whatever the arguments are"),
        ([((4, 2), (4, 2)), ((5, 2), (5, 2))], "rows", ""),  # the right length does not change
        ([((4, 1), (4, 2)), ((5, 1), (5, 6))], "rows", ""),
        ([((4, 3), (4, 2)), ((5, 7), (5, 6))], "rows", ""),
        ([((4, 3), (4, 2)), ((5,), (5, 6))], "rows", ""),
        ([((4, 3), (4, 2)), ((5, 3), (5,))], "rows", ""),
    ],
)
def test_a_size_that_never_changes(shapes: list[Any], layout: str, expected: str) -> None:
    found = by_axis("Z", [*shaped(*shapes), *shaped(((9, 9), (1, 1)), name="W")], layout)
    assert [cause.text.en.partition(":")[0] for cause in found] == [expected] * bool(expected)


def test_the_results_that_tell_most_have_several_examples_and_numbers() -> None:
    one, zero, single, several = (
        result(1, VECTOR, -VECTOR),
        result(4, VECTOR, 0 * VECTOR),
        result(4, table([1]), table([2])),
        result(4, VECTOR, -VECTOR),
    )
    assert telling([one, zero, single, several]) == [several]
    assert telling([one, zero, single]) == [single]
    assert telling([one, zero]) == [one, zero]
    pair = result(4, VECTOR, table([0, 0, 1]))
    assert telling([pair, several]) == [several]


RIGHT = table([1, 2, 3, 4], [5, 6, 7, 8], [9, 1, 2, 3])


def changed_at(*places: tuple[int, int], factor: float = 0.0, added: float = 0.0) -> Tensor:
    found = RIGHT.clone()
    for place in places:
        found[place] = factor * RIGHT[place] + added
    return found


def seen(found: Tensor, name: str = "Z") -> str:
    """What the numbers of one wrong result show."""
    _, cause = shown([result(4, found, RIGHT, name)])
    assert cause.key == "unknown"
    return cause.text.en


@pytest.mark.parametrize(
    ("name", "found", "said"),
    [
        (
            "Z",
            changed_at((1, 0), (1, 2), factor=1.5),
            "wrong only in example 2, units 1, 3, and the numbers there are 1.5 times the right ones",
        ),
        ("Z2", changed_at((1, 0), factor=1.5), "wrong only in example 2, unit 1"),
        ("A", changed_at((1, 0), (1, 3)), "wrong only in example 2, units 1, 4, and the numbers there are 0"),
        ("A", changed_at((1, 0), (2, 3)), ""),  # scattered
        ("W1", changed_at((1, 0), added=0.5), "wrong only in unit 2, input 1"),
        (
            "b",
            changed_at((0, 1), (1, 1), (2, 1), factor=2),
            "wrong only in unit 2, and the numbers there are 2 times the right ones",
        ),
        ("b", changed_at((0, 1), (1, 1), (2, 1), factor=1, added=1), "wrong only in unit 2"),
        ("Z", RIGHT * table([2], [3], [4]), "each example is multiplied by a number of its own"),
        ("Z", RIGHT * table([2, 3, 4, 5]), "each unit is multiplied by a number of its own"),
        ("Z", RIGHT + 1, ""),
        ("Z", RIGHT * nan, ""),
        ("Z", RIGHT.T, ""),
        ("w", changed_at((1, 0)), ""),  # no kind with known axes
    ],
)
def test_where_the_numbers_are_wrong_and_what_they_are_there(name: str, found: Tensor, said: str) -> None:
    assert seen(found, name) == said


def test_in_chinese_the_places_stand_side_by_side() -> None:
    _, cause = shown([result(4, changed_at((1, 0), added=0.5), RIGHT)])
    assert cause.text.zh == "只有第 2 个样本第 1 个单元出错"


def test_a_wrong_number_is_off_by_more_than_rounding_of_the_largest() -> None:
    """Noise in all other entries is not wrong."""
    noisy = changed_at((1, 0), factor=3) + 0.8e-6 * torch.rand(RIGHT.shape, dtype=torch.float64)
    assert seen(noisy) == "wrong only in example 2, unit 1"


def test_what_a_result_shows_must_hold_in_the_next_too_but_its_place_is_a_fact() -> None:
    large, small = changed_at((1, 0)), RIGHT * table([2], [3], [4])
    own_factors, elsewhere = (result(m, small * c, RIGHT * c) for m, c in ((5, 1.0), (7, 2.0)))
    noise = result(4, RIGHT + torch.rand(RIGHT.shape, dtype=torch.float64), RIGHT)
    place = result(4, large, RIGHT)
    assert shown([own_factors, elsewhere])[1].text.en == "each example is multiplied by a number of its own"
    assert shown([own_factors, noise])[1].text.en == ""
    assert shown([noise, place]) == (place, shown([place])[1])


def test_a_step_of_the_backward_pass_shows_where_Z_is_not_positive() -> None:
    case = drawn_case(Sizes([3, 6, 1], 12), "relu", seed=1)
    name = TensorName("dZ", 1)
    right, Z = case.right[name], case.forward.caches[0].Z
    wrong = Result(
        Call({}, right, case, names={"dZ": name}), [Part("dZ", torch.where(Z > 0, right, 1 + Z), right)], ["dZ"]
    )
    assert shown([wrong])[1].text.en == "wrong only where Z ≤ 0"


def test_causes_together_are_one_finding() -> None:
    causes = (replace(MISTAKES["sign"], section=""), MISTAKES["no 1/m"], MISTAKES["keepdim missing"])
    found = joined(causes[:2])
    assert (found.key, found.section) == ("sign and no 1/m", "1.5")
    assert found.text.en == "the sign is turned around, and the sum over the examples is not divided by m"
    assert found.text.zh == "正负号反了；并且对样本求和之后没有除以 m"
    assert joined(causes, "unknown").key == "unknown"
    assert joined(causes[:1]).section == ""


def test_a_result_has_arrays_in_place_of_numpys_numbers() -> None:
    converted = as_arrays({"a": (np.float64(1), [2, np.int64(3)]), "b": "text"})
    assert converted == {"a": (1.0, [2, 3]), "b": "text"}
    assert isinstance(converted["a"][0], np.ndarray)
    assert isinstance(converted["a"][1][1], np.ndarray)


def task_of(function: str) -> Task:
    return next(task for task in CHAPTERS["deep"].tasks if task.name == function)


COST = task_of("compute_cost")


def costs(found: float) -> Result:
    (call,) = COST.calls_in(CHAPTERS["deep"].smallest_case())
    return Result(call, [Part("cost", torch.tensor(found, dtype=torch.float64), call.right)], ["cost"])


def test_the_tensors_of_a_wrong_function() -> None:
    call = costs(1.0)
    summed = made(lambda AL, Y: float(AL.sum()), COST, call, "rows")
    assert summed["cost"].item() == pytest.approx(call.call.arguments["AL"].sum().item())
    for wrong in (lambda AL, Y: 1 / 0, lambda AL: 1.0, lambda AL, Y: "text"):
        assert made(wrong, COST, call, "rows") == {}
    before = call.call.arguments["AL"].clone()

    def change(AL: np.ndarray, Y: np.ndarray) -> float:
        AL[:] = 0
        return 1.0

    assert made(change, COST, call, "rows")["cost"].item() == 1.0
    assert torch.equal(call.call.arguments["AL"], before)


def test_a_mistake_is_a_cause_if_it_makes_all_wrong_tensors_or_all_but_some() -> None:
    backward = task_of("linear_backward")
    case = CHAPTERS["deep"].cases(1)[0]
    (call, *_) = backward.calls_in(case)

    def found(**factors: float) -> Result:
        parts = [Part(name, factors.get(name, 1.0) * right, right) for name, right in call.right._asdict().items()]
        return Result(call, parts, list(factors))

    def summed(dZ: np.ndarray, cache: Any) -> Any:
        dA_prev, dW, db = (tensor.numpy() for tensor in call.right)
        return dA_prev, case.m * dW, db

    assert left_right(summed, backward, [found(dW=case.m)], "rows") == set()
    assert left_right(summed, backward, [found(dW=case.m, db=case.m)], "rows") == {"db"}
    assert left_right(summed, backward, [found(dW=2)], "rows") is None
    assert left_right(summed, backward, [found(dA_prev=2, dW=case.m)], "rows") is None  # the first is wrong otherwise
    assert left_right(lambda dZ, cache: None, backward, [found(dW=case.m)], "rows") is None

    def keys(*results: Result) -> set[str]:
        tried = possible({"linear_backward"}, in_networks=True)
        return {cause.key for cause in matching("deep", backward, list(results), "rows", tried)}

    assert "no 1/m" in keys(found(dW=case.m))
    assert "no 1/m" not in keys(found(dW=case.m, db=case.m))  # another mistake makes both
    assert "no 1/m" in keys(found(dW=case.m, db=2))
    assert keys(found(dW=case.m), found(dW=2)) == set()


def test_rounding_errors_of_float32_do_not_hide_a_mistake() -> None:
    """The wrong cost is a sum near 0, which keeps the rounding errors of its terms."""
    call = costs(0.0)
    found = torch.tensor(0.00300005, dtype=torch.float32)
    single = replace(call, parts=[call.parts[0]._replace(found=found)])
    assert left_right(lambda AL, Y: 0.003, COST, [single], "rows") == set()
    assert left_right(lambda AL, Y: 0.0031, COST, [single], "rows") is None
    double = replace(call, parts=[call.parts[0]._replace(found=found.double())])
    assert left_right(lambda AL, Y: 0.003, COST, [double], "rows") is None


def test_an_edited_solution_has_the_edit_of_its_layout_and_no_other() -> None:
    edit = Edit("compute_cost", " / m", "")
    A, Y = torch.full((4, 1), 0.5).numpy(), np.ones((4, 1))
    assert edited_solution("deep", "rows", edit)["compute_cost"](A, Y) == pytest.approx(4 * np.log(2))
    assert edited_solution("deep", "columns", edit)["compute_cost"](A.T, Y.T) == pytest.approx(4 * np.log(2))
    assert edited_solution("deep", "rows", Edit("propagate", "a", "b")) == {}
