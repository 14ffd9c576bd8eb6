"""What a factor can mean, for dW[2] of a 6-4-3 network with m = 9: 4 features, 3 units."""

import pytest
import torch

from course_torch.mistakes.context import BackwardContext, ForwardPass, TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.explanation import is_near, is_plain, readings
from course_torch.verification.reference import by_autograd


def step(kind: str, l: int, m: int = 9, sizes: tuple[int, int, int] = (6, 4, 3)) -> BackwardContext:
    generator = torch.Generator().manual_seed(0)
    network = DeepNetwork(sizes, "tanh", dtype=torch.float64, generator=generator)
    X = torch.randn(m, sizes[0], dtype=torch.float64, generator=generator)
    Y = torch.ones(m, sizes[-1], dtype=torch.float64)
    with torch.no_grad():
        caches = network.caches(X)
    return BackwardContext(TensorName(kind, l), by_autograd(network, X, Y), ForwardPass.of(network, caches, Y))


def keys(
    c: float,
    kind: str = "dW",
    l: int = 2,
    m: int = 9,
    sizes: tuple[int, int, int] = (6, 4, 3),
    precision: float = 1e-12,
) -> list[str]:
    found = readings(c, precision, step(kind, l, m, sizes))
    return [" and ".join(cause.key for cause in reading) for reading in found]


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
        (9 / 8, ["m - 1", "factor 1.125"]),
        (9 / 209, ["factor 0.04306", "another m"]),
        (1 - 3e-4, ["factor 0.9997"]),
        (9 * 0.1110839843750, ["constant rounded"]),  # 1/9 in float16
        (0.9, ["factor 0.9", "another m"]),  # 9 / 10 as well
        (-2.5, ["factor -2.5"]),
        (81, ["factor m²"]),
        (-1 / 81, ["factor -1/m²"]),
        (18, ["factor 2m"]),
        (2 / 9, ["factor 2/m"]),
        (1 / 18, ["factor 1/(2m)", "another m"]),  # 9 / 162 as well
        (0.123456789, ["factor 0.1235"]),
        (9 / 10**6, ["factor 9e-06", "another m"]),
        (9 / (10**6 + 1), ["factor 9e-06"]),  # no training set is that large
        (1 - 1e-9, ["epsilon"]),
        (1 + 0.9e-6, ["epsilon"]),
        (1 + 1.1e-6, ["factor 1.000001"]),
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


def test_the_sum_of_a_layer_with_one_unit_or_feature_may_be_divided_by_1() -> None:
    one_unit, one_feature = (6, 4, 1), (6, 1, 3)
    assert keys(9, sizes=one_unit) == ["no 1/m", "m of the units"]
    assert keys(9, sizes=one_feature) == ["no 1/m", "m of the features"]
    assert keys(-9, sizes=one_unit) == ["sign and no 1/m"]
    assert keys(1 / 9, sizes=one_unit) == ["1/m twice"]
    assert keys(-1, sizes=one_unit) == ["sign"]
    assert keys(9, kind="dZ", sizes=one_unit) == ["factor m"]


def test_a_factor_is_as_far_from_its_meaning_as_the_precision_allows() -> None:
    """Relative to the meaning, and all bounds are exact numbers: 9 · 7/8 = 7.875 is an eighth below 9."""
    assert keys(0.75, precision=0.25) == []
    assert keys(7.875, precision=0.125) == ["no 1/m"]
    assert keys(15.75, precision=0.125) == ["factor 2m"]  # 18 · 7/8
    assert keys(1.96875, precision=0.125) == ["factor 1.969", "m of the features"]  # 9/4 · 7/8
    assert keys(0.49609375, m=16, precision=1 / 128) == ["factor 0.4961", "another m"]  # 16/32 · 127/128


def test_near_means_within_the_precision_relative_to_the_value() -> None:
    assert is_near(9, 8, 0.125)
    assert is_near(-7, -8, 0.125)
    assert not is_near(9.01, 8, 0.125)
    assert not is_near(8, 9, 0.11)


@pytest.mark.parametrize("c", [2, 0.1, -0.075, 0.33, 1 / 6, 5 / 3, 1 / 7, 1 / 9, 12000])
def test_two_digits_and_small_fractions_are_plain_numbers(c: float) -> None:
    assert is_plain(c, 1e-12)


@pytest.mark.parametrize("c", [0.1234, 1 / 8, 1 / 11, 101.25, 1 / 6 + 1e-9])
def test_other_numbers_are_not_plain(c: float) -> None:
    assert not is_plain(c, 1e-12)


def test_a_plain_number_is_near_relative_to_that_number() -> None:
    """1.06 is 0.04 from 1.1 = 0.04 / 0.0364; 9 · 1.109 = 9.981 is 0.019 from 10."""
    assert is_plain(1.06, 0.037)
    assert not is_plain(1.06, 0.036)
    assert is_plain(1.109, 0.001902)
    assert not is_plain(1.109, 0.001898)


def test_the_sentence_of_another_m_names_both_numbers() -> None:
    _, (another,) = readings(9 / 209, 1e-12, step("dW", 2))
    assert another.sentence == ("divided by 209 instead of m = 9", "除以的是 209，应当除以 m = 9")
    assert another.section == "1.5"


def test_a_factor_of_the_loss_is_that_many_times_the_right_tensor() -> None:
    """dZ and dA are not added up over calls, and m is a letter."""
    known = "times the right tensor: a constant such as 2, a learning rate or 1 - β"
    sentences = [readings(c, 1e-12, step("dA", 1))[0][0].sentence.en for c in (2, 9, 0.12345)]
    assert sentences == [f"exactly 2 {known}", f"exactly m {known}", f"0.1235 {known}"]


def test_the_sentence_says_the_number_and_what_it_may_be() -> None:
    (((three,), _), ((odd,),)) = readings(3, 1e-12, step("dW", 2)), readings(-0.12345678, 1e-12, step("dW", 2))
    assert three.sentence.en.startswith("exactly 3 times the right tensor")
    assert "gradients of 3 calls added up" in three.sentence.en
    assert odd.sentence.en.startswith("-0.1235 times the right tensor")
    assert "calls" not in odd.sentence.en


def test_the_sentence_of_a_factor_says_the_same_in_Chinese() -> None:
    (((three,), _), ((odd,),)) = readings(3, 1e-12, step("dW", 2)), readings(-0.12345678, 1e-12, step("dW", 2))
    known = "乘了一个常数，例如 2、学习速率或 1 - β"
    assert three.sentence.zh == f"恰好是正确值的 3 倍：{known}，或者累加了 3 次调用的梯度"
    assert odd.sentence.zh == f"是正确值的 -0.1235 倍：{known}"


def test_one_example_tells_m_from_nothing() -> None:
    assert keys(1, m=1) == []
    assert keys(2, m=1) == ["factor 2"]
    assert keys(-1, m=1) == ["sign"]


def test_powers_of_a_small_m_are_plain_numbers() -> None:
    """For m = 2, 4 is both m² and 2m, so it is called 4. For m = 3, 9 is m²."""
    assert keys(4, m=2) == ["factor 4"]
    assert keys(9, m=3) == ["factor m²"]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_tensor_may_be_scaled_to_a_plain_norm_or_largest_entry(sign: int) -> None:
    right = step("dW", 2).right
    for size, key in ((right.norm(), "scaled to a norm"), (right.abs().max(), "scaled to a largest")):
        (cause,) = readings(sign * 2 / size.item(), 1e-12, step("dW", 2))[0]
        assert cause.key == key
        assert f" {'-' * (sign < 0)}2" in cause.sentence.en
