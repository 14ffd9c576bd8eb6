"""The reference texts compute the right tensors, and the edits of a record the mistake that is written out in NumPy."""

from types import SimpleNamespace

import pytest
import torch

from course_torch.formulas.outputs import OUTPUTS
from course_torch.mistakes import BACKWARD, FORWARD
from course_torch.mistakes.record import (
    REFERENCE,
    Edit,
    Mistake,
    edited,
    evaluated,
    mistake,
    tensors_of,
    text_of,
    variants,
)
from course_torch.verification.reference import losses
from tests.mistakes.backward_in_numpy import IN_NUMPY as BACKWARD_IN_NUMPY
from tests.mistakes.forward_in_numpy import IN_NUMPY as FORWARD_IN_NUMPY
from tests.mistakes.in_numpy import (
    FORWARD_VALUES,
    assert_makes,
    assert_same,
    backward_contexts,
    forward_contexts,
    numbers,
)

NEW = ("new", "新的", "2.5", "it is new", "新的错误")
TERMS = [(record, edit) for record in BACKWARD for edit in record.edits if edit.adds]


def test_the_texts_of_the_backward_pass_compute_the_right_tensors() -> None:
    seen = set()
    for context in backward_contexts():
        for text in {REFERENCE[context.place].get(context.function, ""), REFERENCE[context.place][""]} - {""}:
            torch.testing.assert_close(evaluated(text, context), context.right, rtol=1e-12, atol=1e-14, msg=text)
            seen.add(text)
    backward = {name: REFERENCE[name] for name in ("dZ[L]", "dZ", "dslope", "dW", "db", "dA")}
    assert seen == {text for texts in backward.values() for text in texts.values()}


def test_the_texts_of_the_forward_pass_compute_the_right_tensors() -> None:
    for place, seen in forward_contexts():
        right = {
            "Z": lambda seen=seen: seen.A_prev @ seen.W.T + seen.b,
            "A": lambda seen=seen: seen.g(seen.Z),
            "L": lambda seen=seen: losses(OUTPUTS[seen.function], seen.Z, seen.Y, torch.float64)[0],
        }[place]()
        text = REFERENCE[place].get(seen.function, REFERENCE[place][""])
        torch.testing.assert_close(evaluated(text, seen), right, rtol=1e-12, atol=1e-14, msg=text)


def test_the_text_of_the_function_comes_first_and_the_common_text_second() -> None:
    assert text_of("dZ", "dA", "tanh") == "dA * (1 - A**2)"
    assert text_of("dZ", "g_prime", "tanh") == "dA * g_prime(Z)"
    assert text_of("dZ") == "dA * g_prime(Z)"
    with pytest.raises(ValueError, match=r"'A\*\*2' is not in the reference text of dZ relu$"):
        text_of("dZ", "A**2", "relu")


def test_an_edit_replaces_the_first_occurrence() -> None:
    assert edited(Edit("dZ", "A", "Z"), "sigmoid") == "dZ * A * (1 - A)"
    assert edited(Edit("db", " / m", "")) == "dZ.sum(dim=0, keepdim=True)"


def test_an_edit_that_cannot_be_made_computes_nothing() -> None:
    """No layer above the output, no such name, sizes that do not fit."""
    (dW,) = (each for each in backward_contexts() if str(each.name) == "dW[5]" and each.forward.output == "softmax")
    for text in ("above.dZ.T @ A_prev", "dX.T @ A_prev", "dZ @ A_prev"):
        assert list(variants(text, dW)) == []


def test_an_edit_that_names_another_layer_is_tried_with_each() -> None:
    (db,) = (each for each in backward_contexts() if str(each.name) == "db[2]" and each.forward.output == "softmax")
    assert [id(tensor) for tensor in variants("other.db", db)] == [id(db.at(l).db) for l in (5, 4, 3, 1)]


def test_a_mistake_makes_the_tensors_of_its_place_and_of_possible_edits() -> None:
    (dW,) = (each for each in backward_contexts() if str(each.name) == "dW[5]" and each.forward.output == "softmax")
    edits = [
        Edit("dW", "dZ", "2 * dZ"),
        Edit("db", "dZ", "3 * dZ"),
        Edit("dW", "dZ", "4 * dZ", "tanh"),
        Edit("dW", "dZ", "5 * dZ", adds="W"),
    ]
    made = list(tensors_of(mistake(*NEW, *edits), "dW", dW))
    assert [edit for edit, _ in made] == [edits[0], edits[3]]
    torch.testing.assert_close(made[0][1], 2 * dW.right)
    assert made[1][1] is dW.W
    assert list(tensors_of(mistake(*NEW, *edits, recognized="factor"), "dW", dW)) == []


@pytest.mark.parametrize(("record", "edit"), TERMS, ids=lambda given: getattr(given, "key", getattr(given, "new", "")))
def test_an_edit_adds_the_multiple_that_it_says(record: object, edit: Edit) -> None:
    """What the edited text adds to the right tensor is a multiple of `adds`, within the limits and the slack."""
    for context in backward_contexts():
        if context.place == edit.place and context.allows(edit) and evaluated(edit.adds, context).any():
            term, off = (
                evaluated(edit.adds, context),
                evaluated(edited(edit, context.function), context) - context.right,
            )
            multiple = ((off * term).sum() / (term * term).sum()).item()
            assert edit.limits[0] < multiple < edit.limits[1]
            assert (off - multiple * term).norm() <= (edit.slack + 1e-6) * off.norm() > 0, (edit.new, context.name)


# The edits of the records


NARROW = {"float32": 2.0**-23, "bfloat16": 2.0**-7}
"""dtype -> ε. Records of these keys have no exact numbers."""
OF_TENSORS = [each for each in BACKWARD if any(edit.place in REFERENCE for edit in each.edits)]
each = {"ids": lambda mistake: mistake.key}


def test_every_mistake_with_an_edit_is_written_out() -> None:
    assert BACKWARD_IN_NUMPY.keys() | NARROW.keys() == {mistake.key for mistake in OF_TENSORS}
    assert FORWARD_IN_NUMPY.keys() == {mistake.key for mistake in FORWARD}


@pytest.mark.parametrize("mistake", [each for each in OF_TENSORS if each.key not in NARROW], **each)
def test_the_edits_make_the_mistake_of_the_backward_pass(mistake: Mistake) -> None:
    assert_makes(mistake, BACKWARD_IN_NUMPY)


@pytest.mark.parametrize("mistake", FORWARD, **each)
def test_the_edits_make_the_mistake_of_the_forward_pass(mistake: Mistake) -> None:
    for place, context in forward_contexts():
        if any(edit.place == place for edit in mistake.edits):
            n = SimpleNamespace(name=context.function, slope=None if context.slope is None else context.slope.item())
            n.A_prev, n.W, n.b, n.Z, n.Y = map(numbers, (context.A_prev, context.W, context.b, context.Z, context.Y))
            n.g = lambda Z, n=n: FORWARD_VALUES[n.name](Z, n.slope)
            n.A, n.place = n.g(n.Z) if n.name else None, place
            made = [tensor for _, tensor in tensors_of(mistake, place, context)]
            assert_same(made, FORWARD_IN_NUMPY[mistake.key](n), f"{mistake.key}: {place} {n.name}")


@pytest.mark.parametrize("mistake", [each for each in OF_TENSORS if each.key in NARROW], **each)
def test_a_narrower_dtype_leaves_the_digits_of_that_dtype(mistake: Mistake) -> None:
    for edit in mistake.edits:
        for context in backward_contexts():
            if context.place == edit.place and context.right.any():
                made = evaluated(edited(edit, context.function), context)
                off = (made - context.right).norm() / context.right.norm()
                assert made.dtype == torch.float64
                assert NARROW[mistake.key] / 100 < off < NARROW[mistake.key], context.name
