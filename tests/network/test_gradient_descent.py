"""Gradient descent: the costs of the assignments, the SGD of torch, the fast forms, which of them runs, its threads."""

from collections.abc import Iterator
from copy import deepcopy
from math import exp, log
from types import SimpleNamespace

import pytest
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.data.data_set import features
from course_torch.data.table import WITHOUT_ROOT, load_data_set
from course_torch.errors import InputError
from course_torch.network.gradient_descent import METHODS, Diverged, History, faster_form, work
from course_torch.network.threads import threads_for
from tests.conftest import MakeProblem, assert_equal
from tests.support.fixture_types import Monkeypatch
from tests.support.html_cells import cells


@pytest.mark.parametrize("method", METHODS)
def test_two_steps_of_logistic_regression_by_hand(method: str) -> None:
    """W = b = 0, so J = ln 2 and dZ = (-½, ½, ½): dW = ⅓ (-1 + 0 + ½), db = ⅓ · ½ and the step of α = 0.6 is ±0.1.

    Then Z = (0.1, -0.1, 0): twice the loss ln(1 + exp(-0.1)), and ln 2.
    """
    X, Y = (torch.tensor(numbers, dtype=torch.float64).reshape(3, 1) for numbers in ([2, 0, 1], [1, 0, 0]))
    network = DeepNetwork([1, 1], initialization="zeros", dtype=torch.float64)
    options = {"learning_rate": 0.6, "record_every": 1, "method": method}
    history = gradient_descent(network, X, Y, iterations=1, **options)
    assert history.costs == [pytest.approx(log(2))]
    assert network.layers[0].W.item() == pytest.approx(0.1)
    assert network.layers[0].b.item() == pytest.approx(-0.1)
    history = gradient_descent(network, X, Y, iterations=1, **options)
    assert history.costs == [pytest.approx((2 * log(1 + exp(-0.1)) + log(2)) / 3)]


@pytest.mark.parametrize("method", METHODS)
def test_costs_of_every_method_are_recorded_before_iterations_0_3_and_6(method: str, make_problem: MakeProblem) -> None:
    """The costs of seven single steps, of which every third is recorded."""
    network, X, Y = make_problem()
    stepped, costs = deepcopy(network), []
    for _ in range(7):
        costs.append(stepped.cost(X, Y).item())
        gradient_descent(stepped, X, Y, learning_rate=0.1, iterations=1, method="plain")
    history = gradient_descent(network, X, Y, learning_rate=0.1, iterations=7, record_every=3, method=method)
    assert history.costs == pytest.approx(costs[::3], rel=1e-12)
    assert history.record_every == 3


def test_every_hundredth_cost_is_recorded_by_default_and_parameters_stay_leaves(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 1])
    history = gradient_descent(network, X, Y, learning_rate=0.1, iterations=201)
    assert (len(history.costs), history.record_every) == (3, 100)
    assert gradient_descent(network, X, Y, learning_rate=0.1, iterations=0).costs == []
    gradient_descent(network, X, Y, learning_rate=0.1, iterations=2, method="plain")
    assert all(each.is_leaf and each.requires_grad and each.grad is None for each in network.parameters())


@pytest.mark.sweep(7)
@pytest.mark.parametrize("method", ["fused", "gram", "auto"])
@pytest.mark.parametrize("name", WITHOUT_ROOT)
def test_costs_and_parameters_of_every_data_set_are_those_of_the_plain_form(name: str, method: str) -> None:
    data = load_data_set(name)
    X = features(data.train.X, data.scale, torch.float64)
    n_y = data.train.Y.shape[1]
    output = "identity" if data.quantity is not None else "softmax" if n_y > 1 else "sigmoid"
    generator = torch.Generator().manual_seed(3)
    network = DeepNetwork([X.shape[1], 5, n_y], "tanh", output, dtype=torch.float64, generator=generator)
    other, options = deepcopy(network), {"learning_rate": 0.01, "iterations": 7, "record_every": 3}
    costs = gradient_descent(network, X, data.train.Y, method="plain", **options).costs
    assert gradient_descent(other, X, data.train.Y, method=method, **options).costs == pytest.approx(costs, rel=1e-11)
    for (name, expected), actual in zip(network.named_parameters(), other.parameters(), strict=True):
        assert_equal(name, actual.detach(), expected.detach(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("dtype", "large"), [(torch.float64, 1e200), (torch.float32, 1e25)])
def test_gram_runs_as_fused_where_the_inner_products_overflow(
    dtype: torch.dtype, large: float, make_problem: MakeProblem
) -> None:
    """The squares of 10²⁰⁰ in float64 and of 10²⁵ in float32 are infinite. Z and dW are not."""
    network, X, Y = make_problem([40, 3, 1], m=7)
    network, X, Y = network.to(dtype), X.to(dtype), Y.to(dtype)
    X[3, 1] = large
    runs = [deepcopy(network) for _ in range(2)]
    costs = [
        gradient_descent(each, X, Y, learning_rate=0.1, iterations=20, record_every=5, method=method).costs
        for each, method in zip(runs, ("fused", "gram"), strict=True)
    ]
    assert costs[0] == costs[1]
    for fused, gram in zip(*(each.parameters() for each in runs), strict=True):
        assert torch.equal(fused, gram)
        assert gram.isfinite().all()


HISTORIES = [
    ([], 1, ": no cost was recorded"),
    ([0.5], 100, " of 1 cost: J = 0.5 before iteration 0"),
    ([0.5, 0.4, 0.3], 100, " of 3 costs: J = 0.5 before iteration 0, …, 0.3 before iteration 200"),
]


@pytest.mark.parametrize(("costs", "every", "shown"), HISTORIES)
def test_a_history_shows_its_first_and_last_cost(costs: list[float], every: int, shown: str) -> None:
    history = History(costs, every)
    assert history.curve == [(i * every, cost) for i, cost in enumerate(costs)]
    assert repr(history) == f"History{shown}"


def test_a_network_shows_its_sizes_and_functions(make_problem: MakeProblem) -> None:
    assert "[4, 3, 1], hidden_activation=tanh, output=sigmoid" in repr(
        make_problem([4, 3, 1], hidden_activation="tanh")[0]
    )


def test_a_table_of_a_history_has_eleven_costs_and_the_last_one() -> None:
    head, *rows = cells(History([float(2 + i) for i in range(1001)], 10)._repr_html_())
    assert head == ["before iteration", "cost J"]
    assert [int(iteration) for iteration, _ in rows] == list(range(0, 10_001, 1000))
    assert rows[-1] == ["10000", "1002.000000"]


def one_weight(W: float) -> tuple[DeepNetwork, torch.Tensor, torch.Tensor]:
    """X = 1, Y = 0: Z = W + b, J = ½ Z², and dW = db = Z. With α = 3 each update multiplies Z by -5, and J by 25."""
    network = DeepNetwork([1, 1], output="identity", initialization="zeros")
    network.layers[0].W.data.fill_(W)
    return network, torch.ones(1, 1), torch.zeros(1, 1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("iterations", "record_every", "said"),
    [
        (100, 10, "J stopped being finite between iterations 20 and 30"),
        (100, 1, "J stopped being finite between iterations 27 and 28"),
        (200, 1000, r"W\[1\] stopped being finite between iterations 0 and 200"),
    ],
)
def test_a_run_that_diverges_says_once_where(method: str, iterations: int, record_every: int, said: str) -> None:
    """J = ½ 25ᵏ before iteration k. The largest number of float32 is 3.4 · 10³⁸, so J is infinite from k = 28 on."""
    network, X, Y = one_weight(1.0)
    settings = {"learning_rate": 3.0, "iterations": iterations, "record_every": record_every, "method": method}
    with pytest.warns(Diverged, match=f"^{said}; training diverged: take a smaller learning_rate, or scale") as seen:
        gradient_descent(network, X, Y, **settings)
    assert len(seen) == 1


@pytest.mark.parametrize("method", METHODS)
def test_a_cost_that_overflows_before_the_first_update_is_told(method: str) -> None:
    network, X, Y = one_weight(1e30)
    with pytest.warns(Diverged, match="^J stopped being finite before the first update; the features or the initial"):
        gradient_descent(network, X, Y, learning_rate=1e-3, iterations=1, method=method)


def test_the_work_of_a_product_is_its_multiplications_and_the_entries_that_it_moves() -> None:
    """On the cats gram needs 209² · 20 multiplications in a step instead of 2 · 209 · 12288 · 20.

    The flower has only two features, and ten steps are too few to compute X Xᵀ first. For m = n_x = n_1 = 100 each
    product is w = 10⁶ + 5 · 3 · 10⁴: a step of gram has one product less, and the set-up, 7 · 10⁶ + ¾ w + 2 w = 8.84 w,
    is regained in the ninth step.
    """
    assert work(2, 3, 7) == 247  # 42 multiplications, and 5 for each of 6 + 21 + 14 entries
    assert faster_form(209, [12288, 20, 7, 5, 1], 2500) == "gram"
    assert faster_form(400, [2, 4, 1], 10_000) == "fused"
    assert faster_form(209, [12288, 1], 10) == "fused"
    assert [faster_form(100, [100, 100, 1], steps) for steps in (8, 9)] == ["fused", "gram"]


def machine_with(memory: float, monkeypatch: Monkeypatch) -> None:
    """Give the machine so many bytes of memory."""
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(total=memory))


def test_gram_beyond_half_of_the_memory_is_rejected(monkeypatch: Monkeypatch) -> None:
    """The system would allocate it, and end the process when the process writes into it."""
    machine_with(16 * 2**30, monkeypatch)
    network, X, Y = DeepNetwork([1, 1]), torch.zeros(60_000, 1), torch.zeros(60_000, 1)
    line = "^method: gram needs 13.4 GiB for the inner products of 60000 examples, more than the memory .*; use fused$"
    with pytest.raises(InputError, match=line):
        gradient_descent(network, X, Y, learning_rate=0.1, iterations=1, method="gram")


@pytest.mark.parametrize(("memory_of_machine", "chosen"), [(80_000, "gram"), (79_999, "fused")])
def test_auto_chooses_gram_only_if_it_fits(memory_of_machine: int, chosen: str, monkeypatch: Monkeypatch) -> None:
    """100 examples of 2000 features and 1000 iterations: gram needs less work, and 40,000 bytes."""
    machine_with(memory_of_machine, monkeypatch)
    called = []
    for method in METHODS:
        monkeypatch.setitem(METHODS, method, lambda *arguments, method=method: called.append(method) or [])
    X, Y = torch.zeros(100, 2000), torch.zeros(100, 1)
    gradient_descent(DeepNetwork([2000, 1]), X, Y, learning_rate=0.1, iterations=1000)
    assert called == [chosen]


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(
    ("layer_sizes", "m", "threads"),
    [
        ([2, 4, 1], 400, 1),  # the flower
        ([64, 32, 10], 64, 1),  # digits
        ([12288, 7, 1], 209, 1),  # 36 million
        ([12288, 40, 20, 10, 1], 850, 2),  # the default, 838 million
        ([10_000, 50], 99, 1),  # 99 million
        ([10_000, 50], 100, 2),  # 100 million
    ],
)
def test_only_a_large_step_is_shared(layer_sizes: list[int], m: int, threads: int) -> None:
    assert threads_for(layer_sizes, m) == threads
