"""Which explanations of a tensor the other tensors support: digits are counted for scripted explanations."""

from collections.abc import Mapping, Set

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.verification import diagnosis as module
from course_torch.verification.comparing import Match
from course_torch.verification.diagnosis import Case, total
from course_torch.verification.explanation import Explanation, Guesses, Hypothesis
from tests.verification.by_hand import cause, forward_pass, layer_of, named, tensor

DW1, DW2, DW3, DB1, DB2 = (TensorName(kind, l) for kind, l in (("dW", 1), ("dW", 2), ("dW", 3), ("db", 1), ("db", 2)))
DZ1, DZ2 = TensorName("dZ", 1), TensorName("dZ", 2)
RIGHT = named({("dW", l): tensor([1, 2]) for l in (1, 2, 3)} | {("db", l): tensor([1]) for l in (1, 2)})
FORWARD = forward_pass(torch.zeros(4, 1).double(), *[layer_of(4, 2, 1)] * 3)


def explained(
    key: str, evidence: float, digits: float = 5.0, *, origin: TensorName = DW1, rank: float = 1, fitted: int = 0
) -> Explanation:
    return Explanation((cause(key),), origin, rank, fitted, Match(2.0, 1e-5, digits, evidence))


def case_of(
    monkeypatch: pytest.MonkeyPatch, found: Mapping[TensorName, Tensor], script: Mapping[TensorName, list[Explanation]]
) -> Case:
    """A case in which every tensor has the scripted explanations."""
    errors = {name: torch.zeros_like(each) for name, each in RIGHT.items()}

    def guesses(step: BackwardContext, given: Set[TensorName]) -> Guesses:
        assert given == set(found)
        return Guesses([Hypothesis(None, step.right, step)])

    def possible_explanations(
        step: BackwardContext, tensor: Tensor, error: Tensor, guesses: Guesses
    ) -> list[Explanation]:
        assert (step.tensors, step.forward) == (RIGHT, FORWARD)
        assert tensor is found[step.name]
        assert error is errors[step.name]
        assert [each.origin.name for each in guesses.all] == [step.name]
        return list(script.get(step.name, []))

    monkeypatch.setattr(module, "possible_explanations", possible_explanations)
    monkeypatch.setattr(module, "remembered_guesses", guesses)
    return Case(found, RIGHT, errors, FORWARD)


WRONG = tensor([2, 4])
ONE = tensor([2])
"""A wrong db of one number."""


def test_a_tensor_is_right_within_its_rounding_errors() -> None:
    found = {DW1: tensor([1, 2 + 1e-9]), DW2: tensor([1, 2 + 1e-9]), DW3: tensor([2, 4])}
    errors = {DW1: tensor([0, 1e-9]), DW2: tensor([0, 1e-10]), DW3: tensor([0, 0])}
    case = Case(found, RIGHT, errors, FORWARD)
    assert [case.is_right(name) for name in found] == [True, False, False]


def test_a_tensor_is_explained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_of(monkeypatch, {DW1: WRONG}, {DW1: [explained("a", 9)]})
    assert case.possible(DW1) == [explained("a", 9)]
    assert case.possible(DW1) is case.possible(DW1)


# The simplest explanations with enough evidence


def texts(case: Case, name: TensorName = DW1) -> list[str]:
    return [each.causes[0].key for each in case.explanations(name)]


def test_seven_digits_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    script = {DW1: [explained("a", 7.0), explained("b", 6.9), explained("c", 30)]}
    assert texts(case_of(monkeypatch, {DW1: WRONG}, script)) == ["a", "c"]


def test_only_the_explanations_with_the_lowest_rank_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    script = {DW1: [explained("a", 9, rank=2), explained("b", 9, rank=1.5), explained("c", 9, rank=1.5)]}
    script[DW1].append(explained("too weak", 1, rank=1))
    assert texts(case_of(monkeypatch, {DW1: WRONG}, script)) == ["b", "c"]


def test_without_evidence_there_is_no_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts(case_of(monkeypatch, {DW1: WRONG}, {DW1: [explained("a", 6)]})) == []
    assert texts(case_of(monkeypatch, {DW1: WRONG}, {})) == []


# The digits


def evidence(monkeypatch: pytest.MonkeyPatch, found: Mapping, script: Mapping, name: TensorName = DW1) -> float:
    """The evidence of the first explanation of the tensor."""
    return case_of(monkeypatch, found, script).evidence(script[name][0], name)


def test_fitted_numbers_use_up_the_digits_of_the_best_match() -> None:
    matches = [Match(1, 1e-5, 5.0, 20.0), Match(1, 1e-3, 3.0, 6.0)]
    assert total(matches, 0) == 26
    assert total(matches, 1) == 21
    assert total(matches, 2) == 16


def test_a_mistake_in_the_tensor_itself_needs_no_other_tensor(monkeypatch: pytest.MonkeyPatch) -> None:
    """db[1] has no such explanation, and need not have it."""
    assert evidence(monkeypatch, {DW1: WRONG, DB1: ONE}, {DW1: [explained("a", 9, fitted=0)]}) == 9
    assert evidence(monkeypatch, {DW1: WRONG, DB1: ONE}, {DW1: [explained("a", 13, fitted=1)]}) == 8


def test_a_mistake_in_dZ_must_show_in_db_too(monkeypatch: pytest.MonkeyPatch) -> None:
    in_dZ = {DW1: [explained("a", 9, origin=DZ1)], DB1: [explained("b", 4, origin=DZ1), explained("a", 3, origin=DZ1)]}
    assert evidence(monkeypatch, {DW1: WRONG, DB1: ONE}, in_dZ) == 12
    assert evidence(monkeypatch, {DW1: WRONG}, in_dZ) == 9


@pytest.mark.parametrize(
    "of_db",
    [[], [explained("b", 9, origin=DZ1)], [explained("a", 9, origin=DB1)]],
    ids=["none", "another cause", "another origin"],
)
def test_a_mistake_in_dZ_that_db_does_not_show_is_contradicted(
    of_db: list[Explanation], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = {DW1: [explained("a", 9, origin=DZ1)], DB1: of_db}
    assert evidence(monkeypatch, {DW1: WRONG, DB1: ONE}, script) == -1.0


# Other layers


def test_few_digits_are_added_up_over_the_wrong_tensors_of_other_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    script = {DW1: [explained("a", 4)], DW2: [explained("a", 3, origin=DW2)], DW3: [explained("b", 9, origin=DW3)]}
    found = {DW1: WRONG, DW2: WRONG, DW3: WRONG, DB1: ONE}
    assert evidence(monkeypatch, found, script) == 7
    assert evidence(monkeypatch, found | {DW2: tensor([1, 2])}, script) == 4


def test_enough_digits_need_no_other_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    script = {DW1: [explained("a", 7.0)], DW2: [explained("a", 3, origin=DW2)]}
    assert evidence(monkeypatch, {DW1: WRONG, DW2: WRONG}, script) == 7


def test_a_number_that_is_fitted_to_a_single_number_must_fit_every_wrong_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """db[1] is one number, which any factor fits."""
    script = {DB1: [explained("a", 14, origin=DB1, fitted=1)], DB2: [explained("a", 3, origin=DB2, fitted=1)]}
    assert evidence(monkeypatch, {DB1: ONE, DB2: ONE}, script, DB1) == 12
    assert evidence(monkeypatch, {DB1: ONE, DB2: tensor([1])}, script, DB1) == 9
    script[DB2] = [explained("b", 3, origin=DB2)]
    assert evidence(monkeypatch, {DB1: ONE, DB2: ONE}, script, DB1) == -1.0


def test_one_layer_that_the_number_fits_too_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {DW1: tensor([2]), DW2: WRONG, DW3: WRONG}
    script = {DW1: [explained("a", 9, fitted=1)], DW2: [explained("a", 3, origin=DW2, fitted=1)]}
    assert evidence(monkeypatch, numbers, script) == -1.0


def test_a_mistake_without_a_fitted_number_counts_by_its_own_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another layer may have another mistake."""
    script = {DB1: [explained("a", 9, origin=DB1)], DB2: [explained("b", 3, origin=DB2)]}
    assert evidence(monkeypatch, {DB1: ONE, DB2: ONE}, script, DB1) == 9


def test_the_wrong_tensors_beside_a_tensor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same kind, in other layers, not right, and not all 0."""
    found = {DW1: WRONG, DW2: tensor([0, 3]), DW3: tensor([1, 2]), DB1: ONE}
    assert case_of(monkeypatch, found, {}).wrong_beside(DW1) == [DW2]
    assert case_of(monkeypatch, found | {DW2: tensor([0, 0])}, {}).wrong_beside(DW1) == []


def test_the_match_of_the_same_causes(monkeypatch: pytest.MonkeyPatch) -> None:
    same = explained("a", 3, 2.5, origin=DW2)
    case = case_of(monkeypatch, {DW2: WRONG}, {DW2: [explained("b", 8, origin=DW2), same]})
    assert case.same_in(DW2, explained("a", 9)) is same.match
    assert case.same_in(DW2, explained("c", 9)) is None
    assert case.same_in(DW2, explained("a", 9, origin=DZ2)) is None


def test_the_step_has_the_right_tensors_and_the_forward_pass() -> None:
    step = Case({}, RIGHT, {}, FORWARD).step(DW2)
    assert (step.name, step.tensors, step.forward) == (DW2, RIGHT, FORWARD)
