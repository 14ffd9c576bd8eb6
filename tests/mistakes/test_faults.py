"""Faults follow from records and break the real code; the reference texts compute what is right and what is wrong."""

from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from course_torch.formulas import layers
from course_torch.formulas.outputs import OUTPUTS
from course_torch.mistakes import BACKWARD, MISTAKES
from course_torch.mistakes.context import BackwardContext, ForwardContext
from course_torch.mistakes.faults import Fault, broken, faults_of
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, edited_text, evaluate, mistake, tensors_of
from course_torch.verification.networks.calls.reference import losses
from tests.mistakes import in_numpy
from tests.mistakes.backward_in_numpy import IN_NUMPY as BACKWARD_IN_NUMPY
from tests.mistakes.forward_in_numpy import IN_NUMPY as FORWARD_IN_NUMPY
from tests.verification.networks.self_test.problems import random_problem
from tests.verification.networks.self_test.scores import FAULTS, first_wrong, problem_with_reference

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


TERMS = [(record, edit) for record in BACKWARD for edit in record.edits if edit.adds]


def test_the_texts_of_the_backward_pass_compute_the_right_tensors() -> None:
    seen = set()
    for context in in_numpy.backward_contexts():
        for text in {REFERENCE[context.place].get(context.function, ""), REFERENCE[context.place][""]} - {""}:
            torch.testing.assert_close(evaluate(text, context), context.right, rtol=1e-12, atol=1e-14, msg=text)
            seen.add(text)
    backward = {name: REFERENCE[name] for name in ("dZ[L]", "dZ", "dslope", "dW", "db", "dA")}
    assert seen == {text for texts in backward.values() for text in texts.values()}


def test_the_texts_of_the_forward_pass_compute_the_right_tensors() -> None:
    for place, seen in in_numpy.forward_contexts():
        right = {
            "Z": lambda seen=seen: seen.A_prev @ seen.W.T + seen.b,
            "A": lambda seen=seen: seen.g(seen.Z),
            "L": lambda seen=seen: losses(OUTPUTS[seen.function], seen.Z, seen.Y, torch.float64)[0],
        }[place]()
        text = REFERENCE[place].get(seen.function, REFERENCE[place][""])
        torch.testing.assert_close(evaluate(text, seen), right, rtol=1e-12, atol=1e-14, msg=text)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_logarithms_keep_their_digits(output: str) -> None:
    """log A = -100 of sigmoid, and 0 - 100 of softmax, where A itself is 0 beside 1."""
    seen = ForwardContext(output, in_numpy.value_of(output), Z=torch.tensor([[-100.0, 0.0]], dtype=torch.float64))
    assert seen.log_A[0, 0].item() == pytest.approx(-100, rel=1e-15)
    assert seen.log_rest[0, 1].item() == pytest.approx(-0.6931471805599453, rel=1e-15)


@pytest.mark.parametrize(("record", "edit"), TERMS, ids=lambda given: getattr(given, "key", getattr(given, "new", "")))
def test_an_edit_adds_the_multiple_that_it_says(record: object, edit: Edit) -> None:
    """What the edited text adds to the right tensor is a multiple of `adds`, within the limits and the slack."""
    for context in in_numpy.backward_contexts():
        if context.place == edit.place and context.allows(edit) and evaluate(edit.adds, context).any():
            term, off = (
                evaluate(edit.adds, context),
                evaluate(edited_text(edit, context.function), context) - context.right,
            )
            multiple = ((off * term).sum() / (term * term).sum()).item()
            assert edit.limits[0] < multiple < edit.limits[1]
            assert (off - multiple * term).norm() <= (edit.slack + 1e-6) * off.norm() > 0, (edit.new, context.name)


# The edits of the records


NARROW = {"float32": 2.0**-23, "bfloat16": 2.0**-7}
"""dtype -> ε. Records of these keys have no exact numbers."""
each = {"ids": lambda mistake: mistake.key}


@pytest.mark.parametrize("mistake", [MISTAKES[key] for key in BACKWARD_IN_NUMPY], **each)
def test_the_edits_make_the_mistake_of_the_backward_pass(mistake: Mistake) -> None:
    in_numpy.assert_makes(mistake, BACKWARD_IN_NUMPY)


@pytest.mark.parametrize("mistake", [MISTAKES[key] for key in FORWARD_IN_NUMPY], **each)
def test_the_edits_make_the_mistake_of_the_forward_pass(mistake: Mistake) -> None:
    for place, context in in_numpy.forward_contexts():
        if any(edit.place == place for edit in mistake.edits):
            n = SimpleNamespace(name=context.function, slope=None if context.slope is None else context.slope.item())
            n.A_prev, n.W, n.b, n.Z, n.Y = map(
                in_numpy.numbers, (context.A_prev, context.W, context.b, context.Z, context.Y)
            )
            n.g = lambda Z, n=n: in_numpy.FORWARD_VALUES[n.name](Z, n.slope)
            n.A, n.place = n.g(n.Z) if n.name else None, place
            made = [tensor for _, tensor in tensors_of(mistake, place, context)]
            in_numpy.assert_same(made, FORWARD_IN_NUMPY[mistake.key](n), f"{mistake.key}: {place} {n.name}")


@pytest.mark.parametrize("mistake", [MISTAKES[key] for key in NARROW], **each)
def test_a_narrower_dtype_leaves_the_digits_of_that_dtype(mistake: Mistake) -> None:
    for edit in mistake.edits:
        for context in in_numpy.backward_contexts():
            if context.place == edit.place and context.right.any():
                made = evaluate(edited_text(edit, context.function), context)
                off = (made - context.right).norm() / context.right.norm()
                assert made.dtype == torch.float64
                assert NARROW[mistake.key] / 100 < off < NARROW[mistake.key], context.name
