"""The report of three judges: its verdicts and every word, by hand and of real networks."""

import re
from dataclasses import replace
from math import nan

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, LayerGradients, compare_gradients
from course_torch.formulas import layers
from course_torch.language import same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import Kind, TensorName
from course_torch.verification.comparing import Difference
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.finding import Finding
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
    broken = Finding(
        same("dA[1]"), formula, same("raises RuntimeError: no"), (), same("Probably W"), True, True, "backward"
    )
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


# Real networks in every dtype


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("hidden_activation", ["tanh", "relu"])
def test_right_gradients_agree_in_every_dtype(
    dtype: torch.dtype, hidden_activation: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([40, 30, 20, 1], m=50, hidden_activation=hidden_activation)
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.agrees, str(report)
    assert all(row.formulas.tolerance < 0.2 for row in report)
    assert report.largest_relative_error < {torch.float64: 1e-12, torch.float32: 1e-5, torch.bfloat16: 0.1}[dtype]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("factor", [-1.0, 1 / 50, 0.0, 50.0], ids=["sign", "1/m twice", "nothing", "no 1/m"])
def test_wrong_gradients_are_found_in_every_dtype(
    dtype: torch.dtype, factor: float, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([40, 30, 20, 1], m=50, hidden_activation="tanh")
    right = layers.linear_backward
    monkeypatch.setattr(
        layers, "linear_backward", lambda dZ, A_prev, m: tuple(factor * each for each in right(dZ, A_prev, m))
    )
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.named("different") == ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]


def test_terms_that_cancel_are_granted_their_rounding_and_what_it_hides_is_not_called_equal(
    make_problem: MakeProblem,
) -> None:
    """Half the labels 1 and W nearly 0: db[1] is a mean of numbers near ±1/2 that is a millionth of them."""
    network, X, Y = make_problem([4, 1], m=400)
    with torch.no_grad():
        network.layers[0].W.mul_(1e-6)
        network.layers[0].b.zero_()
    Y[:200], Y[200:] = 0, 1
    rows = {str(row.name): row for row in compare_gradients(network, X, Y)}
    assert rows["db[1]"].verdict == "equal"
    assert rows["db[1]"].formulas.tolerance > 1e3 * rows["dZ[1]"].formulas.tolerance
    hidden = compare_gradients(network.bfloat16(), X.bfloat16(), Y.bfloat16())
    assert "db[1]" in hidden.named("not judged")
    assert not hidden.agrees
    assert "not judged, because rounding errors in this dtype hide them" in str(hidden)


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e4])
@pytest.mark.parametrize("hidden_activation", ["tanh", "relu", "identity"])
def test_large_features_raise_no_alarm(offset: float, hidden_activation: str, make_problem: MakeProblem) -> None:
    """Features with an offset that b cancels: the numeric judge's own rounding is that of the large terms."""
    network, X, Y = make_problem([4, 5, 3, 1], hidden_activation=hidden_activation)
    with torch.no_grad():
        network.layers[0].b -= offset * network.layers[0].W.sum(dim=1)
    report = compare_gradients(network, X + offset, Y)
    assert report.named("different") == [], str(report)


@pytest.mark.slow
def test_the_tolerance_stays_sharp_in_a_deep_network(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty layers of 64 in float32: a factor of 1.01 in dA is found in all layers below the top one."""
    network, X, Y = make_problem([64] * 20 + [1], m=10, hidden_activation="tanh")
    problem = network.float(), X.float(), Y.float()
    report = compare_gradients(*problem)
    assert report.agrees
    assert all(row.formulas.tolerance < 1e-3 for row in report)
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: 1.01 * dZ @ W)
    assert compare_gradients(*problem).named("equal") == ["dZ[20]", "dW[20]", "db[20]"]


def test_entries_at_the_kink_are_left_out_and_counted(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 0
    rows = {str(row.name): row for row in compare_gradients(network, X, Y)}
    assert rows["db[1]"].kinks == 1
    assert rows["db[1]"].sampled == 6
    assert all(row.verdict == "equal" for row in rows.values())


def test_a_tensor_without_a_judged_entry_is_called_so(make_problem: MakeProblem) -> None:
    """Layer 2 gets only zeros, so every Z[2] is b[2] = 0: any nudge of b[2] or Z[2] crosses the kink."""
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        network.layers[0].b -= 1000
        network.layers[1].b.zero_()
    report = compare_gradients(network, X, Y)
    rows = {str(row.name): row for row in report}
    assert rows["db[2]"].numeric is None
    assert (rows["db[2]"].sampled, rows["db[2]"].kinks) == (3, 3)
    assert rows["db[2]"].verdict == "equal"
    assert str(report).startswith("all 12 tensors are equal (judged: 12 by autograd, ")
    assert "not judged by differences: " in str(report)
    assert "db[2]" in str(report).split("not judged by differences: ")[1]
