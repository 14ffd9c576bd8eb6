"""Two mistakes at once in the course's own networks, which have one output: db[L] is then a single number."""

from collections.abc import Iterator

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.data.planar import flower_points
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import TensorName
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.faults import Fault
from course_torch.verification.right_pass import RightPass
from tests.verification.self_test import FAULTS, broken_tensors, keys, problem_with_reference

SEEDS = range(3)
(NO_M_IN_DB,) = (fault for fault in FAULTS if fault.causes == ("no 1/m",) and set(fault.wrong) == {"db"})
OTHERS = [
    fault
    for fault in FAULTS
    if "sigmoid" in fault.outputs and "db" not in fault.wrong and " and " not in "".join(fault.causes[:1])
    if fault.name != "labels of rank 1"  # the checks of shapes end the broken pass
]


def is_true(diagnosis: Diagnosis, *faults: Fault) -> bool:
    """Whether an explanation names no cause but those of these mistakes."""
    true = {
        key
        for fault in faults
        for causes in fault.causes
        for numbers in (True, False)
        for key in keys(causes, numbers=numbers)
    }
    return any(keys(causes, numbers=numbers) <= true for causes in diagnosis.causes for numbers in (True, False))


def diagnoses(fault: Fault, *kinds: str) -> Iterator[Diagnosis]:
    """Make a mistake together with db without 1/m in each network, and diagnose the tensors of these kinds."""
    for seed in SEEDS:
        problem, reference = problem_with_reference(seed, fault.need, "sigmoid", torch.float64)
        found = broken_tensors(*problem, {**fault.wrong, **NO_M_IN_DB.wrong})
        diagnosis = reference.diagnosis({name: tensor for name, tensor in found.items() if name.kind in kinds})
        assert diagnosis is not None
        yield diagnosis


@pytest.mark.sweep(20)
@pytest.mark.parametrize("fault", OTHERS, ids=lambda fault: fault.name)
def test_db_without_1_m_hides_no_other_mistake(fault: Fault) -> None:
    for diagnosis in diagnoses(fault, "dZ", "dA", "dslope", "dW", "db"):
        assert is_true(diagnosis, fault, NO_M_IN_DB), str(diagnosis)


LIKE = {"1/m in dZ": {"1/m twice"}, "epsilon": {"float32"}}
"""Cause -> the causes that a learner's dW and db alone cannot tell from it."""


@pytest.mark.sweep(20)
@pytest.mark.parametrize("fault", OTHERS, ids=lambda fault: fault.name)
def test_no_other_mistake_is_named_where_a_learner_hands_in_dW_and_db_alone(fault: Fault) -> None:
    for diagnosis in diagnoses(fault, "dW", "db"):
        like = set().union(*(LIKE.get(key, set()) for key in fault.causes))
        facts = {key for key, mistake in MISTAKES.items() if mistake.recognized == "nothing"}  # they name no mistake
        named = {key for causes in diagnosis.causes for key in causes.split(" and ")} - facts
        assert is_true(diagnosis, fault, NO_M_IN_DB) or named <= like, str(diagnosis)


@pytest.mark.parametrize(("layer_sizes", "activation"), [([2, 4, 1], "tanh"), ([2, 5, 3, 1], "relu")])
@pytest.mark.parametrize("kinds", [("dW", "db"), ("dZ", "dW", "db", "dA")], ids=["a learner's", "all"])
def test_inverted_labels_are_named_where_db_stays_right(
    layer_sizes: list[int], activation: str, kinds: tuple[str, ...]
) -> None:
    """The flower has as many 0 as 1, so that Σ (A - Y) hardly changes with Y: the right db contradicts nothing."""
    X, Y = flower_points(seed=1)
    generator = torch.Generator().manual_seed(2)
    network = DeepNetwork(layer_sizes, activation, dtype=torch.float64, generator=generator)
    problem = network, X, Y.double()
    found = broken_tensors(*problem, {"dZ[L]": lambda step: step.A - (1 - step.forward.Y)})
    reference = RightPass(*problem)
    output = TensorName("db", len(network.layers))
    assert torch.allclose(found[output], reference.right[output], rtol=1e-12, atol=1e-15)
    diagnosis = reference.diagnosis({name: tensor for name, tensor in found.items() if name.kind in kinds})
    assert diagnosis is not None
    assert "labels inverted" in diagnosis.causes
