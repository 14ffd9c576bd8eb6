"""Causes by the numbers alone: factors, shapes, fixed sizes, and where the numbers are wrong."""

from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from course_torch.exercises.explain import numbers
from course_torch.exercises.explain.numbers import (
    as_arrays,
    by_axis,
    by_factor,
    by_shape,
    diagnosed,
    edited_solution,
    facts,
    fits_network,
    in_words_of,
    is_constant,
    joined,
    left_right,
    made,
    matching,
    possible,
    telling,
)
from course_torch.exercises.explain.symptoms import Result
from course_torch.exercises.sandbox.layout import Part
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.cases import Sizes, drawn_case
from course_torch.exercises.tasks.task import Call, Task
from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import TensorName
from course_torch.mistakes.record import Edit
from course_torch.verification import right_pass
from course_torch.verification.diagnosis import Diagnosis

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


@pytest.mark.parametrize(
    ("tensor", "axis", "constant"),
    [
        (table([2, 2], [3, 3]), 1, True),
        (table([2, 2], [3, 3]), 0, False),
        (table([2, 2], [3, 4]), 1, False),
        (table([-2, 2], [3, 3]), 1, False),
        (table([-2, -2 - 1e-9], [3, 3]), 1, True),
        (table([0, 0], [3, 3]), 1, True),
        (table([1000, 1000 + 9e-4], [3, 3]), 1, True),
        (table([0, 1e-9], [3, 3]), 1, False),
    ],
)
def test_numbers_that_are_constant_along_an_axis(tensor: Tensor, axis: int, constant: bool) -> None:
    assert is_constant(tensor, axis) is constant


RIGHT = table([1, 2, 3, 4], [5, 6, 7, 8], [9, 1, 2, 3])


def changed_at(*places: tuple[int, int], factor: float = 0.0, added: float = 0.0) -> Tensor:
    found = RIGHT.clone()
    for place in places:
        found[place] = factor * RIGHT[place] + added
    return found


@pytest.mark.parametrize(
    ("name", "found", "shown"),
    [
        (
            "Z",
            changed_at((1, 0), (1, 2), factor=1.5),
            ["wrong only in example 2, units 1, 3", "the numbers there are 1.5"],
        ),
        ("Z2", changed_at((1, 0), factor=1.5), ["wrong only in example 2, unit 1"]),
        ("A", changed_at((1, 0), (2, 3)), ["wrong only in examples 2, 3, units 1, 4", "the numbers there are 0"]),
        ("W1", changed_at((1, 0), added=0.5), ["wrong only in unit 2, input 1"]),
        ("b", changed_at((0, 1), (1, 1), (2, 1), factor=2), ["wrong only in unit 2", "the numbers there are 2 times"]),
        ("b", changed_at((0, 1), (1, 1), (2, 1), factor=1, added=1), ["wrong only in unit 2"]),
        ("Z", RIGHT * table([2], [3], [4]), ["each example is multiplied by a number of its own"]),
        ("Z", RIGHT * table([2, 3, 4, 5]), ["each unit is multiplied by a number of its own"]),
        ("Z", RIGHT + 1, []),
        ("Z", RIGHT * nan, []),
        ("Z", RIGHT.T, []),
        ("dZ", changed_at((1, 0)), []),
    ],
)
def test_where_the_numbers_are_wrong_and_what_they_are_there(name: str, found: Tensor, shown: list[str]) -> None:
    seen = facts(result(4, found, RIGHT, name), "rows")
    said = [cause.sentence.en for causes in seen for cause in causes]
    assert len(said) == len(shown)
    assert all(text.startswith(words) for text, words in zip(said, shown, strict=True))


def test_numbers_in_place_of_zeros_are_wrong_where_they_are_not_0() -> None:
    ((place,),) = facts(result(4, changed_at((1, 0)) - RIGHT, 0 * RIGHT), "rows")
    assert place.sentence.en == "wrong only in example 2, unit 1"


def test_two_rows_and_differences_that_are_too_small_show_nothing() -> None:
    """Any two rows are multiples of some others."""
    for found in (RIGHT[:2] * table([2], [3]), RIGHT[:2] + 4e-7 * torch.rand(2, 4)):
        assert facts(result(4, found, RIGHT[:2]), "rows") == []


def test_in_chinese_the_places_stand_side_by_side() -> None:
    ((place,),) = facts(result(4, changed_at((1, 0), added=0.5), RIGHT), "rows")
    assert place.sentence.zh == "只有第 2 个样本第 1 个单元出错"


def test_a_wrong_number_is_off_by_more_than_rounding_of_the_largest() -> None:
    """Noise in all other entries is not wrong."""
    noisy = changed_at((1, 0), factor=3) + 0.8e-6 * torch.rand(RIGHT.shape, dtype=torch.float64)
    ((place, *_),) = facts(result(4, noisy, RIGHT), "rows")
    assert place.sentence.en == "wrong only in example 2, unit 1"


EVIDENCE = replace(MISTAKES["own factors"], sentence=Text("each row", "每行"))


@pytest.mark.parametrize(
    ("sentence", "layout", "expected"),
    [
        (Text("each row is big", "每行"), "rows", Text("each row is big", "每行")),
        (Text("each row is a column", "每行是列"), "columns", Text("each column is a row", "每列是行")),
        (Text("each number", "每个数"), "columns", Text("each number", "每个数")),
        (Text("the rows of W", "行"), "columns", None),
        (Text("the rows of dW1", "行"), "columns", None),
        (Text("the upper right row", "行"), "columns", None),
        (Text("a triangle", "三角"), "columns", None),
    ],
)
def test_rows_are_columns_in_the_other_layout(sentence: Text, layout: str, expected: Text | None) -> None:
    changed = in_words_of(layout, replace(EVIDENCE, sentence=sentence))
    assert (changed and changed.sentence) == expected
    mistake = replace(MISTAKES["sign"], sentence=sentence)
    assert in_words_of(layout, mistake) is mistake


def test_causes_together_are_one_finding() -> None:
    causes = (replace(MISTAKES["sign"], section=""), MISTAKES["no 1/m"], MISTAKES["keepdim missing"])
    found = joined(causes[:2])
    assert (found.key, found.section) == ("sign and no 1/m", "1.5")
    assert found.text.en == "the sign is turned around, and the sum over the examples is not divided by m"
    assert found.text.zh == "正负号反了；并且对样本求和之后没有除以 m"
    assert joined(causes, "unknown").key == "unknown"
    assert joined(causes[:1]).section == ""


DW = TensorName("dW", 1)


def gradient(found: Tensor) -> Result:
    """A result with dW of the network, which is wrong."""
    return result(4, found, CASES[4].right[DW], "dW", names={"dW": DW})


def test_the_catalogue_knows_the_networks_tensors_and_shapes() -> None:
    right = CASES[4].right[DW]  # (1, 3)
    assert fits_network(gradient(2 * right))
    assert not fits_network(result(4, 2 * right, right))  # no tensor of the network
    assert fits_network(gradient(2 * right.T))  # the network's shape is the right one
    assert not fits_network(result(4, 2 * right, right.T, "dw", names={"dw": DW}))


def explained(monkeypatch: pytest.MonkeyPatch, *explanations: Any, layout: str = "rows") -> list[Any]:
    """What is made of the explanations of a diagnosis."""
    diagnosis = Diagnosis(DW, (DW,), explanations, NOTHING)
    monkeypatch.setattr(right_pass, "diagnose", lambda *arguments: diagnosis if explanations else None)
    return diagnosed(gradient(2 * CASES[4].right[DW]), layout)


def test_the_explanations_of_the_diagnosis_are_in_the_words_of_the_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    sign, unsure = MISTAKES["sign"], replace(EVIDENCE, sentence=Text("rows of W", "行"))
    assert explained(monkeypatch) == []
    assert explained(monkeypatch, (MISTAKES["unknown"],)) == []
    assert explained(monkeypatch, (sign,), (EVIDENCE, sign)) == [(sign,), (EVIDENCE, sign)]
    in_columns = explained(monkeypatch, (sign,), (unsure, sign), (EVIDENCE,), layout="columns")
    assert [[cause.sentence.en for cause in causes] for causes in in_columns] == [[sign.sentence.en], ["each column"]]


def test_only_evidence_is_shown_of_an_unknown_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place is a fact of each result. Anything else must be shown by the two largest results."""
    place, sign = (EVIDENCE, MISTAKES["0 there"]), (EVIDENCE, MISTAKES["sign"])
    rows = (replace(EVIDENCE, key="some rows"),)
    small, middle, large = (result(m, torch.zeros(n, n), torch.ones(n, n)) for m, n in ((4, 2), (5, 3), (7, 4)))
    for of_large, of_middle, of_small, text in (
        ([sign, place], [place, sign], [], "each row, and the numbers there are 0"),
        ([sign], [sign], [sign], ""),
        ([place], [], [place], ""),
        ([rows], [], [], "each row"),
        ([], [rows], [], "each row"),
        ([], [], [rows], ""),
    ):
        seen = {id(large): of_large, id(middle): of_middle, id(small): of_small}
        monkeypatch.setattr(numbers, "facts", lambda one, layout, seen=seen: seen[id(one)])
        best, found = numbers.shown([small, large, middle], "rows")
        assert (found.key, found.text.en) == ("unknown", text)
        assert not text or place in seen[id(best)] or rows in seen[id(best)]


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
