"""Each judge objects alone, while the others are deceived."""

from dataclasses import replace

import pytest

from course_torch.mistakes.context import TensorName
from course_torch.verification import comparison, self_test
from course_torch.verification.comparing import Difference
from course_torch.verification.faults import Problem, random_problem
from course_torch.verification.report import GradientReport, TensorReport
from course_torch.verification.self_test import judges_heard

JUDGES = ["autograd", "central differences", "J.backward()"]


def test_every_judge_is_heard() -> None:
    assert judges_heard() == {"autograd": True, "central differences": True, "J.backward()": True}


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> dict[str, GradientReport]:
    """The report on each attempt, by the judge that should object."""
    seen: list[GradientReport] = []

    def objects(problem: Problem) -> bool:
        seen.append(comparison.compare_gradients(*problem))
        return len(seen) == 2

    monkeypatch.setattr(self_test, "objects", objects)
    assert judges_heard() == {"autograd": False, "central differences": True, "J.backward()": False}
    return dict(zip(JUDGES, seen, strict=True))


def objections(report: GradientReport, field: str) -> list[str]:
    found = [(str(row.name), getattr(row, field)) for row in report]
    return [name for name, difference in found if difference is not None and not difference.agrees]


def test_only_the_judge_that_should_object_objects(reports: dict[str, GradientReport]) -> None:
    parameters = ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]
    turned_once = ["dA[2]", "dZ[2]", "dW[2]", "db[2]", "dA[0]"]  # dA[1] is turned twice
    for judge, formulas, numeric, trained in (
        ("autograd", ["dW[3]", "dW[2]", "dW[1]"], [], []),
        ("central differences", [], turned_once, []),
        ("J.backward()", [], [], [*parameters, "dA[0]"]),
    ):
        fields = dict(zip(("formulas", "numeric", "trained"), (formulas, numeric, trained), strict=True))
        assert {field: objections(reports[judge], field) for field in fields} == fields


def test_the_objections_are_those_of_the_mistakes(reports: dict[str, GradientReport]) -> None:
    """dW without 1/m of 9 examples, -dA, and three times dJ."""
    assert reports["autograd"].tensors[1].formulas.factor == pytest.approx(9)
    assert reports["autograd"].tensors[1].numeric == replace(
        reports["autograd"].tensors[1].numeric, largest=0.0, relative=0.0
    )
    assert reports["central differences"].tensors[3].numeric.factor == pytest.approx(-1)
    assert reports["J.backward()"].tensors[1].trained.factor == pytest.approx(3)


@pytest.mark.parametrize(
    ("relative", "tolerance", "expected"), [(0.0, 1e-9, False), (1.0, 1e-9, True), (0.5, 0.9, False)]
)
def test_a_tensor_that_is_not_judged_is_no_objection(
    relative: float, tolerance: float, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = TensorReport(TensorName("dW", 1), (1, 1), 1.0, replace(AGREEING, relative=relative, tolerance=tolerance))
    monkeypatch.setattr(comparison, "compare_gradients", lambda *problem: GradientReport([row], None))
    assert self_test.objects(random_problem(0)) == expected


AGREEING = Difference(largest=0.0, relative=0.0, factor=1.0, residual=0.0, tolerance=1e-9)


@pytest.mark.parametrize(("judge", "field"), list(zip(JUDGES, ["formulas", "numeric", "trained"], strict=True)))
def test_a_report_that_ignores_a_judge_is_noticed(judge: str, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge's objections are replaced by agreement: the self-test misses just this judge."""
    verdict = comparison.TensorReport.verdict.fget
    deaf = property(lambda row: verdict(replace(row, **{field: AGREEING})))
    monkeypatch.setattr(comparison.TensorReport, "verdict", deaf)
    heard = judges_heard()
    assert not heard[judge]
    assert all(heard[other] for other in JUDGES if other != judge)
