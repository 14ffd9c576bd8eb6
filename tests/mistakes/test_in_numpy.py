"""The edits of each record compute the mistake that is written out in NumPy."""

from types import SimpleNamespace

import pytest
import torch

from course_torch.mistakes import BACKWARD, FORWARD
from course_torch.mistakes.record import REFERENCE, Mistake, edited, evaluated, tensors_of
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
