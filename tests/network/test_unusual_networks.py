"""Frozen, shared, pruned and parametrized layers, half precision, and tensors that cannot be used."""

import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize, prune

from course_torch import DeepNetwork, compare_gradients, gradient_descent, trace
from course_torch.errors import InputError
from course_torch.formulas.costs import cost
from course_torch.formulas.layers import LayerGradients
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.gradient_descent import METHODS
from tests.conftest import MakeProblem, Problem, assert_equal

methods = pytest.mark.parametrize("method", METHODS)


@pytest.fixture
def shared(make_problem: MakeProblem) -> Problem:
    """Layers 1 and 2 share W and b."""
    network, X, Y = make_problem([4, 4, 4, 1], hidden_activation="tanh")
    network.layers[1].W, network.layers[1].b = network.layers[0].W, network.layers[0].b
    return network, X, Y


def test_the_gradient_of_a_shared_W_is_the_sum_of_both_layers(shared: Problem) -> None:
    network, X, Y = shared
    network.cost(X, Y).backward()
    first, second, _ = network.manual_gradients(X, Y)
    assert_equal("W.grad", network.layers[0].W.grad, first.dW + second.dW)
    for manual, autograd in zip((first, second), network.autograd_gradients(X, Y), strict=False):
        assert_equal("dW", manual.dW, autograd.dW)
    assert compare_gradients(*shared).agrees


def test_descent_on_a_shared_W_is_that_of_torch_sgd_and_the_fast_loops_refuse_it(shared: Problem) -> None:
    network, X, Y = shared
    W, b = network.layers[0].W, network.layers[0].b
    dW, db = torch.autograd.grad(network.autograd_cost(X, Y), [W, b])
    expected = W.detach() - 0.3 * dW, b.detach() - 0.3 * db
    gradient_descent(network, X, Y, learning_rate=0.3, iterations=1)
    assert_equal("W", W.detach(), expected[0])
    assert_equal("b", b.detach(), expected[1])
    for method in ("fused", "gram"):
        with pytest.raises(InputError, match=f"method: {method} trains all parameters"):
            gradient_descent(*shared, learning_rate=0.3, iterations=1, method=method)


@pytest.mark.parametrize("method", ["auto", "plain"])
def test_descent_leaves_a_frozen_W(make_problem: MakeProblem, method: str) -> None:
    network, X, Y = make_problem()
    network.layers[0].W.requires_grad_(False)
    before = [parameter.detach().clone() for parameter in network.parameters()]
    gradient_descent(network, X, Y, learning_rate=0.3, iterations=2, method=method)
    moved = [not torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True)]
    assert moved == [False, True, True, True, True, True]


class Twice(nn.Module):
    def forward(self, W: Tensor) -> Tensor:
        return 2 * W


def parametrized(network: DeepNetwork) -> None:
    parametrize.register_parametrization(network.layers[1], "W", Twice())


def pruned(network: DeepNetwork) -> None:
    prune.custom_from_mask(network.layers[1], "W", (torch.arange(18).reshape(3, 6) % 3 != 0))


computed = pytest.mark.parametrize("change", [parametrized, pruned])


@computed
@methods
def test_a_report_judges_a_computed_W_and_descent_refuses_it(
    change: Callable[[DeepNetwork], None], method: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    change(network)
    assert compare_gradients(network, X, Y).agrees
    with pytest.raises(InputError, match=r"W\[2\]: found a tensor computed from other parameters"):
        gradient_descent(network, X, Y, learning_rate=0.3, iterations=1, method=method)


@computed
def test_an_optimizer_trains_a_computed_W(change: Callable[[DeepNetwork], None], make_problem: MakeProblem) -> None:
    """Three steps of SGD move the stored parameters, and are the same through the bridge and through autograd."""
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    start = deepcopy(network.state_dict())
    ends = []
    for method in ("cost", "autograd_cost"):
        trained = DeepNetwork([4, 6, 3, 1], "tanh", dtype=torch.float64)
        trained.load_state_dict(start)
        change(trained)
        optimizer = torch.optim.SGD(trained.parameters(), lr=0.5)
        for _ in range(3):
            optimizer.zero_grad()
            getattr(trained, method)(X, Y).backward()
            optimizer.step()
        ends.append([each.detach() for each in trained.parameters()])
    for by_hand, by_torch in zip(*ends, strict=True):
        assert_equal("parameter", by_hand, by_torch)
    assert not any(torch.equal(each, start["layers.1.W"]) for each in ends[0])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"learning_rate": float("nan")}, "learning_rate: found nan, expected a number above 0"),
        ({"learning_rate": -0.1}, "learning_rate: found -0.1"),
        ({"iterations": -3}, "iterations: found -3, expected at least 0"),
        ({"record_every": 0}, "record_every: found 0, expected at least 1"),
    ],
)
@methods
def test_settings_out_of_range_are_refused(
    settings: dict[str, float], message: str, method: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match=message):
        gradient_descent(network, X, Y, method=method, **{"learning_rate": 0.1, "iterations": 2, **settings})


WRONG_TYPES = """
import torch
from course_torch import DeepNetwork, gradient_descent

X, Y = torch.zeros(5, 4), torch.ones(5, 1)
for wrong in {"learning_rate": "1"}, {"iterations": 2.5}, {"record_every": "5"}:
    try:
        gradient_descent(DeepNetwork([4, 1]), X, Y, **{"learning_rate": 0.1, "iterations": 2, **wrong})
    except ValueError as error:
        print(type(error).__name__, error)
"""


@pytest.mark.slow
def test_settings_that_are_no_numbers_are_refused() -> None:
    """In a new process: under pytest the annotations are checked, and reject these settings before."""
    done = subprocess.run([sys.executable, "-c", WRONG_TYPES], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "InputError learning_rate: found '1', expected a number above 0, at most 1e6",
        "InputError iterations: found 2.5, expected a whole number",
        "InputError record_every: found '5', expected a whole number",
    ]


@methods
def test_no_examples_are_refused(method: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="X: found no examples, expected at least 1"):
        gradient_descent(network, X[:0], Y[:0], learning_rate=0.1, iterations=2, method=method)


@pytest.mark.parametrize("name", ["cost", "autograd_cost", "backward_steps"])
@pytest.mark.parametrize("m", [0, -2, float("nan")])
def test_the_mean_over_no_examples_is_refused(name: str, m: float, make_problem: MakeProblem) -> None:
    """A rank may hold no examples of a batch: with the m of the whole batch the mean over its examples is 0."""
    network, X, Y = make_problem()
    compute = getattr(network, name)
    with pytest.raises(InputError, match=f"^m: found {m}, expected a number of examples above 0$"):
        compute(X, Y, m)
    with pytest.raises(InputError, match=r"^X: found no examples, expected at least 1$"):
        compute(X[:0], Y[:0])
    assert compute(X[:0], Y[:0], 2) is not None
    assert network.cost(X[:0], Y[:0], 2).item() == 0


@pytest.mark.parametrize("name", ["manual_gradients", "autograd_gradients"])
def test_gradients_of_no_examples_are_refused(name: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="X: found no examples, expected at least 1"):
        getattr(network, name)(X[:0], Y[:0])


@methods
def test_X_of_another_dtype_or_device_is_refused(method: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    settings = {"learning_rate": 0.1, "iterations": 1, "method": method}
    with pytest.raises(InputError, match=r"X: found torch\.float32, expected the parameters' torch\.float64"):
        gradient_descent(network, X.float(), Y, **settings)
    for X_, Y_, name in ((X.to("meta"), Y, "X"), (X, Y.to("meta"), "Y")):
        with pytest.raises(InputError, match=f"{name}: found a tensor on meta, expected the parameters' cpu"):
            gradient_descent(network, X_, Y_, **settings)
    with pytest.raises(InputError, match="X: found a tensor on cpu, expected the parameters' meta"):
        gradient_descent(network.to("meta"), X, Y, **settings)


def test_tensors_of_inference_mode_need_no_record(make_problem: MakeProblem) -> None:
    """Where autograd would save them, torch refuses them itself."""
    network, X, Y = make_problem()
    with torch.inference_mode():
        X_, Y_ = X.clone(), Y.clone()
    with torch.no_grad():
        assert network.cost(X_, Y_).item() == network.cost(X, Y).item()
    assert_equal("dW", network.manual_gradients(X_, Y_)[0].dW, network.manual_gradients(X, Y)[0].dW)
    with pytest.raises(RuntimeError, match=r"[Ii]nference"):
        network.cost(X_, Y)


@pytest.mark.parametrize("method", ["plain", "auto", "fused", "gram"])
def test_sums_over_many_examples_are_finite_in_float16(method: str) -> None:
    """100,000 losses of 1 add up to more than 65504, the largest number of float16. Their mean is 1.

    x = 2, y = 0, W = 0: dZ = ½ for every example, so dW = 1 and db = ½. The fast forms reject float16.
    """
    J = cost(torch.ones(100_000, dtype=torch.float16), 100_000)
    assert (J.item(), J.dtype) == (1, torch.float16)
    network = DeepNetwork([1, 1], initialization="zeros", dtype=torch.float16)
    X, Y = torch.full((200_000, 1), 2.0, dtype=torch.float16), torch.zeros(200_000, 1, dtype=torch.float16)
    ((dW, db, _),) = network.manual_gradients(X, Y)
    assert (dW.item(), db.item(), dW.dtype) == (1, 0.5, torch.float16)
    if method in ("plain", "auto"):
        gradient_descent(network, X, Y, learning_rate=0.5, iterations=1, method=method)
        assert (network.layers[0].W.item(), network.layers[0].b.item()) == (-0.5, -0.25)
    else:
        with pytest.raises(InputError, match=f"method: {method} adds up dW in float16, whose largest number is 65504"):
            gradient_descent(network, X, Y, learning_rate=0.5, iterations=1, method=method)


def test_true_and_false_are_labels(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    assert network.cost(X, Y.bool()).item() == network.cost(X, Y).item()
    for with_bool, with_numbers in zip(
        network.manual_gradients(X, Y.bool()), network.autograd_gradients(X, Y.bool()), strict=True
    ):
        assert_equal("dW", with_bool.dW, with_numbers.dW)
    assert compare_gradients(network, X, Y.bool()).agrees


@pytest.mark.parametrize("output", OUTPUTS)
def test_float64_labels_train_a_float32_network(output: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3, 2], output=output)
    exact = network.manual_gradients(X, Y)
    network, X = network.float(), X.float()
    network.cost(X, Y).backward()
    for layer, right in zip(network.layers, exact, strict=True):
        assert_equal("dW", layer.W.grad, right.dW.float(), rtol=1e-4, atol=1e-6)
    assert compare_gradients(network, X, Y).agrees
    gradient_descent(network, X, Y, learning_rate=0.1, iterations=2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_a_report_judges_a_saturated_network(dtype: torch.dtype, output: str, generator: torch.Generator) -> None:
    """|Z| of up to some hundreds. Where every example is right, A - Y is rounding error, and the report says so."""
    network = DeepNetwork([3, 4, 2], "tanh", output, dtype=dtype, generator=generator)
    with torch.no_grad():
        network.layers[1].W.mul_(300)
    X = torch.randn(7, 3, dtype=dtype, generator=generator)
    right = network.predict(X).to(dtype)
    assert compare_gradients(network, X, 1 - right).agrees
    assert compare_gradients(network, X, right).named("different") == []

    def doubled_dW(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        return [layer._replace(dW=2 * layer.dW) for layer in network.manual_gradients(X, Y)]

    assert compare_gradients(network, X, 1 - right, gradients=doubled_dW).named("different") == ["dW[2]", "dW[1]"]


def test_on_the_device_meta_the_cost_has_shapes_alone_and_what_needs_numbers_says_so(make_problem: MakeProblem) -> None:
    network, X, Y = (tensor.to("meta") for tensor in make_problem([4, 3, 1]))
    for function in (partial(gradient_descent, learning_rate=1, iterations=1), compare_gradients, trace):
        with pytest.raises(InputError, match="X: found a tensor without numbers on meta, expected numbers"):
            function(network, X, Y)
    J = network.cost(X, Y)
    J.backward()
    assert (J.device.type, J.shape) == ("meta", ())
    assert all(each.grad is not None and each.grad.shape == each.shape for each in network.parameters())
