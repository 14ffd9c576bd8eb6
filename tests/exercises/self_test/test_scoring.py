"""The self-test counts what it says, and it fails if the checker is blind."""

from dataclasses import replace

import pytest

from course_torch.commands.main import main
from course_torch.exercises.self_test import scoring
from course_torch.exercises.self_test.scoring import (
    Score,
    SelfTest,
    judge_mistake,
    judge_spelling,
    mistakes_in,
    spellings_in,
)
from course_torch.mistakes.record import Edit
from course_torch.mistakes.solution import FORMS, changed

RELU = ("relu", "np.maximum(0, Z)", "np.minimum(0, Z)", "min for max")


def scored(*change: str, layout: str = "columns") -> Score:
    score = Score("deep")
    judge_mistake(score, "numpy", layout, change)
    return score


def test_a_mistake_that_is_named() -> None:
    expected = Score("deep", runs=1, found=1, placed=1, named=1)
    assert scored("linear_backward", " @ A_prev.T / m", " @ A_prev.T", "no 1/m") == expected


def test_a_cause_that_is_not_the_expected_one_misleads() -> None:
    expected = Score("deep", runs=1, found=1, placed=1, misleading=1)
    assert scored("linear_backward", " @ A_prev.T / m", " @ A_prev.T", "sign") == expected


def test_right_code_among_the_mistakes_is_not_found() -> None:
    assert scored("output_gradient", "AL - Y", "-(Y - AL)", "sign") == Score("deep", runs=1)


def test_wrong_code_among_the_spellings_is_an_alarm() -> None:
    score = Score("deep")
    judge_spelling(score, "torch", "rows", ("output_gradient", "AL - Y", "Y - AL"))
    assert score == Score("deep", spellings=1, alarms=1)


@pytest.mark.parametrize(
    ("wrong", "passes"),
    [
        ({}, True),
        ({"found": 99}, False),
        ({"placed": 99}, False),
        ({"named": 94}, False),
        ({"misleading": 1}, False),
        ({"alarms": 1}, False),
        ({"runs": 0, "found": 0, "placed": 0, "named": 0}, False),
    ],
)
def test_what_passes(wrong: dict[str, int], passes: bool) -> None:
    good = {"runs": 100, "found": 100, "placed": 100, "named": 95, "unknown": 5, "spellings": 40}
    assert SelfTest([Score("deep", **(good | wrong))]).passed is passes


def test_each_function_has_several_mistakes_and_right_spellings() -> None:
    for chapter in ("basics", "tensors", "logistic", "shallow", "deep", "application"):
        functions = len(scoring.CHAPTERS[chapter].tasks)
        for form in FORMS:
            assert len(list(mistakes_in(chapter, *form))) >= 7 * functions
            assert len(list(spellings_in(chapter, *form))) >= 2 * functions


def test_a_change_of_code_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="relu: Z \\* 7"):
        changed("def relu(Z):\n    return Z\n", "relu", "Z * 7", "Z")


def test_the_command_prints_the_counts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(scoring, "CHAPTERS", {"deep": replace(scoring.CHAPTERS["deep"], spellings=())})
    monkeypatch.setattr(scoring, "CAUSES", [("factor", [Edit("linear_backward", " / m", " / m * 2")])])
    assert main(["check", "--self-test"]) in (0, 1)
    assert "4 mistakes made on purpose: 4 found, 4 placed" in capsys.readouterr().out
