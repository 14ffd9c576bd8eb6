"""What a factor can mean, for dW[2] of a 6-4-3 network with m = 9: 4 features, 3 units."""

import pytest
import torch

from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.backward_tensors import by_autograd
from course_torch.verification.comparison import forward_pass
from course_torch.verification.factors import readings
from course_torch.verification.names import TensorName
from course_torch.verification.suspects import Step


def step(kind: str, l: int, m: int = 9) -> Step:
    generator = torch.Generator().manual_seed(0)
    network = DeepNetwork([6, 4, 3], "tanh", dtype=torch.float64, generator=generator)
    X = torch.randn(m, 6, dtype=torch.float64, generator=generator)
    Y = torch.ones(m, 3, dtype=torch.float64)
    with torch.no_grad():
        caches = network.caches(X)
    return Step(TensorName(kind, l), by_autograd(network, X, Y), forward_pass(network, caches, Y))


def keys(c: float, kind: str = "dW", l: int = 2, m: int = 9) -> list[str]:
    return [" and ".join(cause.key for cause in reading) for reading in readings(c, 1e-12, step(kind, l, m))]


@pytest.mark.parametrize(
    ("c", "expected"),
    [
        (-1, ["sign"]),
        (9, ["no 1/m"]),
        (1 / 9, ["1/m twice"]),
        (-9, ["sign and no 1/m"]),
        (-1 / 9, ["sign and 1/m twice"]),
        (2, ["factor 2"]),
        (9 / 4, ["factor 2.25", "m of the features"]),
        (3, ["factor 3", "m of the units"]),  # 9 / 3: cannot be told apart
        (9 / 8, ["factor 1.125", "m - 1"]),
        (9 / 209, ["factor 0.04306", "another m"]),
        (0.9, ["factor 0.9", "another m"]),  # 9 / 10 as well
        (-2.5, ["factor -2.5"]),
        (81, ["factor m²"]),
        (-1 / 81, ["factor -1/m²"]),
        (0.123456789, ["factor 0.1235"]),
        (1 - 1e-9, ["epsilon"]),
        (1, []),
        (0, []),
        (float("nan"), []),
    ],
)
def test_a_factor_in_dW(c: float, expected: list[str]) -> None:
    assert keys(c) == expected


@pytest.mark.parametrize(
    ("kind", "l", "c", "expected"),
    [
        ("dZ", 2, -1, "sign at the output"),
        ("dZ", 1, -1, "sign"),
        ("dZ", 2, 1 / 9, "1/m in dZ"),
        ("dA", 1, -1 / 9, "sign and 1/m in dA"),
        ("dA", 1, 9, "factor m"),
        ("dZ", 2, 2, "factor 2"),
        ("dZ", 1, 9 / 8, "factor 1.125"),
    ],
)
def test_a_factor_in_derivatives_of_the_loss(kind: str, l: int, c: float, expected: str) -> None:
    assert keys(c, kind, l) == [expected]


def test_the_sentence_says_the_number_and_what_it_may_be() -> None:
    (((three,), _), ((odd,),)) = readings(3, 1e-12, step("dW", 2)), readings(-0.12345678, 1e-12, step("dW", 2))
    assert three.sentence.startswith("exactly 3 times the right tensor")
    assert "gradients of 3 calls added up" in three.sentence
    assert odd.sentence.startswith("-0.1235 times the right tensor")
    assert "calls" not in odd.sentence


def test_one_example_tells_m_from_nothing() -> None:
    assert keys(1, m=1) == []
    assert keys(2, m=1) == ["factor 2"]
    assert keys(-1, m=1) == ["sign"]
