"""Mistakes that the records were not written for: the diagnosis finds them and never misleads."""

from functools import cache

import pytest
import torch

from course_torch.mistakes import MISTAKES
from course_torch.verification.faults import Fault, broken_tensors
from course_torch.verification.self_test import COUNTS, Score, diagnosis_of, problem_with_reference, score
from tests.verification import second_hold_out
from tests.verification.hold_out import HOLD_OUT

pytestmark = pytest.mark.slow

SECOND = {name: wrong for name, wrong, _ in second_hold_out.MISTAKES}
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


NETWORKS = [(0, "sigmoid"), (1, "sigmoid"), (2, "sigmoid"), (3, "softmax"), (4, "softmax"), (5, "identity")]


@cache
def said_of(name: str) -> list[str]:
    """What the diagnosis says on each network in which the mistake of the second list changes a tensor."""
    wrong, said = SECOND[name], []
    for seed, output in NETWORKS:
        problem, reference = problem_with_reference(seed, "any", output, torch.float64)
        made, right = (broken_tensors(*problem, faults) for faults in (wrong, {}))
        if any((made[tensor] - right[tensor]).norm() > 1e-12 * right[tensor].norm() for tensor in right):
            diagnosis = diagnosis_of(wrong, problem, reference)
            said.append("missed" if diagnosis is None else "; or: ".join(each.en for each in diagnosis.sentences))
    return said


@pytest.mark.parametrize("name", SECOND)
def test_a_mistake_of_the_second_list_is_found(name: str) -> None:
    assert said_of(name)
    assert "missed" not in said_of(name)


def test_something_is_said_of_most_mistakes_that_no_record_makes() -> None:
    said = [sentence for name in SECOND for sentence in said_of(name)]
    assert len(said) > 900
    assert said.count(MISTAKES["unknown"].sentence.en) <= 0.15 * len(said)
