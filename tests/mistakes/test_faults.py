"""Faults follow from records. They break the real code, which is whole again afterwards."""

import pytest
import torch
from torch import Tensor

from course_torch.formulas import layers
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.faults import Fault, broken, faults_of
from course_torch.mistakes.record import Edit, mistake
from tests.verification.self_test.problems import random_problem
from tests.verification.self_test.scores import FAULTS, first_wrong, problem_with_reference

BY_NAME = {fault.name: fault for fault in FAULTS}
EVERY = ("sigmoid", "softmax", "identity")
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


def test_the_code_is_whole_again_even_after_an_error() -> None:
    problem = random_problem(0)
    before = dict(vars(layers)), problem[0].output

    def fail(context: BackwardContext) -> Tensor:
        assert layers.linear_backward is not before[0]["linear_backward"]
        raise ZeroDivisionError

    with broken(*problem, {"dW": fail}), pytest.raises(ZeroDivisionError):
        problem[0].backward_steps(*problem[1:])
    assert dict(vars(layers)) == before[0]
    assert problem[0].output is before[1]


def test_the_names_of_the_faults_are_distinct_in_both_languages() -> None:
    assert len({*BY_NAME}) == len({fault.title.zh for fault in FAULTS}) == len(FAULTS) > 100


@pytest.mark.parametrize(
    ("name", "chinese"),
    [
        ("A + Y", "A + Y"),
        ("no 1/m in dW", "dW：没有乘 1/m"),
        ("1 left out in dZ of tanh", "tanh 的 dZ：漏掉了 1"),
        ("no g', and 1/m in dZ, in dZ", "dZ：没有乘 g'，并且 dZ 里有 1/m"),
        ("sign, and no 1/m, in dW", "dW：正负号，并且没有乘 1/m"),
    ],
)
def test_the_title_of_a_fault_says_where_it_is_made(name: str, chinese: str) -> None:
    assert BY_NAME[name].title.zh == chinese


def conditions(*edits: Edit) -> list[tuple[str, str, tuple[str, ...], bool]]:
    """Name, need, outputs and float32 of the faults of a record with these edits."""
    faults = faults_of(mistake("new", "新的", "2.5", "it is new", "新的错误", *edits))
    return [(fault.name, fault.need, fault.outputs, fault.float32) for fault in faults]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([Edit("dW", "dZ", "A"), Edit("dW", "dZ", "Z")], [("new", "any", EVERY, True)]),
        (
            [Edit("dW", "dZ", "A"), Edit("db", "dZ", "A")],
            [("new in dW", "any", EVERY, True), ("new in db", "any", EVERY, True)],
        ),
        ([Edit("dZ", "A", "Z", "tanh sigmoid")], [("new", "tanh", EVERY, True)]),
        (
            [Edit("dZ", "A", "Z", "tanh"), Edit("dZ", "Z", "A", "relu leaky_relu"), Edit("dZ", "Z", "-Z", "relu")],
            [("new in dZ of tanh", "tanh", EVERY, True), ("new in dZ of relu", "relu", EVERY, True)],
        ),
        ([Edit("dslope", "Z", "A")], [("new", "leaky_relu", EVERY, True)]),
        ([Edit("dZ[L]", "A", "Z", "sigmoid softmax")], [("new", "any", ("sigmoid", "softmax"), True)]),
        (
            [Edit("dZ[L]", "A", "Z", "sigmoid softmax"), Edit("dZ[L]", "A", "Y", "softmax")],
            [
                ("new in dZ[L] of sigmoid", "any", ("sigmoid",), True),
                ("new in dZ[L] of softmax", "any", ("softmax",), True),
            ],
        ),
        ([Edit("dZ[L]", "A", "Y", need="classes")], [("new", "any", ("softmax",), True)]),
        ([Edit("dA", "W", "W.T", need="square")], [("new", "square", EVERY, True)]),
        ([Edit("dA", "W", "other.W", need="deep")], [("new", "deep", EVERY, True)]),
        ([Edit("dW", "m", "(m + 1e-8)", need="float64")], [("new", "any", EVERY, False)]),
        ([Edit("dZ", "A", "Z", "tanh", "square")], []),
    ],
)
def test_a_fault_is_made_where_its_edit_is_possible(edits: list[Edit], expected: list) -> None:
    assert conditions(*edits) == expected


@each_fault
def test_only_faults_that_show_in_float32_are_made_in_float32(fault: Fault) -> None:
    _, reference = problem_with_reference(0, fault.need, fault.outputs[0], torch.float32)
    assert bool(first_wrong(fault, reference)) is fault.float32
