"""Labels that are no classes are rejected by name before the first update, without a check in every step."""

import re
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch._subclasses import FakeTensorMode

from course_torch import DeepNetwork, compare_gradients, gradient_descent
from course_torch.errors import InputError
from course_torch.network.dimensions import check_batch
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]
TRAINED_BY: dict[str, Callable[[DeepNetwork, Tensor, Tensor], object]] = {
    "cost": lambda network, X, Y: network.cost(X, Y),
    "autograd_cost": lambda network, X, Y: network.autograd_cost(X, Y),
    "gradient_descent": lambda network, X, Y: gradient_descent(network, X, Y, learning_rate=0.1, iterations=1),
}


@pytest.mark.parametrize("way", TRAINED_BY)
@pytest.mark.parametrize(("change", "found"), [((1, 1), 2), ((2, -1), -1)])  # labels 1 and 2, labels -1 and 1
def test_labels_that_are_no_classes_are_rejected(
    way: str, change: tuple[int, int], found: int, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError) as caught:
        TRAINED_BY[way](network, X, change[0] * Y + change[1])
    assert str(caught.value) == f"Y: sigmoid: found the label {found}, expected 0 or 1, or a probability between them"
    TRAINED_BY[way](network, X, Y)


@pytest.mark.parametrize("way", TRAINED_BY)
def test_labels_of_uint8_that_wrapped_around_are_named(way: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    labels = Y.to(torch.uint8)
    with pytest.raises(
        InputError, match=r"found the label 255, .*: -1 became 255; convert the labels with Y\.double\(\)"
    ):
        TRAINED_BY[way](network, X, 2 * labels - 1)
    with pytest.raises(InputError, match=r"found the label 2, expected 0 or 1, or a probability between them$"):
        TRAINED_BY[way](network, X, labels + 1)


@pytest.mark.parametrize("way", TRAINED_BY)
def test_more_than_one_class_for_an_example_of_softmax_is_rejected(way: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3], output="softmax")
    with pytest.raises(InputError, match="Y: softmax: found labels of one example that add up to 2, expected 1"):
        TRAINED_BY[way](network, X, torch.ones_like(Y).index_fill(1, torch.tensor([2]), 0))


@pytest.mark.parametrize("way", TRAINED_BY)
def test_soft_labels_train(way: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    TRAINED_BY[way](network, X, 0.1 + 0.8 * Y)


@pytest.mark.parametrize("way", ["cost", "autograd_cost"])
def test_the_labels_of_the_first_batch_alone_are_checked(way: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    checked: list[Tensor] = []
    network.output = replace(network.output, check_labels=checked.append)
    for _ in range(3):
        TRAINED_BY[way](network, X, Y)
    assert len(checked) == 1


def test_transforms_see_no_values_and_leave_the_check_to_the_next_batch(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    J = torch.func.vmap(lambda x, y: network.cost(x[None], y[None]))(X, Y)
    assert J.mean().item() == pytest.approx(network.cost(X, Y).item(), rel=1e-12)
    network.labels_checked = False
    torch.func.vmap(lambda x, y: network.cost(x[None], y[None]))(X, Y)
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
    assert network.labels_checked


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
    assert not network.labels_checked
