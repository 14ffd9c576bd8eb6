"""Two mistakes at once in the course's own networks, which have one output: db[L] is then a single number."""

import pytest
import torch

from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.faults import FAULTS, Fault, broken_tensors
from course_torch.verification.self_test import keys, problem_with_reference

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


@pytest.mark.sweep(20)
@pytest.mark.parametrize("fault", OTHERS, ids=lambda fault: fault.name)
def test_db_without_1_m_hides_no_other_mistake(fault: Fault) -> None:
    for seed in SEEDS:
        problem, reference = problem_with_reference(seed, fault.need, "sigmoid", torch.float64)
        found = broken_tensors(*problem, {**fault.wrong, **NO_M_IN_DB.wrong})
        diagnosis = reference.diagnosis(found)
        assert diagnosis is not None
        assert is_true(diagnosis, fault, NO_M_IN_DB), str(diagnosis)


LIKE = {"1/m in dZ": {"1/m twice"}, "epsilon": {"float32"}}
"""Cause -> the causes that a learner's dW and db alone cannot tell from it."""


@pytest.mark.sweep(20)
@pytest.mark.parametrize("fault", OTHERS, ids=lambda fault: fault.name)
def test_no_other_mistake_is_named_where_a_learner_hands_in_dW_and_db_alone(fault: Fault) -> None:
    for seed in SEEDS:
        problem, reference = problem_with_reference(seed, fault.need, "sigmoid", torch.float64)
        found = broken_tensors(*problem, {**fault.wrong, **NO_M_IN_DB.wrong})
        diagnosis = reference.diagnosis({name: tensor for name, tensor in found.items() if name.kind in ("dW", "db")})
        assert diagnosis is not None
        like = set().union(*(LIKE.get(key, set()) for key in fault.causes))
        unknown = {"unknown", "shape"}
        assert is_true(diagnosis, fault, NO_M_IN_DB) or set(diagnosis.causes) <= like | unknown, str(diagnosis)
