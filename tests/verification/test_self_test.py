"""The report is itself proved: mistakes made in the real code are found, placed and named; right code is not blamed."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from course_torch.verification import comparison, self_test
from course_torch.verification.breakable import Mistake, Variant
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


def test_a_single_run_may_pass() -> None:
    one = replace(RIGHT, runs=1, found=1, placed=1, named=1, unknown=0)
    assert PASSED._replace(mistakes=[one]).passed


def test_every_mistake_must_be_reported() -> None:
    assert not PASSED._replace(mistakes=[RIGHT, replace(RIGHT, reported=False)]).passed


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


# The scores of whole mistakes


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


# The whole self-test


@pytest.fixture
def _scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the parts of the self-test: a score for each mistake and variant, and an alarm for seed 1 and above."""
    monkeypatch.setattr(self_test, "MISTAKES", ["one", "two"])
    monkeypatch.setattr(self_test, "VARIANTS", ["three"])
    monkeypatch.setattr(self_test, "score", lambda mistake: Score(f"mistake {mistake}"))
    monkeypatch.setattr(self_test, "score_variant", lambda variant: Score(f"variant {variant}"))
    monkeypatch.setattr(self_test, "false_alarm", lambda seed: seed >= 1)
    monkeypatch.setattr(self_test, "judges_heard", lambda: {"autograd": True})


@pytest.mark.usefixtures("_scripted")
@pytest.mark.parametrize(("networks", "alarms"), [(4, 3), (0, 0)])
def test_every_mistake_variant_and_network_is_a_task(networks: int, alarms: int) -> None:
    seen: list[int] = []

    def watch(tasks: list) -> list:
        seen.append(len(tasks))
        return tasks

    assert run_self_test(watch, networks) == SelfTest(
        [Score("mistake one"), Score("mistake two")], [Score("variant three")], alarms, networks, {"autograd": True}
    )
    assert seen == [2 + 1 + networks + 1]


@pytest.mark.usefixtures("_scripted")
def test_two_hundred_networks_are_tried() -> None:
    assert run_self_test().networks == 200


@pytest.mark.parametrize(
    ("seed", "need", "output"),
    [
        *((0, "tanh", "sigmoid"), (1, "relu", "sigmoid"), (2, "leaky_relu", "softmax"), (3, "square", "identity")),
        *((4, "zeros", "sigmoid"), (5, "tanh", "sigmoid"), (11, "relu", "identity")),
    ],
)
@pytest.mark.parametrize("agrees", [True, False])
def test_right_networks_of_all_kinds_take_turns(
    seed: int, need: str, output: str, agrees: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def ask(*arguments: object) -> tuple[str, str, str]:
        asked.append(arguments)
        return "network", "X", "Y"

    def compare(*problem: str) -> object:
        assert problem == ("network", "X", "Y")
        return SimpleNamespace(agrees=agrees)

    monkeypatch.setattr(self_test, "random_problem", ask)
    monkeypatch.setattr(self_test, "compare_gradients", compare)
    assert false_alarm(seed) is not agrees
    assert asked == [(seed, need, output)]
