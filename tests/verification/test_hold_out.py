"""Mistakes that the records were not written for: the diagnosis finds them and never misleads."""

from functools import cache

import pytest

from course_torch.verification.faults import Fault
from tests.verification.hold_out import HOLD_OUT
from tests.verification.self_test import COUNTS, Score, score

pytestmark = pytest.mark.slow

BY_NAME = {mistake.name: mistake for mistake in HOLD_OUT}


@cache
def score_of(name: str) -> Score:
    return score(BY_NAME[name])


@pytest.mark.parametrize("mistake", HOLD_OUT, ids=lambda mistake: mistake.name)
def test_an_unlisted_mistake_is_found_and_never_misleads(mistake: Fault) -> None:
    result = score_of(mistake.name)
    assert result.found >= result.runs - 1  # clipping at 0.1 may change nothing
    assert result.misleading == 0
    assert result.named == 0 or mistake.causes


def test_true_causes_of_unlisted_mistakes_are_named() -> None:
    """Of those that have a factor, a product or a precision that the records have words for."""
    scores = [score_of(mistake.name) for mistake in HOLD_OUT if mistake.causes]
    total = {count: sum(getattr(each, count) for each in scores) for count in COUNTS}
    assert total["found"] == total["placed"] == total["runs"]
    assert total["named"] >= 0.85 * total["runs"]
    assert total["misleading"] == 0
