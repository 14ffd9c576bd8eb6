"""The suspects of db are the mistakes in db, written out in NumPy."""

import numpy as np
import pytest

from course_torch.verification.catalogue.biases import BIASES
from tests.verification.catalogue.in_numpy import Layer, assert_makes


def all_entries(n: Layer) -> list:
    total = sum(entry for dz in n.dZ for entry in dz) / n.m
    return [total, [[total]], np.full_like(n.db, total)]


IN_NUMPY = {
    "all entries summed": all_entries,
    "wrong axis": lambda n: [[[sum(dz) / n.m] for dz in n.dZ], [sum(dz) / n.m for dz in n.dZ]],
    "not summed": lambda n: [[dz / n.m for dz in n.dZ]],
    "dW for db": lambda n: [[[sum(row) for row in n.dW]], [[sum(row) / len(row) for row in n.dW]]],
    "db of another layer": lambda n: [other.db for other in n.others()],
}


@pytest.mark.parametrize("cause", BIASES, ids=lambda cause: cause.key)
def test_the_suspects_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)
