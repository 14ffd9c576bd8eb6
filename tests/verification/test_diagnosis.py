"""The diagnosis takes tensors alone: some may be missing, and what cannot be told apart is named together."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.verification.diagnosis import Diagnosis, diagnose
from course_torch.verification.faults import Wrong
from tests.verification.self_test import broken_tensors, diagnosis_of, problem_with_reference

RANDOM = torch.Generator().manual_seed(0)


def diagnosed(part: str, function: object, seed: int = 2, need: str = "tanh", output: str = "sigmoid") -> Diagnosis:
    problem, reference = problem_with_reference(seed, need, output, torch.float64)
    diagnosis = diagnosis_of({part: function}, problem, reference)
    assert diagnosis is not None
    return diagnosis


@pytest.mark.parametrize(
    ("place", "function", "first", "causes"),
    [
        ("dZ", lambda n: n.dA, "dW[4]", {"no g'", "dA for dZ"}),  # in dW and db alike
        ("dZ[L]", lambda n: n.right * n.A * (1 - n.A), "dW[5]", {"squared error"}),
        # Cannot be told apart.
        ("dZ", lambda n: n.right / n.m, "dW[4]", {"1/m twice", "1/m in dZ", "1/m in dA"}),
        ("dW", lambda n: n.right / n.m, "dW[5]", {"1/m twice"}),  # db is right, so dZ is
        ("dZ[L]", lambda n: n.Y - n.A, "dW[5]", {"sign", "sign at the output"}),
        ("dW", lambda n: -n.right, "dW[5]", {"sign"}),
        ("dA", lambda n: n.dZ @ n.dW, "dW[4]", {"dW for W"}),
    ],
    ids=["no g'", "squared error", "1/m in dZ", "1/m twice", "sign at the output", "sign", "dW for W"],
)
def test_dW_and_db_alone_are_diagnosed_too(place: str, function: Wrong, first: str, causes: set[str]) -> None:
    """A learner hands in dW and db only: a mistake in dZ or dA shows in what is made from it."""
    problem, reference = problem_with_reference(2, "tanh", "sigmoid", torch.float64)
    made = broken_tensors(*problem, {place: function})
    given = {key: tensor for key, tensor in made.items() if key.kind in ("dW", "db")}
    diagnosis = diagnose(given, reference.right, reference.errors(), reference.forward)
    assert str(diagnosis.tensor) == first
    assert set(diagnosis.causes) == causes


def test_a_single_tensor_is_diagnosed() -> None:
    _, reference = problem_with_reference(2, "tanh", "sigmoid", torch.float64)
    name = TensorName("dW", 3)
    diagnosis = diagnose({name: -3 * reference.right[name]}, reference.right, reference.errors(), reference.forward)
    assert (diagnosis.tensor, diagnosis.wrong, diagnosis.causes) == (name, (name,), ("factor -3",))


def test_right_tensors_have_no_diagnosis() -> None:
    _, reference = problem_with_reference(2, "tanh", "sigmoid", torch.float64)
    assert diagnose(reference.right, reference.right, reference.errors(), reference.forward) is None
    assert diagnose({}, reference.right, reference.errors(), reference.forward) is None


def test_tensors_are_judged_by_the_reference_that_they_are_nearest_to() -> None:
    """A ReLU unit with Z = 0: slope 0 and slope 1 are both right. With -dW[1] beside slope 1, only dW[1] is wrong."""
    _, reference = problem_with_reference(0, "zeros", "sigmoid", torch.float64)
    one, other, name = reference.right, reference.right_with_slope_1, TensorName("dW", 1)
    for found in (one, other):
        assert diagnose(found, one, reference.errors(), reference.forward, [other]) is None
        assert diagnose(found, other, reference.errors(), reference.forward, [one]) is None
    assert diagnose(other, one, reference.errors(), reference.forward) is not None
    diagnosis = diagnose(other | {name: -other[name]}, one, reference.errors(), reference.forward, [other])
    assert (diagnosis.wrong, diagnosis.causes) == ((name,), ("sign",))


def test_any_factor_fits_a_single_number_so_it_is_none() -> None:
    """db[5] is one number. A factor in all layers is a factor; in one layer it is nothing but another number."""

    def everywhere(call: BackwardContext) -> Tensor:
        return 1.23 * call.right

    def in_the_last_layer(call: BackwardContext) -> Tensor:
        return 1.23 * call.right if call.layer == call.L else call.right

    assert diagnosed("db", everywhere).causes == ("factor 1.23",)
    assert diagnosed("db", in_the_last_layer).causes == ("unknown",)


def test_single_numbers_of_all_layers_are_judged_together() -> None:
    """Every dslope is one number: a factor is one if it is the same in all layers."""

    def same(call: BackwardContext) -> Tensor:
        return 1.7 * call.right

    def different(call: BackwardContext) -> Tensor:
        return (1 + 0.3 * call.layer) * call.right

    assert diagnosed("dslope", same, need="leaky_relu").causes == ("factor 1.7",)
    assert diagnosed("dslope", different, need="leaky_relu").causes == ("unknown",)


def test_two_mistakes_at_once_are_both_named() -> None:
    diagnosis = diagnosed("dZ", lambda call: -call.dA / call.m)
    assert diagnosis.causes == ("no g' and sign and 1/m in dZ",)
    assert "multiply" not in str(diagnosis)
    assert "g'(Z) is missing in a hidden layer: dZ = dA * g'(Z) (notes 2.5), and the sign is turned" in str(diagnosis)


def test_the_fewest_causes_are_named() -> None:
    """-dW is a wrong sign. It is also a factor -1 of no 1/m and 1/m twice, which nobody writes."""
    assert diagnosed("dW", lambda call: -call.right).causes == ("sign",)


def test_causes_that_make_the_same_tensor_are_all_named() -> None:
    """dA of layer L is used in layer L-1 where it is right, and in L-2 as top dA and as dA of another layer."""
    assert set(diagnosed("dZ", top_dA, need="square").causes) == {"top dA reused", "dA of another layer"}


def top_dA(call: BackwardContext) -> Tensor:
    return call.top.dA * (1 - call.A**2)


@pytest.mark.parametrize(
    ("place", "function", "causes"),
    [
        ("dW", lambda n: n.above.dZ.T @ n.A_prev / n.m, {"dZ of another layer"}),
        ("dW", lambda n: n.dZ.T @ n.at(1).A / n.m, {"A of another layer"}),
        ("db", lambda n: n.above.db, {"dZ of another layer", "db of another layer"}),
    ],
)
def test_a_tensor_of_a_layer_of_another_width_is_named(place: str, function: Wrong, causes: set[str]) -> None:
    diagnosis = diagnosed(place, lambda n: function(n) if n.layer == 3 else n.right)
    assert diagnosis.symptom.startswith("shape")
    assert set(diagnosis.causes) == causes


@pytest.mark.parametrize(
    ("part", "function", "causes"),
    [
        ("dZ[L]", lambda call: call.right * float("nan"), {"not finite"}),
        ("dA", lambda call: 0 * call.right, {"all 0"}),
        ("dW", lambda call: 0 * call.right, {"only dW 0"}),
        ("dW", lambda call: call.right[:, :1], {"shape"}),
        ("dW", lambda call: call.right + torch.randn(call.right.shape, generator=RANDOM), {"unknown"}),
        ("dZ[L]", lambda call: torch.where(call.Y == 0, call.right.roll(2), call.right), {"Y = 0 only"}),
    ],
    ids=["not finite", "all 0", "only dW 0", "shape", "unknown", "Y = 0 only"],
)
def test_what_is_seen_where_no_cause_is_singled_out(part: str, function: object, causes: set[str]) -> None:
    assert set(diagnosed(part, function).causes) == causes


def test_the_text_names_tensor_symptom_sentence_and_section() -> None:
    text = str(diagnosed("dA", lambda call: 2 * call.right))
    assert text.startswith("first wrong: dA[4] (relative error 3.3e-01, 2 times the right one with residual ")
    assert text.endswith("exactly 2 times the right tensor: a constant such as 2, a learning rate or 1 - β.")


@pytest.mark.parametrize(
    ("function", "seen"),
    [
        (lambda call: -0.5 * call.right, "-0.5 times the right one with residual "),
        (lambda call: call.right + call.right.roll(1, 0), "no multiple of the right one"),
        (lambda call: call.right / 0, "no multiple of the right one"),
    ],
)
def test_a_factor_is_printed_only_for_a_multiple_of_the_right_tensor(function: object, seen: str) -> None:
    assert seen in diagnosed("dA", function).symptom


def test_the_record_holds_strings() -> None:
    record = diagnosed("dA", lambda call: -call.right).as_record()
    assert record["tensor"] == record["wrong"][0] == "dA[4]"
    assert record["causes"] == ["sign"]
    assert record["sentences"] == ["the sign is turned around (notes 2.5)"]


@pytest.mark.parametrize("spoilt", [lambda dZ: dZ.T, lambda dZ: dZ.float()])
def test_a_later_tensor_of_another_shape_or_dtype_ends_no_diagnosis(spoilt: Callable[[Tensor], Tensor]) -> None:
    _, reference = problem_with_reference(2, "tanh", "sigmoid", torch.float64)
    L = max(name.layer for name in reference.right)
    dW, dZ = TensorName("dW", L), TensorName("dZ", L - 1)
    found = {**reference.right, dW: 2 * reference.right[dW], dZ: spoilt(reference.right[dZ])}
    seen = diagnose(found, reference.right, reference.errors(), reference.forward)
    assert seen is not None
    assert seen.tensor == dW
