"""What counts as right, a difference that rounding errors of float32 explain, and what is seen of a wrong result."""

import ast
from collections import namedtuple
from dataclasses import replace
from math import inf, nan
from types import ModuleType

import numpy as np
import pytest
import torch

from course_torch.exercises.explain import changed_text, exceptions, symptoms, unwritten
from course_torch.exercises.explain import numbers as explained_numbers
from course_torch.exercises.explain.symptoms import (
    SINGLE,
    Result,
    equal,
    factor_of,
    in_text,
    is_right,
    of_result,
    of_text,
    same_parts,
    symptom_of,
)
from course_torch.exercises.sandbox.layout import Part
from course_torch.exercises.sandbox.process import Answer
from course_torch.exercises.sandbox.source import Function
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.cases import Sizes, drawn_case
from course_torch.exercises.tasks.task import Call, Finding
from course_torch.language import Text
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import assert_in_both_languages, verdict_on

CASE, RELU = CHAPTERS["deep"].smallest_case(), CHAPTERS["deep"].tasks[0]


@pytest.mark.parametrize("module", [changed_text, exceptions, explained_numbers, symptoms, unwritten])
def test_every_sentence_is_english_and_chinese(module: ModuleType) -> None:
    assert_in_both_languages(module)


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


def test_a_sum_near_0_keeps_the_rounding_errors_of_its_terms() -> None:
    """In float32, 1.003 - 1 is wrong by 5e-8, which is 2e-5 of the result."""
    found = (torch.tensor(1.003) - torch.tensor(1.0)).double()
    assert is_right(Part("b", found, number(0.003)), None)


def test_a_difference_beyond_rounding_errors_is_wrong() -> None:
    assert not is_right(Part("b", number(0.00301), number(0.003)), None)
    assert not is_right(Part("w", number(2.00001), number(2.0)), None)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0], True),
        ([3.0, 4.0], [3.0, 4.0 + 9e-6], True),  # a millionth of 5 + 5
        ([3.0, 4.0], [3.0, 4.0 + 1.1e-5], False),
        ([nan, inf, -inf, 1.0], [nan, inf, -inf, 1.0], True),
        ([inf, 1.0], [-inf, 1.0], False),
        ([nan, 1.0], [inf, 1.0], False),
        ([nan, 1.0], [9.0, 1.0], False),
        ([inf, 1.0], [1e308, 1.0], False),
        ([nan, 1.0], [nan, 2.0], False),
        ([1e200, 1.0], [3e200, 1.0], False),
        ([1e308, 1.0], [-1e308, 1.0], False),
    ],
)
def test_nan_equals_nan_and_a_number_equals_what_is_near(a: list[float], b: list[float], expected: bool) -> None:
    assert equal(torch.tensor(a, dtype=torch.float64), torch.tensor(b, dtype=torch.float64)) == expected


def test_other_shapes_are_not_equal() -> None:
    assert not equal(torch.ones(1, 2), torch.ones(2, 1))


def test_a_numpy_array_in_a_torch_file_is_named() -> None:
    text = changed(solution("shallow", "torch", "rows"), "sigmoid", "torch.exp(-Z))", "torch.exp(-Z)).numpy()")
    verdict = verdict_on(text, "shallow", "sigmoid")
    assert (verdict.state, [cause.key for cause in verdict.findings]) == ("wrong", ["NumPy in torch"])


def test_costs_may_be_a_numpy_array_in_a_torch_file() -> None:
    text = changed(solution("shallow", "torch", "rows"), "train", "parameters, costs", "parameters, numpy.array(costs)")
    assert verdict_on(text.replace("import torch", "import numpy, torch", 1), "shallow", "train").state == "right"


def test_shapes_are_those_of_the_learners_layout() -> None:
    drawn = drawn_case(Sizes([3, 1], 7), "relu", seed=1)
    part = Part("Z", torch.zeros(7, 4), torch.zeros(7, 2))  # in rows
    result = Result(Call({}, part.right, drawn), [part], ["Z"])
    assert symptom_of(result, "rows").en == "Z has the shape (7, 4), expected (7, 2)"
    assert symptom_of(result, "columns").en == "Z has the shape (4, 7), expected (2, 7)"


def numbers(*values: float, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.tensor(values, dtype=dtype)


@pytest.mark.parametrize(("size", "allowed"), [(0.5, 8.0), (1.0, 8.0), (4.0, 32.0)])
def test_eight_rounding_errors_of_the_largest_entry_are_right(size: float, allowed: float) -> None:
    """An entry below 1 counts as 1."""
    right = numbers(size)
    for errors, is_so in ((0.95 * allowed, True), (1.05 * allowed, False)):
        assert is_right(Part("Z", right + errors * SINGLE, right), None) is is_so


def test_only_float32_and_float64_are_right() -> None:
    for dtype, is_so in ((torch.float32, True), (torch.float64, True), (torch.float16, False), (torch.bool, False)):
        assert is_right(Part("Z", torch.ones(2, dtype=dtype), numbers(1, 1)), None) is is_so
    assert is_right(Part("Z", numbers(), numbers()), None)


@pytest.mark.parametrize(
    ("found", "right", "factor"),
    [
        (numbers(2, 4), numbers(1, 2), 2.0),
        (numbers(-1, -2), numbers(1, 2), -1.0),
        (numbers(2, 4.1), numbers(1, 2), None),
        (numbers(0, 0), numbers(1, 2), None),
        (numbers(1, 1), numbers(0, 0), None),
        (numbers(inf, 2), numbers(1, 2), None),
        (numbers(2, 4, 6), numbers(1, 2), None),
    ],
)
def test_a_multiple_of_the_right_tensor_has_a_factor(
    found: torch.Tensor, right: torch.Tensor, factor: float | None
) -> None:
    assert factor_of(Part("dW", found, right)) == (factor and pytest.approx(factor, rel=1e-15))


def seen(found: torch.Tensor, right: torch.Tensor, layout: str = "rows") -> Text:
    """What is seen of Z in a case of 3 examples."""
    other = Part("W", numbers(1), numbers(1))
    return symptom_of(Result(Call({}, right, CASE), [other, Part("Z", found, right)], ["Z"]), layout)


def test_what_is_seen_of_a_wrong_tensor() -> None:
    right = numbers(3, 4, 0)
    assert seen(3 * right, right) == ("Z is 3 times the right one, and m = 3", "Z 是正确值的 3 倍，而 m = 3")
    assert seen(right / 3, right).en == "Z is 0.333333 times the right one, and m = 3"
    assert seen(2 * right, right) == ("Z is 2 times the right one", "Z 是正确值的 2 倍")
    assert seen(right * nan, right) == ("Z contains nan or inf", "Z 里有 nan 或 inf")
    assert seen(right + numbers(0, 0, 5), right).en == "Z differs from the right one by 41.4%"
    assert seen(right + numbers(0, 0, 1.01e-2), right) == (
        "Z differs from the right one by 0.1%",
        "Z 与正确值相差 0.1%",
    )
    assert seen(right + numbers(0, 0, 9.9e-3), right).en == "Z differs from the right one by 9.9e-04"
    assert seen(numbers(1, 0, 1), numbers(0, 0, 0)).en == "Z differs from the right one by 100.0%"


def named(code: str) -> Function:
    """The function of a text."""
    (function,) = ast.parse(code).body
    assert isinstance(function, ast.FunctionDef)
    return function


Three = namedtuple("Three", "dA_prev dW db")
RIGHT = Three(torch.ones(1, 2), 2 * torch.ones(2, 1), 3 * torch.ones(1, 1))


@pytest.mark.parametrize(
    ("found", "code", "keys"),
    [
        ("dW, db, dA", "return 1", ["order of the results"]),
        ("dA, db, dW", "return 1", ["order of the results"]),
        ("dW, db", "return 1", []),
        ("dW, db, db", "return 1", []),
        ("dW, db, 2 * dA", "return 1", []),
        ("dW", "return 1", []),
        ("None", "return 1", []),
        ("None", "pass", ["no return"]),
        ("None", "return", ["no return"]),
        ("dW", "pass", []),
    ],
)
def test_a_result_in_another_order_or_none(found: str, code: str, keys: list[str]) -> None:
    dA, dW, db = (tensor.numpy() for tensor in RIGHT)
    result = eval(found, {"dA": dA, "dW": dW, "db": db})
    findings = of_result(result, Call({}, RIGHT, CASE), "dW", "rows", named(f"def f():\n    {code}"))
    assert [cause.key for cause in findings] == keys
    assert all("return dA_prev, dW, db" in cause.text.en for cause in findings if cause.key.startswith("order"))


def test_of_numbers_drawn_at_random_only_the_shapes_have_an_order() -> None:
    Pair = namedtuple("Pair", "w b")
    call = Call({}, Pair(torch.ones(2, 1), torch.ones(())), CASE, fails=lambda found: None)
    swapped = of_result((np.zeros(()), np.zeros((2, 1))), call, "w", "rows", named("def f():\n    return 1"))
    assert [cause.key for cause in swapped] == ["order of the results"]


def test_five_results_are_in_too_many_orders() -> None:
    Five = namedtuple("Five", "a b c d e")
    right = Five(*(number(value) for value in range(5)))
    found = tuple(float(value) for value in reversed(range(5)))
    assert of_result(found, Call({}, right, CASE), "a", "rows", named("def f():\n    return 1")) == ()
    Four = namedtuple("Four", "a b c d")
    four = Call({}, Four(*right[:4]), CASE)
    assert of_result(found[1:], four, "a", "rows", named("def f():\n    return 1")) != ()


@pytest.mark.parametrize(
    ("first", "second", "equal_results"),
    [
        ([1.0, 2.0], [1.0, 2.0], True),
        ([nan, 2.0], [nan, 2.0], True),
        ([1.0, 2.0], [1.0, 2.1], False),
        ([1.0, 2.0], None, False),
    ],
)
def test_a_second_call_gives_the_same(first: list[float], second: list[float] | None, equal_results: bool) -> None:
    arrays = [None if values is None else np.array(values) for values in (first, second)]
    answer = Answer(arrays[0], False, arrays[1], False)
    assert same_parts(answer, Call({}, numbers(1, 2), CASE), RELU, "rows") is equal_results


def test_every_part_of_a_second_result_is_compared() -> None:
    call = Call({}, RIGHT, CASE)
    one, other = (tuple(tensor.numpy() + added for tensor in RIGHT) for added in (0, 1))
    for again, is_same in ((one, True), ((*one[:2], other[2]), False), ((other[0], *one[1:]), False)):
        assert same_parts(Answer(one, False, again, False), call, RELU, "rows") is is_same


SUM = Finding("m of the units", Text("divided by another m", "除以了别的 m"), "")


@pytest.mark.parametrize(
    ("layout", "line", "found"),
    [
        ("rows", "m = 7", True),
        ("rows", "m = X.shape[1]", True),
        ("rows", "m = X.shape[0]", False),
        ("rows", "m = len(X)", False),
        ("columns", "m = X.shape[0]", True),
        ("columns", "m = len(X)", True),
        ("columns", "m = X.shape[1]", False),
        ("columns", "n = X.shape[0]", False),
    ],
)
def test_a_cause_about_m_names_the_line_that_gives_m_a_wrong_value(layout: str, line: str, found: bool) -> None:
    function = named(f"def f(X):\n    a = 1\n    {line}\n    return m")
    cause = in_text(function, SUM, layout)
    added = (f" (line 3: {line})", f"（第 3 行：{line}）") if found else ("", "")
    assert cause.text == (SUM.text.en + added[0], SUM.text.zh + added[1])
    other = replace(SUM, key="sign")
    assert in_text(function, other, layout) is other


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def f(X, num_iterations):\n    return X", ["the function never uses num_iterations"]),
        ("def f(X, num_iterations):\n    X = 1\n    return X", ["the function never uses num_iterations"]),
        ("def f(X, m):\n    return X", []),
        ("def f(X, Y):\n    X = 1\n    return X", ["X is replaced before it is used"]),
        ("def f(X, Y):\n    X = X + 1\n    return X", []),
        ("def f(X, Y):\n    print(X)\n    X = 1\n    return X", []),
        ("def f(X, Y):\n    X, Y = 1, 2", ["X is replaced before it is used", "Y is replaced before it is used"]),
        ("def f(X, Y):\n    if Y:\n        X = 1\n    return X", []),
        ("def f(X):\n    for i in X:\n        p = initialize(1)", ["initialize is called in every iteration"]),
        ("def f(X):\n    for i in X:\n        p = other(1), np.zeros(2)", []),
        ("def f(X):\n    p = initialize(1)\n    for i in X:\n        p = other(p)", []),
        ("def f(X):\n    for i in X:\n        initialize(1)", []),
        ("def f(X):\n    X = 1\n    for i in X:\n        p = initialize(1)", ["X is replaced before it is used"]),
    ],
)
def test_what_the_text_shows(code: str, said: list[str]) -> None:
    found = of_text(named(code))
    assert [cause.text.en.startswith(words) for cause, words in zip(found, said, strict=True)] == [True] * len(said)
    assert of_text(ast.parse("np.tanh", mode="eval").body) == ()
