"""The report is itself proved: mistakes made in the real code are found, placed and named; right code is not blamed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import Tensor

from course_torch.language import same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.mistakes.record import evaluated
from course_torch.mistakes.records.general import WITHOUT_A_NAME
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.faults import Fault
from tests.verification import self_test
from tests.verification.problems import NEEDS, Problem, random_problem
from tests.verification.self_test import (
    FAULTS,
    PROBLEMS,
    SPELLINGS,
    Score,
    broken_tensors,
    diagnosis_of,
    first_wrong,
    is_named,
    is_reported,
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
    wrong = Fault(same("almost"), {"db": partial(evaluated, "dZ.mean(dim=0, keepdim=True) * 1.0001")})
    assert score_spelling(wrong) == Score(runs=9, found=9)


def right_networks_agree(seeds: range) -> bool:
    """Whether the whole report calls right networks of all kinds right."""
    outputs = ("sigmoid", "sigmoid", "softmax", "identity")
    problems = (random_problem(seed, NEEDS[seed % len(NEEDS)], outputs[seed % 4]) for seed in seeds)
    return all(compare_gradients(*problem).agrees for problem in problems)


@pytest.mark.slow
def test_two_hundred_right_networks_raise_no_alarm() -> None:
    assert right_networks_agree(range(200))


def test_twenty_right_networks_raise_no_alarm() -> None:
    assert right_networks_agree(range(20))


@pytest.mark.parametrize("need", ["tanh", "relu", "leaky_relu", "sigmoid", "square", "deep", "zeros"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_the_real_code_without_a_mistake_is_right(need: str, output: str) -> None:
    for seed in range(3):
        problem, reference = problem_with_reference(seed, need, output, random_problem(0)[1].dtype)
        assert diagnosis_of({}, problem, reference) is None


# The scores of whole mistakes


def test_a_report_that_says_equal_of_everything_fails_every_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    class Blind:
        agrees = True

    monkeypatch.setattr("tests.verification.self_test.compare_gradients", lambda *problem: Blind)
    assert not score(FAULTS[0]).reported
    assert not compare_gradients(*random_problem(0)).named("different")


def test_a_diagnosis_that_misses_names_or_misplaces_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "sign at the output")
    elsewhere = replace(fault, first="dW[L]", causes=("no g'",))
    result = score(elsewhere)
    assert (result.found, result.placed, result.named, result.misleading) == (result.runs, 0, 0, result.runs)
    monkeypatch.setattr("tests.verification.self_test.diagnosis_of", lambda *arguments: None)
    assert score(fault).found == 0


# The score of one mistake

F64, F32 = torch.float64, torch.float32


def doubled(context: BackwardContext) -> Tensor:
    return 2 * context.right


def right(context: BackwardContext) -> Tensor:
    return context.right


FAULT = Fault(same("2 dW"), {"dW": doubled}, ("factor 2", "sign"), "dW[L]")
DW_3 = TensorName("dW", 3)


def diagnosis(*causes: str, tensor: TensorName = DW_3) -> Diagnosis:
    records = (MISTAKES.get(key, replace(MISTAKES["factor"], key=key)) for key in causes)
    return Diagnosis(tensor, (tensor,), tuple((record,) for record in records), same("off"))


# The problems


def test_every_output_and_both_dtypes_are_tried() -> None:
    assert list(PROBLEMS) == [
        *((0, "sigmoid", F64), (1, "sigmoid", F64), (2, "sigmoid", F64), (3, "sigmoid", F32), (4, "sigmoid", F32)),
        *((5, "softmax", F64), (6, "softmax", F64), (7, "identity", F64), (8, "identity", F64)),
    ]


@pytest.mark.parametrize(
    ("fault", "seeds"),
    [
        (FAULT, [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (replace(FAULT, float32=False), [0, 1, 2, 5, 6, 7, 8]),
        (replace(FAULT, outputs=("softmax",)), [5, 6]),
        (replace(FAULT, outputs=("sigmoid",), float32=False), [0, 1, 2]),
        (replace(FAULT, outputs=("sigmoid", "identity")), [0, 1, 2, 3, 4, 7, 8]),
    ],
)
def test_a_mistake_is_tried_where_it_applies(fault: Fault, seeds: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    any_problem, asked = problem_with_reference(0, "tanh", "sigmoid", F64), []

    def ask(*arguments: object) -> object:
        asked.append(arguments)
        return any_problem

    monkeypatch.setattr(self_test, "problem_with_reference", ask)
    assert problems_of(replace(fault, need="square")) == [any_problem] * len(seeds)
    assert asked == [(seed, "square", *rest) for seed, *rest in PROBLEMS if seed in seeds]


@pytest.mark.parametrize("dtype", [F64, F32])
def test_the_reference_is_that_of_the_unbroken_code(dtype: torch.dtype) -> None:
    (network, X, Y), reference = problem_with_reference(0, "tanh", "softmax", dtype)
    expected = random_problem(0, "tanh", "softmax", dtype)
    assert torch.equal(X, expected[1])
    assert X.dtype == dtype
    assert network.output.name == "softmax"
    assert (network.hidden_activation.name, len(Y)) == ("tanh", 9)
    names = ["dZ[3]", "dW[3]", "db[3]", "dA[2]", "dZ[2]", "dW[2]", "db[2]", "dA[1]", "dZ[1]", "dW[1]", "db[1]", "dA[0]"]
    assert [str(name) for name in reference.right] == list(map(str, reference.right_with_slope_1)) == names
    assert {str(name) for name in reference.errors()} == set(names)
    step = network.backward_steps(X, Y)[0]
    tolerance = 100 * torch.finfo(dtype).eps
    assert torch.allclose(reference.right[TensorName("dW", 1)], step.gradients.dW, rtol=tolerance, atol=tolerance)
    assert torch.equal(reference.right_with_slope_1[TensorName("dW", 1)], step.gradients.dW)
    # A standard error of dZ[L] = A - Y is ε (|A| + |Y|).
    A, eps = network(X).detach().double(), torch.finfo(dtype).eps
    assert torch.allclose(reference.errors()[TensorName("dZ", 3)], eps * (A + Y.double()), rtol=1e-9, atol=0)
    assert reference.forward.Y is Y
    assert torch.equal(reference.forward.caches[0].A_prev, X)


def test_the_alternative_has_slope_1_at_0() -> None:
    """All Z of the first unit are 0, so that dZ of the unit is 0 or dA."""
    _, reference = problem_with_reference(0, "zeros", "sigmoid", F64)
    dZ, dA = TensorName("dZ", 1), TensorName("dA", 1)
    assert not reference.right[dZ][:, 0].any()
    assert torch.allclose(reference.right_with_slope_1[dZ][:, 0], reference.right[dA][:, 0], rtol=1e-12, atol=0)


def test_a_problem_is_made_once() -> None:
    assert problem_with_reference(1, "tanh", "sigmoid", F64) is problem_with_reference(1, "tanh", "sigmoid", F64)


# The diagnosis of a broken backward pass


def test_the_diagnosis_sees_the_broken_tensors() -> None:
    problem, reference = problem_with_reference(0, "tanh", "sigmoid", F64)
    seen = diagnosis_of({"dW": doubled}, problem, reference)
    assert seen is not None
    assert (str(seen.tensor), seen.causes) == ("dW[3]", ("factor 2",))
    assert list(map(str, seen.wrong)) == ["dW[3]", "dW[2]", "dW[1]"]
    assert diagnosis_of({}, problem, reference) is None


def test_the_diagnosis_allows_slope_1_at_0() -> None:
    problem, reference = problem_with_reference(0, "zeros", "sigmoid", F64)
    assert diagnosis_of({"g'": lambda context: (context.Z >= 0) * 1.0}, problem, reference) is None
    assert diagnosis_of({"g'": lambda context: (context.Z > 0) * 1.1}, problem, reference) is not None


@pytest.mark.parametrize(
    ("first", "expected"), [("dZ[L]", "dZ[3]"), ("dA[L-1]", "dA[2]"), ("dZ[L-2]", "dZ[1]"), ("dW[1]", "dW[1]")]
)
def test_the_first_wrong_tensor_is_given_by_name(first: str, expected: str) -> None:
    _, reference = problem_with_reference(0, "tanh", "sigmoid", F64)
    assert first_wrong(replace(FAULT, first=first), reference) == expected


def test_the_first_wrong_tensor_is_the_first_that_a_wrong_function_changes() -> None:
    """dA of the output layer's step is right in all but layer 1, whose step computes dA[0]."""

    def in_layer_1(context: BackwardContext) -> Tensor:
        return 2 * context.right if context.layer == 1 else context.right

    _, reference = problem_with_reference(0, "tanh", "sigmoid", F64)
    for wrong, expected in (({"dA": in_layer_1}, "dA[0]"), ({"db": in_layer_1, "dA": doubled}, "dA[2]"), ({}, "")):
        assert first_wrong(replace(FAULT, first="", wrong=wrong), reference) == expected


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


# The counts


def scripted(monkeypatch: pytest.MonkeyPatch, *diagnoses: Diagnosis | None) -> None:
    """One problem of three layers a diagnosis; the report objects to the first problem only."""
    problems = [problem_with_reference(seed, "tanh", "sigmoid", F64) for seed in (0, 3, 6, 9, 12, 15)[: len(diagnoses)]]
    remaining = iter(diagnoses)

    def script(wrong: Mapping, problem: Problem, reference: object) -> Diagnosis | None:
        assert wrong is FAULT.wrong
        assert any(problem is one and reference is other for one, other in problems)
        return next(remaining)

    monkeypatch.setattr(self_test, "problems_of", lambda fault: problems)
    monkeypatch.setattr(self_test, "diagnosis_of", script)
    monkeypatch.setattr(self_test, "is_reported", lambda fault, problem: problem is problems[0][0])


def test_the_diagnoses_of_all_networks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(
        monkeypatch,
        None,
        diagnosis("factor 2"),
        diagnosis("sign", "no g'"),
        diagnosis("no g'", "1/m twice", tensor=TensorName("db", 3)),
        diagnosis("unknown"),
        diagnosis("factor 2", tensor=TensorName("dW", 2)),
    )
    expected = Score(runs=6, found=5, placed=3, named=3, unknown=1, misleading=1, reported=True)
    assert score(FAULT) == expected


def test_nothing_found_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, None)
    assert score(FAULT) == Score(runs=1, reported=True)


def test_an_alarm_of_a_right_spelling_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, None, diagnosis("sign"), diagnosis("unknown"))
    assert score_spelling(FAULT) == Score(runs=3, found=2)


def test_the_whole_report_objects_to_a_broken_network() -> None:
    problem = random_problem(0)
    assert is_reported(FAULT, problem)
    assert not is_reported(replace(FAULT, wrong={"dW": right}), problem)


@pytest.mark.parametrize("error", [RuntimeError, TypeError, ValueError, IndexError])
def test_an_error_of_shapes_is_an_objection(error: type[Exception]) -> None:
    def fail(context: BackwardContext) -> Tensor:
        raise error

    assert is_reported(replace(FAULT, wrong={"dW": fail}), random_problem(0))
