"""Shapes and labels that do not fit are rejected by name, before the first update."""

import re
import subprocess
import sys
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import replace
from math import inf, nan

import pytest
import torch
from torch import Tensor
from torch._subclasses import FakeTensorMode

from course_torch import DeepNetwork, compare_gradients, gradient_descent
from course_torch.errors import InputError
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.dimensions import as_numbers, check_batch, check_layer_sizes, is_finite
from tests.conftest import MakeProblem

SIZES = [4, 6, 3]
WRONG_SIZES = ([], [4], [4, 0, 1], [4, -3], [4, 2147483648, 1])
WIDTHS = "expected the number of features and then the width of each layer, whole numbers from 1 to 2147483647"


@pytest.mark.parametrize(
    ("layer_sizes", "output", "message"),
    [
        *((sizes, "sigmoid", f"layer_sizes: found {sizes}, {WIDTHS}") for sizes in WRONG_SIZES),
        ([5, 5, 1], "softmax", "softmax with one output (layer_sizes [5, 5, 1])"),
    ],
)
def test_sizes_that_do_not_fit_are_rejected(layer_sizes: list[int], output: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        DeepNetwork(layer_sizes, output=output)


@pytest.mark.parametrize("shape", [(7, 5), (4,), (7, 4, 1), (4, 4, 4)])
def test_features_of_another_shape_are_rejected(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=re.escape(f"layer 1: expected X of shape (m, 4), found {shape}")):
        check_batch(SIZES, torch.zeros(shape))


@pytest.mark.parametrize("shape", [(7,), (7, 1), (6, 3), (3, 7)])
def test_labels_of_another_shape_are_rejected(shape: tuple[int, ...]) -> None:
    """Labels (m,) are rejected too, because A - Y would broadcast to (m, m)."""
    with pytest.raises(InputError, match=re.escape(f"layer 2: expected Y of shape (7, 3), as A[2], found {shape}")):
        check_batch(SIZES, torch.zeros(7, 4), torch.zeros(shape))


def test_sizes_from_1_to_the_largest_32_bit_number_and_a_batch_that_fits_are_accepted() -> None:
    check_layer_sizes([1, 1], OUTPUTS["sigmoid"])
    check_layer_sizes([1, 1, 2], OUTPUTS["softmax"])
    check_layer_sizes([2**31 - 1, 3, 2**31 - 1], OUTPUTS["sigmoid"])
    check_batch(SIZES, torch.zeros(7, 4, dtype=torch.float64))
    check_batch(SIZES, torch.zeros(7, 4), torch.zeros(7, 3), W=torch.zeros(6, 4))


def test_a_label_may_be_negated_and_signed_labels_stay_as_they_are() -> None:
    """-Y of uint8 would be 255."""
    for dtype in (torch.bool, torch.uint8, torch.uint16, torch.uint32, torch.uint64):
        assert (-as_numbers(torch.tensor([[1], [0]], dtype=dtype))).tolist() == [[-1], [0]]
    for dtype in (torch.int64, torch.float32, torch.float64):
        Y = torch.ones(2, 1, dtype=dtype)
        assert as_numbers(Y) is Y


TRAINED_BY: dict[str, Callable[[DeepNetwork, Tensor, Tensor], object]] = {
    "cost": lambda network, X, Y: network.cost(X, Y),
    "autograd_cost": lambda network, X, Y: network.autograd_cost(X, Y),
    "gradient_descent": lambda network, X, Y: gradient_descent(network, X, Y, learning_rate=0.1, iterations=1),
}


CLASSES = "expected 0 or 1, or a probability between them"


@pytest.mark.parametrize("way", TRAINED_BY)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda Y: Y + 1, f"found the label 2, {CLASSES}$"),
        (lambda Y: 2 * Y - 1, f"found the label -1, {CLASSES}$"),
        (lambda Y: Y.to(torch.uint8) + 1, f"found the label 2, {CLASSES}$"),
        (lambda Y: 2 * Y.to(torch.uint8) - 1, f"found the label 255, {CLASSES}$"),
    ],
)
def test_labels_that_are_no_classes_are_rejected(
    way: str, change: Callable[[Tensor], Tensor], message: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match=f"^Y: sigmoid: {message}"):
        TRAINED_BY[way](network, X, change(Y))
    TRAINED_BY[way](network, X, 0.1 + 0.8 * Y)
    TRAINED_BY[way](network, X, Y.to(torch.uint16))
    network, X, Y = make_problem([4, 3], output="softmax")
    with pytest.raises(InputError, match="Y: softmax: found labels of one example that add up to 2, expected 1"):
        TRAINED_BY[way](network, X, torch.ones_like(Y).index_fill(1, torch.tensor([2]), 0))


@pytest.mark.parametrize("way", ["cost", "autograd_cost"])
def test_the_labels_of_the_first_batch_alone_are_checked(way: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    checked: list[Tensor] = []
    network.output = replace(network.output, check_labels=checked.append)
    for _ in range(3):
        TRAINED_BY[way](network, X, Y)
    assert len(checked) == 1


JUDGED_BY = TRAINED_BY | {"compare_gradients": compare_gradients}


@pytest.mark.parametrize("way", JUDGED_BY)
@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_X_that_is_not_finite_is_rejected_with_its_row(way: str, number: float, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    X[5, 2] = number
    said = f"X: found {number} in row 5, column 2 (counted from 0), expected finite numbers"
    with pytest.raises(InputError, match=f"^{re.escape(said)}$"):
        JUDGED_BY[way](network, X, Y)


@pytest.mark.parametrize("way", ["gradient_descent", "compare_gradients"])
@pytest.mark.parametrize(
    ("activation", "name", "number"),
    [("relu", "W[1]", nan), ("tanh", "W[2]", -inf), ("tanh", "b[2]", inf), ("leaky_relu", "slope[1]", nan)],
)
def test_parameters_that_are_not_finite_are_rejected(
    way: str, activation: str, name: str, number: float, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([4, 6, 3], hidden_activation=activation)
    tensor = getattr(network.layers[int(name[-2]) - 1], name[:-3])
    tensor.data.flatten()[-1:].fill_(number)
    said = f"{name} holds {number}: training diverged; start from new parameters, with a smaller learning rate"
    with pytest.raises(InputError, match=f"^{re.escape(said)}$"):
        JUDGED_BY[way](network, X, Y)


def test_large_numbers_are_finite() -> None:
    """The sum of these numbers overflows, and neither their minimum nor their maximum does."""
    assert is_finite(torch.tensor([[1.7e308, 1.7e308], [-1.7e308, 0]], dtype=torch.float64))
    assert is_finite(torch.empty(0, 3))
    assert is_finite(torch.tensor(0.5))
    for number in (nan, inf, -inf):
        assert not is_finite(torch.tensor([[1.0, number, -1.0]]))


def test_transforms_see_no_values_and_leave_the_check_to_the_next_batch(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    J = torch.func.vmap(lambda x, y: network.autograd_cost(x[None], y[None]))(X, Y)
    assert J.mean().item() == pytest.approx(network.cost(X, Y).item(), rel=1e-12)
    network.batch_checked = False  # as the docstring of `cost` says
    torch.func.vmap(lambda x, y: network.autograd_cost(x[None], y[None]))(X, Y)
    with pytest.raises(InputError, match="found the label 2"):
        network.cost(X, Y + 1)


@pytest.mark.parametrize("n_y", [1, 3])
def test_class_numbers_in_one_axis_name_the_way_to_the_shape_of_the_network(n_y: int) -> None:
    """The remedy that the message names is accepted."""
    X, Y = torch.zeros(7, 4), torch.tensor([0, 1, 1, 0, 1, 0, 0])
    with pytest.raises(InputError, match=r"as A\[1\], found \(7,\); ") as caught:
        check_batch([4, n_y], X, Y)
    (remedy,) = re.findall(r"; (.*) makes a", str(caught.value))
    check_batch([4, n_y], X, eval(remedy, {"torch": torch, "Y": Y}))


@pytest.mark.parametrize("copied", [deepcopy, copy])
def test_a_copy_checks_its_own_first_batch(
    copied: Callable[[DeepNetwork], DeepNetwork], make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    network.cost(X, Y)
    other = copied(network)
    assert torch.equal(other.cost(X, Y), network.cost(X, Y))
    with pytest.raises(InputError, match="found the label 2"):
        copied(network).cost(X, Y + 1)
    assert network.batch_checked


def test_the_comparison_checks_no_batch_in_the_place_of_training(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    assert compare_gradients(network, X, Y).agrees
    with pytest.raises(InputError, match="found the label 2"):
        network.cost(X, Y + 1)


@pytest.mark.parametrize("way", ["cost", "autograd_cost"])
def test_labels_without_values_are_not_checked(way: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        J = TRAINED_BY[way](network, mode.from_tensor(X), mode.from_tensor(Y))
    assert isinstance(J, Tensor)
    assert J.shape == ()
    assert not network.batch_checked


FRAME = """
import pandas as pd, torch
from course_torch import DeepNetwork

X, Y = pd.DataFrame({"x": [0.5, 1.0]}), pd.DataFrame({"y": [1.0, 0.0]})
network = DeepNetwork([1, 1], dtype=torch.float64)
try:
    network.cost(X, Y)
except ValueError as error:
    print(error)
    advice = str(error).rpartition(": ")[2]
    print(network.cost(eval(advice), eval(advice.replace("X", "Y"))).ndim)
"""


@pytest.mark.slow
def test_a_data_frame_gets_advice_that_works() -> None:
    """In a process of its own: here the types of all arguments are checked."""
    run = subprocess.run([sys.executable, "-c", FRAME], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["X: found DataFrame, expected a tensor: torch.tensor(X.to_numpy())", "0"]
