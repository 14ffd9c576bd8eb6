"""The verdicts and every word of the report, for rows made by hand."""

import re
from dataclasses import replace
from math import nan

import pytest
from torch import Tensor

from course_torch import DeepNetwork, LayerGradients, compare_gradients
from course_torch.language import same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import Kind, TensorName
from course_torch.verification.comparing import Difference
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.pass_failure import Finding, broken_off
from course_torch.verification.report import GradientReport, TensorReport
from tests.conftest import MakeProblem
from tests.html_cells import cells

AGREES = Difference(largest=0.0, relative=1e-15, factor=1.0, residual=0.0, tolerance=1e-12)
DIFFERS = Difference(largest=1.0, relative=0.25, factor=2.0, residual=0.0, tolerance=1e-12)
HIDDEN = Difference(largest=1.0, relative=0.5, factor=2.0, residual=0.0, tolerance=0.6)


def row(kind: Kind = "dW", l: int = 1, formulas: Difference = AGREES, **others: object) -> TensorReport:
    return TensorReport(TensorName(kind, l), (3, 2), 5.0, formulas, **others)


def report(*rows: TensorReport, diagnosis: Diagnosis | None = None, own: bool = False) -> GradientReport:
    return GradientReport(list(rows), diagnosis, own)


# One tensor


def test_a_judge_that_did_not_look_has_no_judgement() -> None:
    assert row().judgements == [AGREES]
    assert row(numeric=DIFFERS, trained=HIDDEN).judgements == [AGREES, DIFFERS, HIDDEN]
    assert (row().sampled, row().kinks) == (0, 0)


@pytest.mark.parametrize(
    ("formulas", "trained", "farthest"),
    [
        (AGREES, None, AGREES),
        (AGREES, HIDDEN, AGREES),
        (AGREES, DIFFERS, DIFFERS),
        (DIFFERS, AGREES, DIFFERS),
        (DIFFERS, replace(DIFFERS, relative=0.9), DIFFERS),
    ],
)
def test_the_first_objection_against_autograd_is_the_farthest(
    formulas: Difference, trained: Difference | None, farthest: Difference
) -> None:
    assert row(formulas=formulas, trained=trained, numeric=replace(DIFFERS, relative=1.0)).farthest is farthest


@pytest.mark.parametrize(
    ("judgements", "verdict"),
    [
        ([AGREES, None, None], "equal"),
        ([AGREES, AGREES, AGREES], "equal"),
        ([AGREES, AGREES, DIFFERS], "different"),
        ([DIFFERS, HIDDEN, None], "different"),
        ([AGREES, HIDDEN, AGREES], "not judged"),
        ([HIDDEN, HIDDEN, HIDDEN], "not judged"),
    ],
)
def test_one_objection_is_enough_and_all_must_judge(judgements: list[Difference | None], verdict: str) -> None:
    formulas, numeric, trained = judgements
    assert row(formulas=formulas, numeric=numeric, trained=trained).verdict == verdict


# All tensors

RIGHT, WRONG, LOST = row("dZ", 3), row("dW", 2, DIFFERS), row("db", 1, HIDDEN)


def test_a_report_agrees_if_every_tensor_is_equal() -> None:
    assert report(RIGHT, RIGHT).agrees
    assert not report(RIGHT, WRONG).agrees
    assert not report(LOST, RIGHT).agrees


def test_tensors_are_named_by_their_verdict() -> None:
    seen = report(RIGHT, WRONG, LOST)
    assert list(seen) == [RIGHT, WRONG, LOST]
    assert [seen.named(verdict) for verdict in ("equal", "different", "not judged")] == [
        ["dZ[3]"],
        ["dW[2]"],
        ["db[1]"],
    ]
    assert seen.named("equal", "not judged") == ["dZ[3]", "db[1]"]


def test_the_coverage_counts_the_judged_tensors() -> None:
    rows = [
        row("dZ", 3, numeric=AGREES, sampled=9),
        row("dW", 3, numeric=AGREES, trained=AGREES, sampled=1),
        row("db", 3, numeric=None, trained=AGREES, sampled=6, kinks=6),
        row("dA", 2),
    ]
    judged = "judged: 4 by autograd, 2 by central differences, 2 as trained by J.backward()"
    assert report(*rows).coverage.en == f"{judged}; not judged by differences: db[3]"
    assert report(*rows[:2]).coverage.en == (
        "judged: 2 by autograd, 2 by central differences, 1 as trained by J.backward()"
    )
    assert report(*rows[:2], own=True).coverage.en == "judged: 2 by autograd, 2 by central differences"


def test_equal_tensors_are_one_line() -> None:
    assert str(report(RIGHT, RIGHT)) == "all 2 tensors are equal (judged: 2 by autograd, 0 as trained by J.backward())"


def test_tensors_that_nothing_judges_are_counted_and_named_with_the_reason() -> None:
    unjudged = {"A[1]": "sine has no module", "the losses L": "no loss", "A[2]": "sine has no module"}
    seen = replace(report(RIGHT, RIGHT), unjudged={same(name): same(why) for name, why in unjudged.items()})
    named = "; not judged, because sine has no module: A[1], A[2]; not judged, because no loss: the losses L)"
    judged = "(judged: 2 by autograd, 0 as trained by J.backward()"
    assert str(seen) == f"all 2 tensors are equal, 3 more are not judged {judged}{named}"
    assert seen.agrees
    assert seen.as_record()["not_judged"] == unjudged
    assert str(replace(seen, tensors=[LOST])).endswith(named)


J_WRONG = Finding(same("J"), "network.cost", same("2 times"), (), same("J = (1/m) Σ L"))


def test_a_wrong_J_stands_beside_the_gradients() -> None:
    seen = replace(report(RIGHT, RIGHT), forward=J_WRONG)
    assert not seen.agrees
    assert str(seen) == f"{J_WRONG} (judged: 2 by autograd, 0 as trained by J.backward())"
    assert replace(seen, diagnosis=DIAGNOSIS).objection.en == f"{J_WRONG} Then as trained by J.backward(): {DIAGNOSIS}"
    assert str(replace(seen, tensors=[])).endswith("(no gradient was judged: every judge needs a right forward pass)")


def test_what_no_cause_explains_is_named_in_the_line() -> None:
    different = "different, though the formulas agree with autograd: dW[2], dW[1]"
    hidden = "not judged, because rounding errors in this dtype hide them: db[1]"
    wrong = [row("dW", 2, numeric=DIFFERS), row("dW", 1, numeric=DIFFERS)]
    assert report(RIGHT, *wrong).objection.en == different
    assert report(RIGHT, LOST).objection.en == hidden
    assert report(LOST, *wrong).objection.en == f"{different}; {hidden}"
    assert str(report(RIGHT, LOST)) == f"{hidden} (judged: 2 by autograd, 0 as trained by J.backward())"


DIAGNOSIS = Diagnosis(TensorName("dW", 2), (TensorName("dW", 2),), ((MISTAKES["sign"],),), same("off"))


def test_the_line_says_whether_the_formulas_or_the_training_are_wrong() -> None:
    text = "first wrong: dW[2] (off). Probably the sign is turned around (notes 2.5)."
    assert report(RIGHT, WRONG, diagnosis=DIAGNOSIS).objection.en == text
    trained = row("dW", 2, trained=DIFFERS)
    assert report(RIGHT, trained, diagnosis=DIAGNOSIS).objection.en == f"as trained by J.backward(): {text}"


def test_the_largest_relative_error_is_that_of_the_formulas_or_as_trained() -> None:
    assert report(RIGHT, WRONG).largest_relative_error == 0.25
    assert report(RIGHT, row(numeric=WRONG.formulas)).largest_relative_error == 1e-15
    assert report(RIGHT, row(trained=HIDDEN), WRONG).largest_relative_error == 0.5


def test_the_record_holds_plain_values() -> None:
    seen = report(row("dW", 2, DIFFERS, sampled=4, kinks=1), diagnosis=DIAGNOSIS)
    assert seen.as_record() == {
        "tensors": [
            {
                "name": "dW[2]",
                "shape": (3, 2),
                "norm": 5.0,
                "formulas": {"largest": 1.0, "relative": 0.25, "factor": 2.0, "residual": 0.0, "tolerance": 1e-12},
                "numeric": None,
                "trained": None,
                "sampled": 4,
                "kinks": 1,
                "verdict": "different",
            }
        ],
        "diagnosis": {
            "tensor": "dW[2]",
            "wrong": ["dW[2]"],
            "causes": ["sign"],
            "sentences": ["the sign is turned around (notes 2.5)"],
            "symptom": "off",
        },
        "broken": None,
        "missing": [],
        "forward": None,
        "at_kink": [],
        "not_judged": {},
        "agrees": False,
        "update": None,
        "summary": str(seen),
    }
    assert report(RIGHT).as_record()["diagnosis"] is None


def test_a_nan_is_different() -> None:
    assert row(formulas=replace(AGREES, relative=nan)).verdict == "different"


def test_a_pass_that_breaks_off_is_a_finding_even_if_all_tensors_before_are_right() -> None:
    formula = "linear_backward_input(dZ (7, 1), W (1, 4))"
    broken = broken_off("dA[1]", formula, same("raises RuntimeError: no"), same("Probably W"))
    seen = GradientReport([row("dW", 2)], None, broken=broken)
    line = f"the backward pass breaks off at dA[1]: {broken.formula} raises RuntimeError: no. Probably W."
    assert not seen.agrees
    assert str(seen).startswith(f"{line} (judged: 1 by autograd")
    assert seen.as_record()["broken"] == line
    assert f"Then {line}" in str(replace(seen, diagnosis=DIAGNOSIS))


# What a terminal and a notebook show


def test_a_report_shows_its_verdict_and_each_tensor(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3, 1])
    report = compare_gradients(network, X, Y)
    assert repr(report).startswith("GradientReport: all 8 tensors are equal")
    _, *rows = cells(report._repr_html_())
    assert [row[:3] for row in rows] == [[str(each.name), "equal", str(each.shape)] for each in report]
    dW = rows[[row[0] for row in rows].index("dW[2]")]
    assert all(re.fullmatch(r"\d\.\de[-+]\d\d ≤ \de[-+]\d\d", cell) for cell in dW[3:])


def test_a_wrong_gradient_is_named_in_the_report(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3, 1])

    def doubled(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        return [each._replace(dW=2 * each.dW) for each in network.manual_gradients(X, Y)]

    report = compare_gradients(network, X, Y, gradients=doubled)
    assert "dW[2]" in repr(report)
    assert ["dW[2]", "different"] in [row[:2] for row in cells(report._repr_html_())]
