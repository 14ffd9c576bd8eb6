"""What may have made a wrong tensor: causes of its own step, and of steps whose tensors were not handed in.

Two examples. Layer 1 has X = [[1, 2], [3, 4]] and one unit with Z = -4, 2 and leaky slope 1/2; layer 2 is the output.
"""

from collections.abc import Set

import pytest
import torch

from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import BackwardContext, Kind, TensorName
from course_torch.mistakes.record import Edit
from course_torch.verification import explanation as module
from course_torch.verification.explanation import hypotheses, made_from, tensor_before
from tests.verification.by_hand import cause, forward_pass, named, tensor

X, Z1 = tensor([1, 2], [3, 4]), tensor([-4], [2])
SLOPE = torch.tensor(0.5, dtype=torch.float64)
FORWARD = forward_pass(
    tensor([0], [1]), LayerCache(X, Z1, Z1), LayerCache(Z1, Z1, Z1), slope=SLOPE, activation="leaky_relu"
)
RIGHT = named(
    {
        ("dZ", 2): tensor([1], [2]),
        ("dA", 1): tensor([2], [4]),
        ("dslope", 1): torch.tensor(-4.0, dtype=torch.float64),
        ("dZ", 1): tensor([1], [4]),
        ("dW", 1): tensor([6.5, 9]),
        ("db", 1): tensor([2.5]),
        ("dA", 0): tensor([1, 1], [4, 4]),
    }
)


def step(kind: Kind, l: int) -> BackwardContext:
    return BackwardContext(TensorName(kind, l), RIGHT, FORWARD)


# What a step hands on


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("dW", [[5.5, 8]]),  # (2 · [1, 2] + 3 · [3, 4]) / 2
        ("db", [[2.5]]),
        ("dZ", [[1], [3]]),  # g' = 1/2, 1
        ("dslope", -4),  # (1/2) · 2 · min(0, -4)
    ],
)
def test_a_step_hands_on_another_tensor(kind: Kind, expected: object) -> None:
    assert step(kind, 1).handed_on(tensor([2], [3])).tolist() == expected


@pytest.mark.parametrize(
    ("kind", "l", "before"),
    [
        ("dW", 1, ("dZ", 1)),
        ("dW", 2, ("dZ", 2)),
        ("db", 2, ("dZ", 2)),
        ("dZ", 1, ("dA", 1)),
        ("dslope", 1, ("dA", 1)),
        ("dZ", 2, None),
        ("dA", 1, None),
        ("dA", 0, None),
    ],
)
def test_the_tensor_before(kind: Kind, l: int, before: tuple[Kind, int] | None) -> None:
    seen = tensor_before(step(kind, l))
    assert (seen and (seen.name, seen.tensors, seen.forward)) == (before and (TensorName(*before), RIGHT, FORWARD))


def test_the_tensors_that_dZ_and_dA_are_handed_on_to() -> None:
    assert list(map(str, made_from(TensorName("dZ", 3)))) == ["dW[3]", "db[3]"]
    assert list(map(str, made_from(TensorName("dA", 2)))) == ["dslope[2]", "dZ[2]", "dW[2]", "db[2]"]


# All hypotheses


IN_dA = Edit("dA", "dZ @ W", "2 * dZ + 2")  # [4], [6]
# The second term has another shape than dZ.
IN_dZ = [Edit("dZ", "dA", "(dA + term)", adds=term) for term in ("dA", "X[:1]")]  # [2], [4], and [1, 2]
IN_dW = [Edit("dW", "dZ.T @ A_prev / m", new) for new in ("dW + 1.5", "dW[:, :1]")]


@pytest.fixture(autouse=True)
def _three_causes(monkeypatch: pytest.MonkeyPatch) -> None:
    edits = {"in dA": [IN_dA], "in dZ": IN_dZ, "in dW": IN_dW}
    monkeypatch.setattr(module, "BACKWARD", [cause(key, "", *made) for key, made in edits.items()])


def seen(kind: Kind, *given: tuple[Kind, int]) -> list[tuple]:
    names: Set[TensorName] = {TensorName(*name) for name in given}
    found = hypotheses(step(kind, 1), names)
    return [
        (each.cause and each.cause.key, each.tensor.tolist(), str(each.origin.name), bool(each.adds)) for each in found
    ]


OWN = [(None, [[6.5, 9]], "dW[1]", False), ("in dW", [[8, 10.5]], "dW[1]", False), ("in dW", [[6.5]], "dW[1]", False)]


def test_the_causes_of_the_step_itself_come_first() -> None:
    assert seen("dW", ("dW", 1), ("dZ", 1)) == OWN


def test_mistakes_in_dZ_are_handed_on_if_dZ_was_not_handed_in() -> None:
    """dZ = [2, 4] gives dW = ([2, 4] + [12, 16]) / 2. A term stays a term."""
    from_dZ = [(None, [[6.5, 9]], "dZ[1]", False), ("in dZ", [[7, 10]], "dZ[1]", True)]
    assert seen("dW", ("dW", 1), ("dA", 1)) == OWN + from_dZ


def test_mistakes_in_dA_are_handed_on_twice_if_neither_was_handed_in() -> None:
    """dA = [4, 6] gives dZ = [2, 6], and dW = ([2, 4] + [18, 24]) / 2."""
    from_dA = [(None, [[6.5, 9]], "dA[1]", False), ("in dA", [[10, 14]], "dA[1]", False)]
    assert seen("dW")[5:] == from_dA
    assert seen("dZ", ("dZ", 1))[3:] == [(None, [[1], [4]], "dA[1]", False), ("in dA", [[2], [6]], "dA[1]", False)]
