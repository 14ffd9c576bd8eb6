"""Faults follow from records. They break the real code, which is whole again afterwards."""

import pytest
import torch
from torch import Tensor

from course_torch.formulas import layers
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.mistakes.record import Edit, mistake
from course_torch.verification.faults import Fault, broken, by_text, faults_of
from course_torch.verification.reference import in_order
from tests.verification.problems import random_problem
from tests.verification.self_test import FAULTS, broken_tensors, first_wrong, problem_with_reference

BY_NAME = {fault.name: fault for fault in FAULTS}
EVERY = ("sigmoid", "softmax", "identity")
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)

# The real code

PLACES = {
    "dZ[L]": TensorName("dZ", 3),
    "g'": TensorName("dZ", 2),
    "dZ": TensorName("dZ", 2),
    "dslope": TensorName("dslope", 2),
    "dW": TensorName("dW", 3),
    "db": TensorName("db", 3),
    "dA": TensorName("dA", 2),
}


def doubled(context: BackwardContext) -> Tensor:
    return 2 * context.right


@pytest.mark.parametrize("place", PLACES)
def test_a_wrong_function_makes_a_wrong_tensor_in_both_ways_through_the_code(place: str) -> None:
    network, X, Y = problem = random_problem(0, "leaky_relu")
    right = in_order(network.backward_steps(X, Y, input_derivative=True))
    network.cost(X, Y).backward()
    gradients = [parameter.grad.clone() for parameter in network.parameters()]
    made = broken_tensors(*problem, {place: doubled})
    assert next(name for name in right if not torch.equal(made[name], right[name])) == PLACES[place]
    torch.testing.assert_close(made[PLACES[place]], 2 * right[PLACES[place]])
    network.zero_grad()
    with broken(*problem, {place: doubled}):
        network.cost(X, Y).backward()
    same = zip(network.parameters(), gradients, strict=True)
    assert not all(torch.allclose(parameter.grad, gradient) for parameter, gradient in same)


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


def test_a_wrong_shape_ends_the_backward_pass_and_what_was_made_is_kept() -> None:
    made = broken_tensors(*random_problem(0), {"dZ[L]": lambda context: context.A - context.Y.flatten()})
    assert made[TensorName("dZ", 3)].shape == (9, 9)
    assert TensorName("dZ", 2) not in made


def test_a_wrong_function_sees_the_layer_it_is_called_for() -> None:
    seen = []

    def watch(context: BackwardContext) -> Tensor:
        seen.append((context.layer, context.L, context.m))
        assert context.W.shape == context.right.shape == context.dW.shape
        assert context.b.shape == (1, context.Z.shape[1])
        assert context.A_prev.shape[1] == context.W.shape[1]
        assert context.A.shape == context.Z.shape == context.dZ.shape
        return context.right

    broken_tensors(*random_problem(0), {"dW": watch})
    assert seen == [(3, 3, 9), (2, 3, 9), (1, 3, 9)]


def test_all_tensors_are_made_down_to_dA_of_X() -> None:
    network, X, Y = random_problem(0)
    assert set(broken_tensors(network, X, Y, {})) == set(in_order(network.backward_steps(X, Y, input_derivative=True)))


# What a text makes


def made_by(text: str, name: str, need: str = "any") -> tuple[Tensor, BackwardContext]:
    _, reference = problem_with_reference(0, need, "sigmoid", torch.float64)
    (of_name,) = (each for each in reference.right if str(each) == name)
    context = BackwardContext(of_name, reference.right, reference.forward)
    return by_text(text, context), context


def test_a_text_makes_the_wrong_tensor_and_where_it_changes_nothing_the_right_one() -> None:
    made, context = made_by("dZ.T @ X / m", "dW[3]")
    torch.testing.assert_close(made, context.dZ.T @ context.X / 9)
    for text in ("(dZ / m).T @ A_prev", "above.dZ.T @ A_prev / m"):
        made, context = made_by(text, "dW[3]")
        assert made is context.right


def test_a_tensor_of_another_layer_has_the_right_shape() -> None:
    """All hidden layers of a square problem have 5 units, and the output layer has 1."""
    made, context = made_by("other.db", "db[1]", "square")
    assert made is context.at(2).db
    assert made_by("other.db", "db[3]", "square")[0].shape == (1, 1)


# The faults of records


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


def test_the_sentence_of_two_mistakes_joins_theirs() -> None:
    assert BY_NAME["sign, and no 1/m, in dW"].sentence == (
        "the sign is turned around (notes 2.5), and the sum over the examples is not divided by m (notes 1.5)",
        "正负号反了（笔记 2.5）；并且对样本求和之后没有除以 m（笔记 1.5）",
    )


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


def test_all_edits_of_an_exchange_are_made_together() -> None:
    (swapped,) = faults_of(MISTAKES["swapped"])
    right, made = (broken_tensors(*random_problem(0), wrong) for wrong in ({}, swapped.wrong))
    for l in (3, 2, 1):
        dW, db = TensorName("dW", l), TensorName("db", l)
        torch.testing.assert_close((made[dW], made[db]), (right[db], right[dW]))


@each_fault
def test_only_faults_that_show_in_float32_are_made_in_float32(fault: Fault) -> None:
    _, reference = problem_with_reference(0, fault.need, fault.outputs[0], torch.float32)
    assert bool(first_wrong(fault, reference)) is fault.float32
