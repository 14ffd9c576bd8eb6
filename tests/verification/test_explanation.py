"""Which hypotheses are compared with a tensor, and which explanations of it the other tensors support."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf, nan

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.mistakes.record import Edit
from course_torch.verification import diagnosis as module
from course_torch.verification.comparing import Match, match
from course_torch.verification.diagnosis import Case, total
from course_torch.verification.explanation import Explanation, Guesses, Hypothesis, readings, remembered_guesses
from tests.verification.by_hand import cause, forward_pass, layer_of, named, tensor

DW1, DZ1 = TensorName("dW", 1), TensorName("dZ", 1)
STEP = BackwardContext(DW1, {DW1: tensor([3, 4])}, forward_pass(torch.zeros(5, 1).double(), *[layer_of(5, 2, 1)] * 2))
TERM = Edit("dW", "/ m", "/ m + W", adds="W")


def guess(values: Tensor, adds: Edit | None = None) -> Hypothesis:
    return Hypothesis(cause("mixed up"), values, STEP, adds)


def about(found: Tensor, guesses: list[Hypothesis], error: float = 1e-12) -> list[int]:
    """The numbers of the guesses that may explain the tensor."""
    possible = Guesses(guesses).about(found, error)
    return [number for number, each in enumerate(guesses) if any(each is other for other in possible)]


NEAR = [guess(tensor([3, 4])), guess(tensor([4, -3])), guess(tensor([1, 1]), TERM), guess(tensor([-6, -8]))]
WITHOUT_DIRECTION = [guess(tensor([0, 0])), guess(tensor([inf, 1])), guess(tensor([nan, 1]))]


@pytest.mark.parametrize(
    ("found", "guesses", "error", "expected"),
    [
        (tensor([3, 4]), [*NEAR, guess(tensor([3, 4.01]))], 1e-12, [0, 2, 3]),
        (tensor([3, 4]), NEAR, 1e200, [0, 1, 2, 3]),  # its square overflows
        (tensor([3], [4]), NEAR[:2], 1e-12, []),
        (tensor([3], [4]), [*NEAR[:2], guess(tensor([3], [4]))], 1e-12, [2]),
        (tensor([3, 4]), [], 1e-12, []),
        (tensor([500, 3]), [guess(tensor([1, 0]))], 1.0, [0]),  # three errors beside the line of (1, 0)
        (tensor([500, 3]), [guess(tensor([1, 0]))], 0.9, []),
        (tensor([3, 4]), WITHOUT_DIRECTION, 1e-12, []),
        (tensor([inf, 1]), NEAR[:1], 1e-12, []),
        (tensor([nan, 1]), NEAR[:1], 1e-12, []),
        (tensor([]), [guess(tensor([]))], 1e-12, []),
    ],
)
def test_what_may_explain_a_tensor(found: Tensor, guesses: list[Hypothesis], error: float, expected: list[int]) -> None:
    assert about(found, guesses, error) == expected


@pytest.mark.parametrize("size", [1e-200, 1e-20, 1e20, 1e200])
def test_the_sizes_of_guesses_do_not_matter(size: float) -> None:
    assert about(tensor([3, 4]), [guess(tensor([3, 4]) * size), guess(tensor([4, 3]) / size)]) == [0]


@pytest.mark.parametrize(("c", "precision"), [(0, 1e-12), (nan, 1e-12), (inf, 1e-12), (1, 1e-12), (0.75, 0.25)])
def test_a_factor_that_is_1_within_its_precision_has_no_cause(c: float, precision: float) -> None:
    """Nor has a factor that is no number, or 0."""
    assert readings(c, precision, STEP) == []


def test_a_long_tensor_is_compared_by_its_first_entries(generator: torch.Generator) -> None:
    """No multiple is left out, and what differs in the first 10,000 entries is."""
    long = torch.randn(100, 300, dtype=torch.float64, generator=generator)
    others = [long.clone(), long.clone()]
    others[0][0, 0] += 1e-3
    others[1][-1, -1] += 1e-3
    assert about(long, [guess(3 * long), *map(guess, others)]) == [0, 2]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_what_matches_is_never_left_out(dtype: torch.dtype, generator: torch.Generator) -> None:
    """Multiples with rounding errors of every size up to the tolerance, and beyond it."""
    for _ in range(200):
        suspect, noise = torch.randn(2, 5, 7, dtype=torch.float64, generator=generator)
        error = 10 ** (-16 + 14 * torch.rand((), generator=generator).item())
        found = (-2.5 * suspect + error * noise / noise.norm() * 3.5 * torch.rand((), generator=generator)).to(dtype)
        error += 2 * torch.finfo(dtype).eps * found.norm().item()
        assert match(found, suspect, error) is None or about(found, [guess(suspect)], error) == [0]


def test_guesses_are_remembered_for_a_tensor_and_the_names_handed_in() -> None:
    first = remembered_guesses(STEP, {DW1, DZ1})
    assert remembered_guesses(STEP, {DZ1, DW1}) is first
    beside_others = replace(STEP, tensors={**STEP.tensors, DZ1: torch.zeros(5, 1)})
    others = [remembered_guesses(STEP, {DW1, DZ1, TensorName("db", 1)}), remembered_guesses(beside_others, {DW1, DZ1})]
    assert all(other is not first for other in others)


# The evidence of other tensors: digits are counted for scripted explanations


DW2, DW3, DB1, DB2 = (TensorName(kind, l) for kind, l in (("dW", 2), ("dW", 3), ("db", 1), ("db", 2)))
RIGHT = named({("dW", l): tensor([1, 2]) for l in (1, 2, 3)} | {("db", l): tensor([1]) for l in (1, 2)})
FORWARD = forward_pass(torch.zeros(4, 1).double(), *[layer_of(4, 2, 1)] * 3)
WRONG, ONE = tensor([2, 4]), tensor([2])
"""A wrong dW, and a wrong db of one number."""

Found, Script = Mapping[TensorName, Tensor], Mapping[TensorName, list[Explanation]]


def by(key: str, evidence: float, origin: TensorName = DW1, *, rank: float = 1, fitted: int = 0) -> Explanation:
    """An explanation that matches with 5 digits in each entry."""
    return Explanation((cause(key),), origin, rank, fitted, Match(2.0, 1e-5, 5.0, evidence))


def case_of(monkeypatch: pytest.MonkeyPatch, found: Found, script: Script) -> Case:
    """A case in which every tensor has the scripted explanations."""
    errors = {name: torch.zeros_like(each) for name, each in RIGHT.items()}

    def explanations(step: BackwardContext, tensor: Tensor, error: Tensor, guesses: Guesses) -> list[Explanation]:
        assert tensor is found[step.name]
        assert error is errors[step.name]
        return list(script.get(step.name, []))

    monkeypatch.setattr(module, "possible_explanations", explanations)
    monkeypatch.setattr(module, "remembered_guesses", lambda step, given: Guesses([Hypothesis(None, step.right, step)]))
    return Case(found, RIGHT, errors, FORWARD)


@pytest.mark.parametrize(
    ("explanations", "expected"),
    [
        ([by("a", 7.0), by("b", 6.9), by("c", 30)], ["a", "c"]),
        ([by("a", 9, rank=2), by("b", 9, rank=1.5), by("c", 9, rank=1.5), by("d", 1)], ["b", "c"]),
        ([by("a", 6)], []),
        ([], []),
    ],
    ids=["seven digits are enough", "the lowest rank", "too few digits", "none"],
)
def test_the_simplest_explanations_with_enough_evidence(
    explanations: list[Explanation], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(monkeypatch, {DW1: WRONG}, {DW1: explanations})
    assert [each.causes[0].key for each in case.explanations(DW1)] == expected


def test_fitted_numbers_use_up_the_digits_of_the_best_match() -> None:
    matches = [Match(1, 1e-5, 5.0, 20.0), Match(1, 1e-3, 3.0, 6.0)]
    assert [total(matches, fitted) for fitted in (0, 1, 2)] == [26, 21, 16]


WITH_DB, LAYERS = {DW1: WRONG, DB1: ONE}, {DW1: WRONG, DW2: WRONG, DW3: WRONG, DB1: ONE}
FEW = {DW1: [by("a", 4)], DW2: [by("a", 3, DW2)], DW3: [by("b", 9, DW3)]}
FITTED = {DB1: [by("a", 14, DB1, fitted=1)], DB2: [by("a", 3, DB2, fitted=1)]}
EVIDENCE: dict[str, tuple[TensorName, Found, Script, float]] = {
    "a mistake in the tensor itself needs no other tensor": (DW1, WITH_DB, {DW1: [by("a", 9)]}, 9),
    "a fitted number uses up its digits": (DW1, WITH_DB, {DW1: [by("a", 13, fitted=1)]}, 8),
    "a mistake in dZ shows in db too": (
        *(DW1, WITH_DB, {DW1: [by("a", 9, DZ1)], DB1: [by("b", 4, DZ1), by("a", 3, DZ1)]}, 12),
    ),
    "a mistake in dZ without db": (DW1, {DW1: WRONG}, {DW1: [by("a", 9, DZ1)]}, 9),
    "db does not show it": (DW1, WITH_DB, {DW1: [by("a", 9, DZ1)]}, -1),
    "db shows another cause": (DW1, WITH_DB, {DW1: [by("a", 9, DZ1)], DB1: [by("b", 9, DZ1)]}, -1),
    "db shows another origin": (DW1, WITH_DB, {DW1: [by("a", 9, DZ1)], DB1: [by("a", 9, DB1)]}, -1),
    "few digits are added up over wrong layers": (DW1, LAYERS, FEW, 7),
    "a right layer adds none": (DW1, {**LAYERS, DW2: tensor([1, 2])}, FEW, 4),
    "zeros add none": (DW1, {**LAYERS, DW2: tensor([0, 0])}, FEW, 4),
    "enough digits need no other layer": (DW1, LAYERS, {DW1: [by("a", 7.0)], DW2: [by("a", 3, DW2)]}, 7),
    "a number that fits one number must fit the other layers": (DB1, {DB1: ONE, DB2: ONE}, FITTED, 12),
    "a layer that is right need not show it": (DB1, {DB1: ONE, DB2: tensor([1])}, FITTED, 9),
    "another cause elsewhere contradicts it": (DB1, {DB1: ONE, DB2: ONE}, {**FITTED, DB2: [by("b", 3, DB2)]}, -1),
    "one layer of two is not enough": (
        *(DW1, {**LAYERS, DW1: tensor([2])}, {DW1: [by("a", 9, fitted=1)], DW2: [by("a", 3, DW2, fitted=1)]}, -1),
    ),
    "without a fitted number another layer may have another mistake": (
        *(DB1, {DB1: ONE, DB2: ONE}, {DB1: [by("a", 9, DB1)], DB2: [by("b", 3, DB2)]}, 9),
    ),
}


@pytest.mark.parametrize(("name", "found", "script", "digits"), EVIDENCE.values(), ids=EVIDENCE)
def test_the_evidence_of_an_explanation(
    name: TensorName, found: Found, script: Script, digits: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert case_of(monkeypatch, found, script).evidence(script[name][0], name) == digits
