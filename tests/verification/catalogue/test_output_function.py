"""The suspects of dZ[L] = A - Y with a wrong A are the mistakes written out in NumPy."""

import numpy as np
import pytest

from course_torch.verification.catalogue.output_function import OUTPUT_FUNCTION
from tests.verification.catalogue.in_numpy import VALUES, Layer, assert_makes


def decided(n: Layer) -> list:
    """1 for each probability above ½, or for the largest probability of each example."""
    largest = [[int(k == np.argmax(a)) for k in range(len(a))] for a in n.A]
    return [np.where(n.A > 0.5, 1, 0) - n.Y, largest - n.Y]


def softmax(n: Layer) -> list:
    """Softmax of one output is always 1."""
    return [np.stack([np.exp(z) / np.exp(z).sum() for z in n.Z]) - n.Y] if n.Z.shape[1] > 1 else []


IN_NUMPY = {
    "Z for A at the output": lambda n: [n.Z - n.Y],
    "decided labels for A": decided,
    "softmax along the examples": lambda n: [np.stack([np.exp(z) / np.exp(z).sum() for z in n.Z.T]).T - n.Y],
    "softmax for the output": softmax,
    "another function at the output": lambda n: [VALUES[g](n.Z, None) - n.Y for g in ("sigmoid", "tanh", "relu")],
}


@pytest.mark.parametrize("cause", OUTPUT_FUNCTION, ids=lambda cause: cause.key)
def test_the_suspects_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)
