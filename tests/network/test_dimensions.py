"""Shapes, numbers and settings that do not fit are rejected by name, in the same words by all that trains or judges."""

import re
import subprocess
import sys
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import replace
from functools import partial
from math import inf, nan

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients, gradient_descent, trace
from course_torch.errors import InputError
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.config import NetworkConfig
from course_torch.network.dimensions import as_numbers, check_batch, check_layer_sizes, is_finite
from course_torch.network.gradient_descent import METHODS
from tests.conftest import MakeProblem

Use = Callable[[DeepNetwork, Tensor, Tensor], object]
Examples = tuple[Tensor, Tensor]

STEPS: dict[str, Use] = {
    method: partial(gradient_descent, learning_rate=0.1, iterations=2, method=method) for method in (*METHODS, "auto")
}
TRAINED_BY = {"cost": DeepNetwork.cost, "autograd_cost": DeepNetwork.autograd_cost, **STEPS}
USED_BY = TRAINED_BY | {"compare_gradients": compare_gradients, "trace": trace}
PARTS: dict[str, Use] = {
    "backward_steps": DeepNetwork.backward_steps,
    "manual_gradients": DeepNetwork.manual_gradients,
    "autograd_gradients": DeepNetwork.autograd_gradients,
}
"""Parts of the two passes, which check shapes, and leave the numbers to what trains or judges."""


def with_number(X: Tensor, number: float) -> Tensor:
    X[5, 2] = number
    return X


DTYPE = "X: found torch.float32, expected the parameters' torch.float64; X.to(torch.float64) converts numbers"
UNFIT: dict[str, tuple[Callable[[Tensor, Tensor], Examples], str]] = {
    "narrow X": (lambda X, Y: (X[:, 1:], Y), "layer 1: expected X of shape (m, 4), found (7, 3)"),
    "wide Y": (lambda X, Y: (X, Y.repeat(1, 2)), "layer 3: expected Y of shape (7, 1), as A[3], found (7, 2)"),
    "dtype": (lambda X, Y: (X.float(), Y), DTYPE),
    "no examples": (lambda X, Y: (X[:0], Y[:0]), "X: found no examples, expected at least 1"),
    "X elsewhere": (lambda X, Y: (X.to("meta"), Y), "X: found a tensor on meta, expected the parameters' cpu"),
    "Y elsewhere": (lambda X, Y: (X, Y.to("meta")), "Y: found a tensor on meta, expected the parameters' cpu"),
}
CLASSES = "expected 0 or 1, or a probability between them"
ODD: dict[str, tuple[Callable[[Tensor, Tensor], Examples], str]] = {
    "label 2": (lambda X, Y: (X, Y + 1), f"Y: sigmoid: found the label 2, {CLASSES}"),
    "label -1": (lambda X, Y: (X, 2 * Y - 1), f"Y: sigmoid: found the label -1, {CLASSES}"),
    "byte 2": (lambda X, Y: (X, Y.to(torch.uint8) + 1), f"Y: sigmoid: found the label 2, {CLASSES}"),
    "byte -1": (lambda X, Y: (X, 2 * Y.to(torch.uint8) - 1), f"Y: sigmoid: found the label 255, {CLASSES}"),
    **{
        f"X {number}": (
            lambda X, Y, number=number: (with_number(X, number), Y),
            f"X: found {number} in row 5, column 2 (counted from 0), expected finite numbers",
        )
        for number in (nan, inf, -inf)
    },
}


@pytest.mark.parametrize(
    ("use", "case"),
    [*((use, case) for use in (*USED_BY, *PARTS) for case in UNFIT), *((use, case) for use in USED_BY for case in ODD)],
)
def test_examples_that_do_not_fit_are_rejected(use: str, case: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    change, message = (UNFIT | ODD)[case]
    with pytest.raises(InputError) as raised:
        (USED_BY | PARTS)[use](network, *change(X, Y))
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("X", "Y", "found"),
    [
        *((X, (7, 3), f"X of shape (m, 4), found {X}") for X in ((4,), (7, 4, 1))),
        *(((7, 4), Y, f"Y of shape (7, 3), as A[1], found {Y}") for Y in ((7,), (6, 3), (3, 7))),
    ],
)
def test_shapes_that_do_not_fit_each_other_are_rejected(X: tuple, Y: tuple, found: str) -> None:
    """Labels (m,) are rejected too, because A - Y would broadcast to (m, m)."""
    with pytest.raises(InputError, match=re.escape(f"layer 1: expected {found}")):
        check_batch([4, 3], torch.zeros(X), torch.zeros(Y))


@pytest.mark.parametrize("use", TRAINED_BY)
def test_probabilities_and_unsigned_numbers_are_labels_and_one_hot_rows_add_up_to_1(
    use: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    for labels in (0.1 + 0.8 * Y, Y.to(torch.uint8), Y.bool()):
        TRAINED_BY[use](network, X, labels)
    network, X, Y = make_problem([4, 3], output="softmax")
    with pytest.raises(InputError, match="Y: softmax: found labels of one example that add up to 2, expected 1"):
        TRAINED_BY[use](network, X, torch.ones_like(Y).index_fill(1, torch.tensor([2]), 0))


@pytest.mark.parametrize("use", [*STEPS, "compare_gradients"])
@pytest.mark.parametrize(
    ("activation", "name", "number"),
    [("relu", "W[1]", nan), ("tanh", "W[2]", -inf), ("tanh", "b[2]", inf), ("leaky_relu", "slope[1]", nan)],
)
def test_parameters_that_are_not_finite_are_rejected(
    use: str, activation: str, name: str, number: float, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([4, 6, 3], hidden_activation=activation)
    tensor = getattr(network.layers[int(name[-2]) - 1], name[:-3])
    tensor.data.flatten()[-1:].fill_(number)
    said = f"{name} holds {number}: training diverged; start from new parameters, with a smaller learning rate"
    with pytest.raises(InputError, match=f"^{re.escape(said)}$"):
        USED_BY[use](network, X, Y)


@pytest.mark.parametrize("use", ["cost", "autograd_cost", "backward_steps"])
@pytest.mark.parametrize("m", [0, -2, nan])
def test_the_mean_over_no_examples_is_rejected(use: str, m: float, make_problem: MakeProblem) -> None:
    """A rank may hold no examples of a batch: with the m of the whole batch the mean over its examples is 0."""
    network, X, Y = make_problem()
    with pytest.raises(InputError, match=f"^m: found {m}, expected a number of examples above 0$"):
        getattr(network, use)(X, Y, m)
    assert getattr(network, use)(X[:0], Y[:0], 2) is not None
    assert network.cost(X[:0], Y[:0], 2).item() == 0


WIDTHS = "expected the number of features and then the width of each layer, whole numbers from 1 to 2147483647"
DESCENT_SETTINGS: list[tuple[dict[str, object], str]] = [
    ({"learning_rate": nan}, "learning_rate: found nan, expected a number above 0"),
    ({"learning_rate": -0.1}, "learning_rate: found -0.1"),
    ({"iterations": -3}, "iterations: found -3, expected at least 0"),
    ({"record_every": 0}, "record_every: found 0, expected at least 1"),
]


@pytest.mark.parametrize("sizes", [[4], [4, 0, 1], [4, 2**31, 1]])
def test_widths_out_of_range_are_rejected(sizes: list[int]) -> None:
    with pytest.raises(InputError, match=re.escape(f"layer_sizes: found {sizes}, {WIDTHS}")):
        NetworkConfig(sizes).network()


@pytest.mark.parametrize("method", STEPS)
@pytest.mark.parametrize(("settings", "message"), DESCENT_SETTINGS)
def test_settings_of_descent_out_of_range_are_rejected(
    method: str, settings: dict, message: str, make_problem: MakeProblem
) -> None:
    with pytest.raises(InputError, match=message):
        STEPS[method](*make_problem(), **settings)
    with pytest.raises(InputError, match="method: found 'fast', expected one of plain, fused, gram"):
        STEPS[method](*make_problem(), method="fast")


def test_the_smallest_and_largest_settings_and_a_batch_that_fits_are_accepted() -> None:
    check_layer_sizes([1, 1], OUTPUTS["sigmoid"])
    check_layer_sizes([1, 1, 2], OUTPUTS["softmax"])
    check_layer_sizes([2**31 - 1, 3, 2**31 - 1], OUTPUTS["sigmoid"])
    check_batch([4, 6, 3], torch.zeros(7, 4, dtype=torch.float64))
    check_batch([4, 6, 3], torch.zeros(7, 4), torch.zeros(7, 3), W=torch.zeros(6, 4))
    assert NetworkConfig([1, 1], learning_rate=1e6).learning_rate == 1e6


WRONG_TYPES = """
import pandas as pd, torch
from course_torch import DeepNetwork, gradient_descent

X, Y = pd.DataFrame({"x": [0.5, 1.0]}), pd.DataFrame({"y": [1.0, 0.0]})
network = DeepNetwork([1, 1], dtype=torch.float64)
try:
    network.cost(X, Y)
except ValueError as error:
    print(error)
    advice = str(error).rpartition(": ")[2]
    X, Y = eval(advice), eval(advice.replace("X", "Y"))
    print(network.cost(X, Y).ndim)
for wrong in {"learning_rate": "1"}, {"iterations": 2.5}, {"record_every": "5"}:
    try:
        gradient_descent(network, X, Y, **{"learning_rate": 0.1, "iterations": 2, **wrong})
    except ValueError as error:
        print(type(error).__name__, error)
"""


@pytest.mark.slow
def test_values_of_another_type_are_rejected_and_the_advice_for_a_data_frame_works() -> None:
    """In a process of its own: here the types of all arguments are checked."""
    run = subprocess.run([sys.executable, "-c", WRONG_TYPES], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [
        "X: found DataFrame, expected a tensor: torch.tensor(X.to_numpy())",
        "0",
        "InputError learning_rate: found '1', expected a number above 0, at most 1e6",
        "InputError iterations: found 2.5, expected a whole number",
        "InputError record_every: found '5', expected a whole number",
    ]


def test_a_label_may_be_negated_and_signed_labels_stay_as_they_are() -> None:
    """-Y of uint8 would be 255."""
    for dtype in (torch.bool, torch.uint8):
        assert (-as_numbers(torch.tensor([[1], [0]], dtype=dtype))).tolist() == [[-1], [0]]
    for dtype in (torch.int64, torch.float32, torch.float64):
        Y = torch.ones(2, 1, dtype=dtype)
        assert as_numbers(Y) is Y


def test_large_numbers_are_finite() -> None:
    """The sum of these numbers overflows, and neither their minimum nor their maximum does."""
    assert is_finite(torch.tensor([[1.7e308, 1.7e308], [-1.7e308, 0]], dtype=torch.float64))
    assert is_finite(torch.empty(0, 3))
    assert is_finite(torch.tensor(0.5))
    for number in (nan, inf, -inf):
        assert not is_finite(torch.tensor([[1.0, number, -1.0]]))


@pytest.mark.parametrize("n_y", [1, 3])
def test_class_numbers_in_one_axis_name_the_way_to_the_shape_of_the_network(n_y: int) -> None:
    """The remedy that the message names is accepted."""
    X, Y = torch.zeros(7, 4), torch.tensor([0, 1, 1, 0, 1, 0, 0])
    with pytest.raises(InputError, match=r"as A\[1\], found \(7,\); ") as caught:
        check_batch([4, n_y], X, Y)
    (remedy,) = re.findall(r"; (.*) makes a", str(caught.value))
    check_batch([4, n_y], X, eval(remedy, {"torch": torch, "Y": Y}))


@pytest.mark.parametrize("use", ["cost", "autograd_cost"])
def test_labels_are_checked_in_ten_calls_and_then_in_each_hundredth(use: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    checked: list[Tensor] = []
    network.output = replace(network.output, check_labels=checked.append)
    for calls, checks in ((10, 10), (90, 10), (1, 11), (100, 12)):
        for _ in range(calls):
            TRAINED_BY[use](network, X, Y)
        assert len(checked) == checks


@pytest.mark.parametrize("use", ["cost", "autograd_cost", "manual_gradients"])
def test_labels_of_a_later_batch_that_do_not_add_up_to_1_are_rejected(use: str, make_problem: MakeProblem) -> None:
    """With them dZ = A - Y would be wrong in silence: the derivative of the loss is A Σ Y - Y."""
    network, X, Y = make_problem([4, 3, 3], output="softmax")
    calls = [network.cost, network.cost, getattr(network, use)]
    for call in calls:
        call(X, Y)
    with pytest.raises(InputError, match=r"found labels of one example that add up to 0\.9,"):
        getattr(network, use)(X, 0.9 * Y)


def by_vmap(network: DeepNetwork, X: Tensor, Y: Tensor) -> object:
    return torch.func.vmap(lambda x, y: network.autograd_cost(x[None], y[None]))(X, Y).mean()


@pytest.mark.parametrize("use", [by_vmap, compare_gradients])
def test_what_sees_no_values_and_the_comparison_leave_the_check_to_the_next_batch(
    use: Use, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    use(network, X, Y)
    assert network.calls == 0
    with pytest.raises(InputError, match="found the label 2"):
        network.cost(X, Y + 1)


@pytest.mark.parametrize("copied", [deepcopy, copy])
def test_a_copy_checks_its_own_first_batch(
    copied: Callable[[DeepNetwork], DeepNetwork], make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    network.cost(X, Y)
    assert torch.equal(copied(network).cost(X, Y), network.cost(X, Y))
    with pytest.raises(InputError, match="found the label 2"):
        copied(network).cost(X, Y + 1)
    assert network.calls > 0
