"""The report is itself proved: mistakes made in the real code are found, placed and named; right code is not blamed."""

from dataclasses import replace

import pytest

from course_torch.verification import comparison
from course_torch.verification.breakable import Mistake, Variant
from course_torch.verification.difference import Difference
from course_torch.verification.judges_alone import judges_heard
from course_torch.verification.mistakes import MISTAKES, VARIANTS
from course_torch.verification.problems import random_problem
from course_torch.verification.scoring import Score, diagnosis_of, problem_with_reference, score, score_variant
from course_torch.verification.self_test import SelfTest, false_alarm, run_self_test


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found_placed_named_and_reported(mistake: Mistake) -> None:
    result = score(mistake)
    assert result.found == result.placed == result.runs > 0
    assert result.named >= result.runs - 2
    assert result.misleading == 0
    assert result.named + result.unknown == result.runs
    assert result.reported


def test_the_names_of_the_mistakes_are_distinct() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) > 100


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_right_code_written_otherwise_raises_no_alarm(variant: Variant) -> None:
    result = score_variant(variant)
    assert (result.found, result.runs > 0) == (0, True)


@pytest.mark.slow
def test_two_hundred_right_networks_raise_no_alarm() -> None:
    assert not any(false_alarm(seed) for seed in range(200))


def test_twenty_right_networks_raise_no_alarm() -> None:
    assert not any(false_alarm(seed) for seed in range(20))


@pytest.mark.parametrize("need", ["tanh", "relu", "leaky_relu", "sigmoid", "square", "deep", "zeros"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_the_real_code_without_a_mistake_is_right(need: str, output: str) -> None:
    for seed in range(3):
        problem, reference = problem_with_reference(seed, need, output, random_problem(0)[1].dtype)
        assert diagnosis_of({}, problem, reference) is None


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_problems_can_hide_nothing(output: str) -> None:
    for seed in range(12):
        network, X, Y = random_problem(seed, output=output)
        widths = network.layer_sizes[1:]
        assert len(network.layers) >= 3
        assert len(set(widths)) == len(widths)
        assert len(X) not in network.layer_sizes
        assert len(Y.unique(dim=0)) > 1
        assert all((layer.b != 0).all() for layer in network.layers)


# The verdict

RIGHT = Score("a", runs=100, found=100, placed=100, named=85, unknown=15, misleading=0, reported=True)
PASSED = SelfTest([RIGHT], [Score("b", runs=9)], 0, 200, {"autograd": True, "central differences": True})


def test_a_self_test_without_a_fault_passes() -> None:
    assert PASSED.passed


@pytest.mark.parametrize(
    "fault",
    [{"found": 99}, {"placed": 99}, {"named": 84}, {"misleading": 1}, {"reported": False}, {"runs": 99}],
    ids=str,
)
def test_a_mistake_that_is_not_found_placed_named_or_reported_fails_it(fault: dict) -> None:
    assert not PASSED._replace(mistakes=[replace(RIGHT, **fault)]).passed


def test_no_mistake_at_all_fails_it() -> None:
    assert not PASSED._replace(mistakes=[]).passed


def test_an_alarm_of_right_code_fails_it() -> None:
    assert not PASSED._replace(variants=[Score("b", runs=9, found=1)]).passed
    assert not PASSED._replace(false_alarms=1).passed


@pytest.mark.parametrize("judge", ["autograd", "central differences"])
def test_a_judge_that_is_not_heard_fails_it(judge: str) -> None:
    assert not PASSED._replace(judges=PASSED.judges | {judge: False}).passed


def test_counts_are_added_up_over_all_mistakes() -> None:
    both = PASSED._replace(mistakes=[RIGHT, replace(RIGHT, named=90, misleading=2)])
    assert [both.total(count) for count in ("runs", "found", "named", "misleading")] == [200, 200, 175, 2]
    assert PASSED._replace(false_alarms=2, variants=[Score("b", found=3)]).alarms == 5


# Each judge alone


@pytest.mark.parametrize("judge", ["autograd", "central differences"])
def test_each_judge_is_heard_alone(judge: str) -> None:
    assert judges_heard()[judge]


def test_a_tripled_bridge_is_found() -> None:
    assert judges_heard()["J.backward()"]


AGREEING = Difference(largest=0.0, relative=0.0, factor=1.0, residual=0.0, tolerance=1e-9)


@pytest.mark.parametrize(
    ("judge", "field"), [("autograd", "formulas"), ("central differences", "numeric"), ("J.backward()", "trained")]
)
def test_a_report_that_ignores_a_judge_fails_the_self_test(
    judge: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge's objections are replaced by agreement: the self-test misses just this judge."""
    verdict = comparison.TensorReport.verdict.fget
    deaf = property(lambda row: verdict(replace(row, **{field: AGREEING})))
    monkeypatch.setattr(comparison.TensorReport, "verdict", deaf)
    heard = judges_heard()
    assert not heard[judge]
    assert all(heard[other] for other in {"autograd", "central differences", "J.backward()"} - {judge})
    assert not PASSED._replace(judges=heard).passed


def test_a_report_that_says_equal_of_everything_fails_every_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    class Blind:
        agrees = True

    monkeypatch.setattr("course_torch.verification.scoring.compare_gradients", lambda *problem: Blind)
    assert not score(MISTAKES[0]).reported
    assert not comparison.compare_gradients(*random_problem(0)).named("different")


def test_a_diagnosis_that_misses_names_or_misplaces_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    mistake = next(mistake for mistake in MISTAKES if mistake.name == "Y - A")
    elsewhere = replace(mistake, first="dW[L]", causes=("no g'",))
    result = score(elsewhere)
    assert (result.found, result.placed, result.named, result.misleading) == (result.runs, 0, 0, result.runs)
    assert result.also_named == {"sign at the output"}
    monkeypatch.setattr("course_torch.verification.scoring.diagnosis_of", lambda *arguments: None)
    assert score(mistake).found == 0


def test_the_whole_self_test_counts_what_it_ran() -> None:
    seen: list = []

    def watch(tasks: list) -> list:
        seen.extend(tasks)
        return [*tasks[:1], *tasks[-4:]]

    result = run_self_test(watch, networks=3)
    assert len(seen) == len(MISTAKES) + len(VARIANTS) + 3 + 1
    assert [each.name for each in result.mistakes] == [MISTAKES[0].name]
    assert (result.networks, result.false_alarms) == (3, 0)
    assert set(result.judges) == {"autograd", "central differences", "J.backward()"}
