"""The report is itself proved: mistakes made in the real code are found, placed and named; right code is not blamed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
import torch

from course_torch.language import same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import TensorName
from course_torch.mistakes.records.general import WITHOUT_A_NAME
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.faults import Fault
from tests.verification import self_test
from tests.verification.hold_out import HOLD_OUT
from tests.verification.problems import NEEDS, Problem, random_problem
from tests.verification.self_test import (
    COUNTS,
    FAULTS,
    SPELLINGS,
    Score,
    broken_tensors,
    by_code,
    diagnosis_of,
    is_named,
    is_unknown,
    problem_with_reference,
    problems_of,
    score,
    score_spelling,
)


@pytest.mark.sweep(15)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_mistake_is_found_placed_named_and_reported(fault: Fault) -> None:
    result = score(fault)
    assert result.found == result.placed == result.runs > 0
    assert result.named >= result.runs - 2
    assert result.misleading == 0
    assert result.named + result.unknown == result.runs
    assert result.reported


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.name)
def test_right_code_written_otherwise_raises_no_alarm(spelling: Fault) -> None:
    result = score_spelling(spelling)
    assert (result.found, result.runs > 0) == (0, True)


def test_a_right_spelling_has_rounding_errors_of_its_own() -> None:
    """Otherwise no alarm would prove nothing."""
    (spelling,) = (each for each in SPELLINGS if each.name == "1/m before the sum")
    for problem, _ in problems_of(spelling):
        right, made = (broken_tensors(*problem, wrong) for wrong in ({}, spelling.wrong))
        assert any(not torch.equal(made[name], tensor) for name, tensor in right.items())


def test_a_wrong_spelling_raises_an_alarm() -> None:
    wrong = Fault(same("almost"), {"db": by_code("dZ.mean(dim=0, keepdim=True) * 1.0001")})
    assert score_spelling(wrong) == Score(runs=9, found=9)


def right_networks_agree(seeds: range) -> bool:
    """Whether the whole report calls right networks of all kinds right."""
    outputs = ("sigmoid", "sigmoid", "softmax", "identity")
    problems = (random_problem(seed, NEEDS[seed % len(NEEDS)], outputs[seed % 4]) for seed in seeds)
    return all(compare_gradients(*problem).agrees for problem in problems)


@pytest.mark.parametrize("networks", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_right_networks_raise_no_alarm(networks: int) -> None:
    assert right_networks_agree(range(networks))


@pytest.mark.parametrize("need", ["tanh", "relu", "leaky_relu", "sigmoid", "square", "deep", "zeros"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_the_real_code_without_a_mistake_is_right(need: str, output: str) -> None:
    for seed in range(3):
        problem, reference = problem_with_reference(seed, need, output, torch.float64)
        assert diagnosis_of({}, problem, reference) is None


# Mistakes that the records were not written for


@cache
def score_of(name: str) -> Score:
    return score(next(mistake for mistake in HOLD_OUT if mistake.name == name))


@pytest.mark.slow
@pytest.mark.parametrize("mistake", HOLD_OUT, ids=lambda mistake: mistake.name)
def test_an_unlisted_mistake_is_found_and_never_misleads(mistake: Fault) -> None:
    result = score_of(mistake.name)
    assert result.found >= result.runs - 1  # clipping at 0.1 may change nothing
    assert result.misleading == 0
    assert result.named == 0 or mistake.causes


@pytest.mark.slow
def test_true_causes_of_unlisted_mistakes_are_named() -> None:
    """Of those that have a factor, a product or a precision that the records have words for."""
    of_causes = [score_of(mistake.name) for mistake in HOLD_OUT if mistake.causes]
    total = {count: sum(getattr(each, count) for each in of_causes) for count in COUNTS}
    assert total["found"] == total["placed"] == total["runs"]
    assert total["named"] >= 0.85 * total["runs"]
    assert total["misleading"] == 0


# The scores, which docs/mistakes.md counts

FAULT = Fault(same("2 dW"), {"dW": by_code("2 * right")}, ("factor 2", "sign"), "dW[L]")
DW_3 = TensorName("dW", 3)


def diagnosis(*causes: str, tensor: TensorName = DW_3) -> Diagnosis:
    records = (MISTAKES.get(key, replace(MISTAKES["factor"], key=key)) for key in causes)
    return Diagnosis(tensor, (tensor,), tuple((record,) for record in records), same("off"))


def test_a_report_that_says_equal_of_everything_fails_every_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    class Blind:
        agrees = True

    monkeypatch.setattr("tests.verification.self_test.compare_gradients", lambda *problem: Blind)
    assert not score(FAULTS[0]).reported


@pytest.mark.parametrize(
    ("causes", "named", "unknown"),
    [
        (("factor 2",), True, False),
        (("no g'", "sign"), True, False),
        (("no g'",), False, False),
        (("unknown",), False, True),
        (("all 0", "Z ≤ 0 only"), False, True),
        (("unknown", "no g'"), False, False),
        (tuple(mistake.key for mistake in WITHOUT_A_NAME), False, True),
    ],
)
def test_a_cause_is_named_unknown_or_misleading(causes: tuple[str, ...], named: bool, unknown: bool) -> None:
    assert is_named(diagnosis(*causes), FAULT) == named
    assert is_unknown(diagnosis(*causes), FAULT) == unknown


def test_what_is_seen_is_named_if_it_is_right() -> None:
    fault = replace(FAULT, causes=("all 0",))
    assert is_named(diagnosis("all 0"), fault)
    assert not is_unknown(diagnosis("all 0"), fault)


def test_the_diagnoses_of_all_networks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six networks of three layers, each with its diagnosis; the report objects to the first network only."""
    problems = [problem_with_reference(seed, "tanh", "sigmoid", torch.float64) for seed in (0, 3, 6, 9, 12, 15)]
    diagnoses = iter(
        [
            None,
            diagnosis("factor 2"),
            diagnosis("sign", "no g'"),
            diagnosis("no g'", "1/m twice", tensor=TensorName("db", 3)),
            diagnosis("unknown"),
            diagnosis("factor 2", tensor=TensorName("dW", 2)),
        ]
    )

    def script(wrong: Mapping, problem: Problem, reference: object) -> Diagnosis | None:
        assert wrong is FAULT.wrong
        assert any(problem is one and reference is other for one, other in problems)
        return next(diagnoses)

    monkeypatch.setattr(self_test, "problems_of", lambda fault: problems)
    monkeypatch.setattr(self_test, "diagnosis_of", script)
    monkeypatch.setattr(self_test, "is_reported", lambda fault, problem: problem is problems[0][0])
    assert score(FAULT) == Score(runs=6, found=5, placed=3, named=3, unknown=1, misleading=1, reported=True)
