"""The report of three judges: its verdicts and every word, by hand and of real networks."""

import re
from dataclasses import replace
from math import nan

import pytest
import torch

from course_torch import compare_gradients
from course_torch.formulas import layers
from course_torch.language import same
from course_torch.mistakes import MISTAKES
from course_torch.network.propagation import Kind, TensorName
from course_torch.verification.difference import Difference
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.networks.explain.diagnosis import Diagnosis
from course_torch.verification.report import GradientReport, TensorReport
from tests.conftest import MakeProblem
from tests.support.html_cells import cells

AGREES = Difference(largest=0.0, relative=1e-15, factor=1.0, residual=0.0, tolerance=1e-12)
DIFFERS = Difference(largest=1.0, relative=0.25, factor=2.0, residual=0.0, tolerance=1e-12)
HIDDEN = Difference(largest=1.0, relative=0.5, factor=2.0, residual=0.0, tolerance=0.6)  # above 0.5: proves nothing


def row(kind: Kind = "dW", l: int = 1, formulas: Difference = AGREES, **others: object) -> TensorReport:
    return TensorReport(TensorName(kind, l), (3, 2), 5.0, formulas, **others)


def report(*rows: TensorReport, diagnosis: Diagnosis | None = None, own: bool = False) -> GradientReport:
    return GradientReport(list(rows), diagnosis, own)


# One tensor


@pytest.mark.parametrize(
    ("judgements", "verdict"),
    [
        ([AGREES, None, None], "equal"),
        ([AGREES, AGREES, AGREES], "equal"),
        ([AGREES, AGREES, DIFFERS], "different"),
        ([DIFFERS, HIDDEN, None], "different"),
        ([AGREES, HIDDEN, AGREES], "not judged"),
        ([HIDDEN, HIDDEN, HIDDEN], "not judged"),
        ([replace(AGREES, relative=nan), AGREES, AGREES], "different"),
    ],
)
def test_one_objection_is_enough_and_all_must_judge(judgements: list[Difference | None], verdict: str) -> None:
    formulas, numeric, trained = judgements
    assert row(formulas=formulas, numeric=numeric, trained=trained).verdict == verdict


# All tensors

RIGHT, WRONG, LOST = row("dZ", 3), row("dW", 2, DIFFERS), row("db", 1, HIDDEN)


def test_tensors_are_named_by_their_verdict_and_all_must_be_equal() -> None:
    assert report(RIGHT, RIGHT).agrees
    assert not report(RIGHT, WRONG).agrees
    assert not report(LOST, RIGHT).agrees
    seen = report(RIGHT, WRONG, LOST)
    assert list(seen) == [RIGHT, WRONG, LOST]
    named = {verdict: seen.named(verdict) for verdict in ("equal", "different", "not judged")}
    assert named == {"equal": ["dZ[3]"], "different": ["dW[2]"], "not judged": ["db[1]"]}
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
    judged = "judged: 2 by autograd, 2 by central differences"
    assert report(*rows[:2]).coverage.en == f"{judged}, 1 as trained by J.backward()"
    assert report(*rows[:2], own=True).coverage.en == judged
    unjudged = {same("dA[0]"): same("nan"), same("dA[1]"): same("nan"), same("db[1]"): same("inf")}
    left_out = "; not judged, because nan: dA[0], dA[1]; not judged, because inf: db[1]"
    assert replace(report(*rows[:2], own=True), unjudged=unjudged).coverage.en == judged + left_out


J_WRONG = FormulaFinding(same("J"), "network.cost", same("2 times"), right=same("J = (1/m) Σ L"))
DIAGNOSIS = Diagnosis(TensorName("dW", 2), (TensorName("dW", 2),), ((MISTAKES["sign"],),), same("off"))
SIGN = "first wrong: dW[2] (off). Probably the sign is turned around (notes 2.5)."
UNEXPLAINED = [row("dW", 2, numeric=DIFFERS), row("dW", 1, numeric=DIFFERS)]
DIFFERENT = "different, though the formulas agree with autograd: dW[2], dW[1]"
NOT_JUDGED = "not judged, because rounding errors in this dtype hide them: db[1]"


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (report(RIGHT, WRONG, diagnosis=DIAGNOSIS), SIGN),
        (report(RIGHT, row("dW", 2, trained=DIFFERS), diagnosis=DIAGNOSIS), f"as trained by J.backward(): {SIGN}"),
        (
            replace(report(RIGHT, RIGHT, diagnosis=DIAGNOSIS), forward=J_WRONG),
            f"{J_WRONG} Then as trained by J.backward(): {SIGN}",
        ),
        (report(RIGHT, *UNEXPLAINED), DIFFERENT),
        (report(RIGHT, LOST), NOT_JUDGED),
        (report(LOST, *UNEXPLAINED), f"{DIFFERENT}; {NOT_JUDGED}"),
    ],
    ids=["formulas", "training", "J and training", "no cause", "hidden", "no cause and hidden"],
)
def test_the_line_says_what_is_wrong(seen: GradientReport, line: str) -> None:
    assert seen.objection.en == line
    assert str(seen) == f"{line} ({seen.coverage.en})"
    assert not seen.agrees


def test_the_largest_relative_error_is_that_of_the_formulas_or_as_trained() -> None:
    assert report(RIGHT, WRONG).largest_relative_error == 0.25
    assert report(RIGHT, row(numeric=DIFFERS)).largest_relative_error == 1e-15
    assert report(RIGHT, row(trained=HIDDEN), WRONG).largest_relative_error == 0.5


def test_the_record_holds_plain_values() -> None:
    seen = report(row("dW", 2, DIFFERS, sampled=4, kinks=1), diagnosis=DIAGNOSIS)
    formulas = {"largest": 1.0, "relative": 0.25, "factor": 2.0, "residual": 0.0, "tolerance": 1e-12}
    assert seen.as_record() == {
        "tensors": [{"name": "dW[2]", "shape": (3, 2), "norm": 5.0, "formulas": formulas, "numeric": None,
                     "trained": None, "sampled": 4, "kinks": 1, "verdict": "different"}],
        "diagnosis": {"tensor": "dW[2]", "wrong": ["dW[2]"], "causes": ["sign"], "symptom": "off",
                      "sentences": ["the sign is turned around (notes 2.5)"]},
        **{"broken": None, "missing": [], "forward": None, "at_kink": [], "not_judged": {}},
        **{"agrees": False, "update": None, "summary": str(seen)},
    }  # fmt: skip
    assert report(RIGHT).as_record()["diagnosis"] is None


# What a terminal and a notebook show


def test_a_report_shows_its_verdict_and_each_tensor(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3, 1])
    report = compare_gradients(network, X, Y)
    assert repr(report).startswith("GradientReport: all 8 tensors are equal")
    _, *rows = cells(report._repr_html_())
    assert [row[:3] for row in rows] == [[str(each.name), "equal", str(each.shape)] for each in report]
    dW = rows[[row[0] for row in rows].index("dW[2]")]
    assert all(re.fullmatch(r"\d\.\de[-+]\d\d ≤ \de[-+]\d\d", cell) for cell in dW[3:])


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


@pytest.mark.parametrize(
    ("activation", "Z", "kinks"), [("relu", 0, 1), ("relu", 3e-7, 0), ("tanh", 0, 0)], ids=["at", "near", "smooth"]
)
def test_entries_at_the_kink_are_left_out_and_counted(
    activation: str, Z: float, kinks: int, make_problem: MakeProblem
) -> None:
    """Z[1] of unit 0 is 0 for each example, or 3e-7: the nudge of 1e-5 crosses the kink, a smaller one does not."""
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation=activation)
    with torch.no_grad():
        network.layers[0].W[0], network.layers[0].b[0, 0] = 0, Z
    rows = {str(row.name): row for row in compare_gradients(network, X, Y)}
    assert (rows["db[1]"].sampled, rows["db[1]"].kinks) == (6, kinks)
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
    assert "db[2]" in str(report).split("not judged by differences: ")[1]
