"""The counts of one mistake, from scripted diagnoses; and the reference that the unbroken code computes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch.language import same
from course_torch.mistakes.context import TensorName
from course_torch.mistakes.record import Mistake
from course_torch.verification import scoring
from course_torch.verification.breakable import Call, Mistake, Variant
from course_torch.verification.catalogue.shown import VAGUE
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.problems import Problem, random_problem
from course_torch.verification.scoring import (
    PROBLEMS,
    Score,
    diagnosis_of,
    first_wrong,
    is_named,
    is_reported,
    is_unknown,
    problem_with_reference,
    problems_of,
    score,
    score_variant,
)

F64, F32 = torch.float64, torch.float32


def doubled(call: Call) -> Tensor:
    return 2 * call.right


def right(call: Call) -> Tensor:
    return call.right


MISTAKE = Mistake("2 dW", {"dW": doubled}, "dW[L]", ("factor 2", "sign"))


DW_3 = TensorName("dW", 3)


def diagnosis(*causes: str, tensor: TensorName = DW_3) -> Diagnosis:
    return Diagnosis(tensor, (tensor,), tuple((Cause(key, same(key), ""),) for key in causes), same("off"))


# The problems


def test_every_output_and_both_dtypes_are_tried() -> None:
    assert list(PROBLEMS) == [
        *((0, "sigmoid", F64), (1, "sigmoid", F64), (2, "sigmoid", F64), (3, "sigmoid", F32), (4, "sigmoid", F32)),
        *((5, "softmax", F64), (6, "softmax", F64), (7, "identity", F64), (8, "identity", F64)),
    ]


@pytest.mark.parametrize(
    ("case", "seeds"),
    [
        (MISTAKE, [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (replace(MISTAKE, float32=False), [0, 1, 2, 5, 6, 7, 8]),
        (replace(MISTAKE, outputs=("softmax",)), [5, 6]),
        (replace(MISTAKE, outputs=("sigmoid",), float32=False), [0, 1, 2]),
        (Variant("same", {"dW": right}, outputs=("sigmoid", "identity")), [0, 1, 2, 3, 4, 7, 8]),
    ],
)
def test_a_mistake_is_tried_where_it_applies(
    case: Mistake | Variant, seeds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    any_problem, asked = problem_with_reference(0, "tanh", "sigmoid", F64), []

    def ask(*arguments: object) -> object:
        asked.append(arguments)
        return any_problem

    monkeypatch.setattr(scoring, "problem_with_reference", ask)
    assert problems_of(replace(case, need="square")) == [any_problem] * len(seeds)
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
    assert [str(name) for name in reference.tensors] == list(map(str, reference.alternative)) == names
    assert {str(name) for name in reference.errors} == set(names)
    step = network.backward_steps(X, Y)[0]
    tolerance = 100 * torch.finfo(dtype).eps
    assert torch.allclose(reference.tensors[TensorName("dW", 1)], step.gradients.dW, rtol=tolerance, atol=tolerance)
    assert torch.equal(reference.alternative[TensorName("dW", 1)], step.gradients.dW)
    # A standard error of dZ[L] = A - Y is ε (|A| + |Y|).
    A, eps = network(X).detach().double(), torch.finfo(dtype).eps
    assert torch.allclose(reference.errors[TensorName("dZ", 3)], eps * (A + Y.double()), rtol=1e-9, atol=0)
    assert reference.forward.Y is Y
    assert torch.equal(reference.forward.caches[0].A_prev, X)


def test_the_alternative_has_slope_1_at_0() -> None:
    """All Z of the first unit are 0, so that dZ of the unit is 0 or dA."""
    _, reference = problem_with_reference(0, "zeros", "sigmoid", F64)
    dZ, dA = TensorName("dZ", 1), TensorName("dA", 1)
    assert not reference.tensors[dZ][:, 0].any()
    assert torch.allclose(reference.alternative[dZ][:, 0], reference.tensors[dA][:, 0], rtol=1e-12, atol=0)


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
    assert diagnosis_of({"g'": lambda call: (call.Z >= 0) * 1.0}, problem, reference) is None
    assert diagnosis_of({"g'": lambda call: (call.Z > 0) * 1.1}, problem, reference) is not None


@pytest.mark.parametrize(
    ("first", "expected"), [("dZ[L]", "dZ[5]"), ("dA[L-1]", "dA[4]"), ("dZ[L-2]", "dZ[3]"), ("dW[1]", "dW[1]")]
)
def test_the_first_wrong_tensor_depends_on_the_depth(first: str, expected: str) -> None:
    assert first_wrong(replace(MISTAKE, first=first), 5) == expected


@pytest.mark.parametrize(
    ("causes", "named", "unknown"),
    [
        (("factor 2",), True, False),
        (("no g'", "sign"), True, False),
        (("no g'",), False, False),
        (("unknown",), False, True),
        (("all 0", "Z ≤ 0 only"), False, True),
        (("unknown", "no g'"), False, False),
        (tuple(cause.key for cause in VAGUE), False, True),
    ],
)
def test_a_cause_is_named_unknown_or_misleading(causes: tuple[str, ...], named: bool, unknown: bool) -> None:
    assert is_named(diagnosis(*causes), MISTAKE) == named
    assert is_unknown(diagnosis(*causes), MISTAKE) == unknown


def test_a_vague_cause_that_is_right_is_named() -> None:
    mistake = replace(MISTAKE, causes=("all 0",))
    assert is_named(diagnosis("all 0"), mistake)
    assert not is_unknown(diagnosis("all 0"), mistake)


# The counts


def scripted(monkeypatch: pytest.MonkeyPatch, *diagnoses: Diagnosis | None) -> None:
    """One problem of three layers a diagnosis; the report objects to the first problem only."""
    problems = [problem_with_reference(seed, "tanh", "sigmoid", F64) for seed in (0, 3, 6, 9, 12, 15)[: len(diagnoses)]]
    remaining = iter(diagnoses)

    def script(wrong: Mapping, problem: Problem, reference: object) -> Diagnosis | None:
        assert wrong is MISTAKE.wrong
        assert any(problem is one and reference is other for one, other in problems)
        return next(remaining)

    monkeypatch.setattr(scoring, "problems_of", lambda case: problems)
    monkeypatch.setattr(scoring, "diagnosis_of", script)
    monkeypatch.setattr(scoring, "is_reported", lambda mistake, problem: problem is problems[0][0])


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
    assert score(MISTAKE) == Score(
        "2 dW",
        runs=6,
        found=5,
        placed=3,
        named=3,
        unknown=1,
        misleading=1,
        reported=True,
        also_named={"no g'", "1/m twice", "unknown"},
    )


def test_nothing_found_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, None)
    assert score(MISTAKE) == Score("2 dW", 1, 0, 0, 0, 0, 0, True, set())
    assert Score("any") == Score("any", 0, 0, 0, 0, 0, 0, False, set())


def test_an_alarm_of_a_variant_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, None, diagnosis("sign"), diagnosis("unknown"))
    assert score_variant(Variant("same", MISTAKE.wrong)) == Score("same", runs=3, found=2)


def test_the_whole_report_objects_to_a_broken_network() -> None:
    problem = random_problem(0)
    assert is_reported(MISTAKE, problem)
    assert not is_reported(replace(MISTAKE, wrong={"dW": right}), problem)


@pytest.mark.parametrize("error", [RuntimeError, TypeError, ValueError, IndexError])
def test_an_error_of_shapes_is_an_objection(error: type[Exception]) -> None:
    def fail(call: Call) -> Tensor:
        raise error

    assert is_reported(replace(MISTAKE, wrong={"dW": fail}), random_problem(0))
