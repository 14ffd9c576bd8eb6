"""The report is itself proved: mistakes made in the real code are found, placed and named; right code is not blamed."""

from dataclasses import replace

import pytest
import torch

from course_torch.language import same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.faults import Fault
from course_torch.mistakes.records.general import WITHOUT_A_NAME
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName
from course_torch.verification.networks.comparison import compare_gradients
from course_torch.verification.networks.explain.diagnosis import Diagnosis
from tests.docs.texts import both, counts_on
from tests.verification.networks.self_test import scores
from tests.verification.networks.self_test.hold_out import HOLD_OUT
from tests.verification.networks.self_test.problems import NEEDS, random_problem, shows_all
from tools.build_mistakes_page import counted


@pytest.mark.sweep(15)
@pytest.mark.parametrize("fault", scores.FAULTS, ids=lambda fault: fault.name)
def test_a_mistake_is_found_placed_named_and_reported(fault: Fault) -> None:
    result = scores.score(fault)
    assert result.found == result.placed == result.runs > 0
    assert result.named >= result.runs - 2
    assert result.misleading == 0
    assert result.named + result.unknown == result.runs
    assert result.reported


@pytest.mark.parametrize("spelling", scores.SPELLINGS, ids=lambda spelling: spelling.name)
def test_right_code_written_otherwise_raises_no_alarm(spelling: Fault) -> None:
    result = scores.score_spelling(spelling)
    assert (result.found, result.runs > 0) == (0, True)


def test_a_wrong_spelling_raises_an_alarm() -> None:
    wrong = Fault(same("almost"), {"db": scores.by_code("dZ.mean(dim=0, keepdim=True) * 1.0001")})
    assert scores.score_spelling(wrong) == scores.Score(runs=9, found=9)


@pytest.mark.parametrize("networks", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_right_networks_of_all_kinds_raise_no_alarm(networks: int) -> None:
    outputs = ("sigmoid", "sigmoid", "softmax", "identity")
    for seed in range(networks):
        assert compare_gradients(*random_problem(seed, NEEDS[seed % len(NEEDS)], outputs[seed % 4])).agrees, seed


# Mistakes that the records were not written for


@pytest.mark.slow
def test_unlisted_mistakes_are_found_never_mislead_and_are_counted_on_the_page() -> None:
    """A cause is a factor, a product or a precision that the records have words for: 85 % of the causes are named.

    Another processor rounds otherwise, which may change the name of a few runs.
    """
    scored = [(mistake, scores.score(mistake)) for mistake in HOLD_OUT]
    for mistake, score in scored:
        assert score.found >= score.runs - 1, mistake.name  # clipping at 0.1 may change nothing
        assert score.misleading == 0, mistake.name
        assert score.named == 0 or mistake.causes, mistake.name
    of_causes = [score for mistake, score in scored if mistake.causes]
    assert all(score.found == score.placed == score.runs for score in of_causes)
    assert sum(score.named for score in of_causes) >= 0.85 * sum(score.runs for score in of_causes)
    for row, on_page in zip(counted(scored), counts_on(both("docs/mistakes")[0]), strict=True):
        assert row[:2] == on_page[:2]
        assert max(abs(a - b) for a, b in zip(row, on_page, strict=True)) <= 3


# The scores, which docs/mistakes.md counts

FAULT = Fault(same("2 dW"), {"dW": scores.by_code("2 * right")}, ("factor 2", "sign"), "dW[L]")
DW_3 = TensorName("dW", 3)


def diagnosis(*causes: str, tensor: TensorName = DW_3) -> Diagnosis:
    records = (MISTAKES.get(key, replace(MISTAKES["factor"], key=key)) for key in causes)
    return Diagnosis(tensor, (tensor,), tuple((record,) for record in records), same("off"))


def test_a_report_that_says_equal_of_everything_fails_every_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    class Blind:
        agrees = True

    monkeypatch.setattr("tests.verification.networks.self_test.scores.compare_gradients", lambda *problem: Blind)
    assert not scores.score(scores.FAULTS[0]).reported


@pytest.mark.parametrize(
    ("causes", "named", "unknown"),
    [
        (("factor 2",), True, False),
        (("no g'", "sign"), True, False),
        (("no g'",), False, False),
        (("unknown",), False, True),
        (("all 0", "another tensor"), False, True),
        (("unknown", "no g'"), False, False),
        (tuple(mistake.key for mistake in WITHOUT_A_NAME), False, True),
    ],
)
def test_a_cause_is_named_unknown_or_misleading(causes: tuple[str, ...], named: bool, unknown: bool) -> None:
    assert scores.is_named(diagnosis(*causes), FAULT) == named
    assert scores.is_unknown(diagnosis(*causes), FAULT) == unknown


# Problems in which no mistake can hide


@pytest.mark.parametrize(("positive", "expected"), [(2, False), (3, True), (7, True), (8, False)])
def test_three_tenths_of_Z_must_lie_on_each_side_of_0(positive: int, expected: bool) -> None:
    """Z[1] = X: so many entries are positive, one is 0 and the others are negative."""
    network = DeepNetwork([1, 1, 1], "tanh", initialization="zeros", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(1)
    X = torch.arange(10, dtype=torch.float64).reshape(-1, 1) - (9 - positive)
    assert shows_all(network, X) is expected
