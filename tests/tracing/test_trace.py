"""The record holds the network's own numbers, under the names of the notes, each once."""

import json
import re
from collections.abc import Callable
from copy import deepcopy

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, gradient_descent, trace
from course_torch.errors import InputError
from course_torch.formulas import layers
from course_torch.tracing.record import Trace, TracedTensor
from course_torch.tracing.trace import MOST_STEPS, check_updates
from tests.conftest import Problem, assert_equal


def named(record: Trace, name: str, update: int = 1, given: bool = False) -> TracedTensor:
    """The tensor of this name that an update makes, or that is given before the first update."""
    (found,) = (
        each for each in record.tensors if each.name == name and each.update == update and (each.made is None) == given
    )
    return found


def assert_numbers(record: Trace, name: str, expected: Tensor | None, **where: object) -> None:
    assert expected is not None
    tensor = named(record, name, **where)
    assert tensor.shape == list(expected.shape)
    assert_equal(name, torch.tensor(tensor.values, dtype=torch.float64), expected.detach().double())


def names(record: Trace) -> list[str]:
    return [each.name for each in record.tensors]


NETWORKS = [
    {"hidden_activation": "tanh"},
    {"hidden_activation": "relu"},
    {"hidden_activation": "sigmoid", "output": "identity"},
    {"layer_sizes": (4, 6, 3), "output": "softmax"},
    {"hidden_activation": "leaky_relu", "learn_slope": True},
    {"hidden_activation": "identity"},
    {"layer_sizes": (4, 1)},
]


@pytest.mark.parametrize("options", NETWORKS, ids=str)
def test_the_numbers_are_those_of_the_network_in_every_update(
    make_problem: Callable[..., Problem], options: dict
) -> None:
    network, X, Y = make_problem(**options)
    record, copy = trace(network, X, Y, updates=2, learning_rate=0.5), deepcopy(network)
    assert_numbers(record, "X", X, given=True)
    assert_numbers(record, "Y", Y, given=True)
    for l, layer in enumerate(copy.layers, start=1):
        assert_numbers(record, f"W[{l}]", layer.W, given=True)
    for update in (1, 2):
        where = {"update": update}
        assert_numbers(record, "J", copy.cost(X, Y), **where)
        for l, cache in enumerate(copy.caches(X), start=1):
            assert_numbers(record, f"Z[{l}]", cache.Z, **where)
            if cache.A is not cache.Z:
                assert_numbers(record, f"A[{l}]", cache.A, **where)
        for l, step in enumerate(copy.backward_steps(X, Y), start=1):
            assert_numbers(record, f"dZ[{l}]", step.dZ, **where)
            assert_numbers(record, f"dW[{l}]", step.gradients.dW, **where)
            assert_numbers(record, f"db[{l}]", step.gradients.db, **where)
            if step.dA_prev is not None:
                assert_numbers(record, f"dA[{l - 1}]", step.dA_prev, **where)
            if step.gradients.dslope is not None:
                assert_numbers(record, f"dslope[{l}]", step.gradients.dslope, **where)
        gradient_descent(copy, X, Y, learning_rate=0.5, iterations=1, method="plain")
        for l, layer in enumerate(copy.layers, start=1):
            assert_numbers(record, f"W[{l}]", layer.W, **where)
            assert_numbers(record, f"b[{l}]", layer.b, **where)


def test_the_network_does_not_change(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem()
    before = deepcopy(network.state_dict())
    trace(network, X, Y, updates=3)
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name])


@pytest.mark.parametrize("options", NETWORKS, ids=str)
def test_autograd_judges_every_derivative(make_problem: Callable[..., Problem], options: dict) -> None:
    record = trace(*make_problem(**options), updates=2)
    for tensor in record.tensors:
        is_derivative = re.fullmatch(r"(dZ|dA|dW|db|dslope)\[\d\]", tensor.name) is not None
        assert tensor.verdict == ("equal" if is_derivative else None)
        assert (tensor.autograd is not None) == is_derivative
    assert record.agrees


def test_a_wrong_formula_is_seen_by_autograd(
    make_problem: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = layers.linear_backward_input
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: 2 * real(dZ, W))
    record = trace(*make_problem((2, 4, 1), m=5))
    assert named(record, "dZ[2]").verdict == "equal"
    wrong = named(record, "dA[1]")
    assert wrong.verdict == "different"
    assert wrong.autograd is not None
    assert wrong.values[0][0] == pytest.approx(2 * wrong.autograd.values[0][0])
    assert not record.agrees


def test_the_names_of_the_notes(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem((2, 4, 1), m=5, hidden_activation="tanh"))
    assert set(names(record)) == {
        *("X", "Y", "W[1]", "b[1]", "W[2]", "b[2]", "Z[1]", "A[1]", "Z[2]", "A[2]", "L", "J"),
        *("dZ[2]", "dW[2]", "db[2]", "dA[1]", "g'(Z[1])", "dZ[1]", "dW[1]", "db[1]", "total"),
    }
    assert named(record, "X", given=True).also == ["A[0]"]
    arguments = {
        (step.source, each.name): record.tensors[each.tensor].name
        for step in record.steps
        for each in step.inputs
        if each.tensor is not None
    }
    assert arguments["layers.activation_backward", "cache.A_prev"] == "X"
    assert arguments["activations.tanh_derivative", "A"] == "A[1]"
    assert arguments["layers.block_backward", "dA"] == "dA[1]"


def test_a_derivative_that_is_not_computed_is_absent(make_problem: Callable[..., Problem]) -> None:
    assert "dA[0]" not in names(trace(*make_problem()))


def test_each_tensor_is_stored_once(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem((2, 4, 1), m=5), updates=3)
    counts = {name: names(record).count(name) for name in ("X", "Y", "W[1]", "b[2]", "dZ[2]", "J")}
    assert counts == {"X": 1, "Y": 1, "W[1]": 4, "b[2]": 4, "dZ[2]": 3, "J": 3}


@pytest.mark.parametrize("options", NETWORKS, ids=str)
def test_a_tensor_is_made_before_it_is_used(make_problem: Callable[..., Problem], options: dict) -> None:
    record = trace(*make_problem(**options), updates=2)
    for step in record.steps:
        for each in step.inputs:
            if each.tensor is not None:
                made = record.tensors[each.tensor].made
                assert made is None or made < step.number
    made_by = {each.made for each in record.tensors if each.made is not None}
    makers = {step.number for step in record.steps if not {other.parent for other in record.steps} & {step.number}}
    assert makers - made_by <= {step.number for step in record.steps if step.source == "activations.identity"}


def test_parents_and_depths_make_a_tree(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem())
    for step in record.steps:
        assert step.depth == (0 if step.parent is None else record.steps[step.parent].depth + 1)
    assert {each.depth for each in record.steps} == {0, 1, 2, 3}


def test_a_large_tensor_is_cut_to_its_corner_with_statistics_of_the_whole(
    make_problem: Callable[..., Problem],
) -> None:
    network, X, Y = make_problem((30, 8, 1), m=12)
    record = trace(network, X, Y)
    tensor = named(record, "X", given=True)
    assert tensor.place == [[0, 6], [0, 6]]
    assert tensor.values == X[:6, :6].tolist()
    whole = (tensor.minimum, tensor.maximum, tensor.mean, tensor.norm)
    assert whole == pytest.approx(
        (X.min().item(), X.max().item(), X.sum().item() / 360, X.square().sum().item() ** 0.5)
    )
    assert named(record, "W[1]", given=True).place == [[0, 8], [0, 6]]
    assert named(record, "dW[1]").autograd is not None
    assert named(record, "L").place == [[0, 6]]
    assert named(record, "J").place == []


def size_of(record: Trace) -> int:
    return len(json.dumps(record.as_record(), separators=(",", ":"), ensure_ascii=False).encode())


def test_the_record_is_small(make_problem: Callable[..., Problem]) -> None:
    assert size_of(trace(*make_problem((2, 4, 1), m=5, hidden_activation="tanh"), updates=3)) < 100_000
    assert size_of(trace(*make_problem((12288, 20, 7, 5, 1), m=5))) < 400_000


def test_the_record_is_plain_json_with_null_for_nan(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem((2, 3, 1), m=5)
    X[0, 0] = torch.nan
    record = trace(network, X, Y).as_record()
    back = json.loads(json.dumps(record, allow_nan=False))
    assert back == record
    assert back["tensors"][0]["values"][0][0] is None
    assert back["tensors"][0]["minimum"] is None


def test_the_record_is_rounded_to_ten_digits(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem((2, 3, 1), m=5))
    tensors = record.as_record()["tensors"]
    assert isinstance(tensors, list)
    J = named(record, "J")
    assert tensors[J.id]["values"] == float(f"{J.values:.10g}")


@pytest.mark.parametrize(
    ("X", "Y", "updates", "words"),
    [
        (torch.ones(5, 3), torch.ones(5, 1), 1, r"expected X of shape \(m, 2\)"),
        (torch.ones(5, 2, dtype=torch.float64), torch.ones(5, 1), 1, r"expected the parameters' torch.float32"),
        (torch.ones(5, 2), torch.ones(5, 2), 1, r"expected Y of shape \(5, 1\)"),
        (torch.ones(0, 2), torch.ones(0, 1), 1, "found no examples"),
        (torch.ones(5, 2), torch.ones(5, 1), 0, "updates: found 0, expected at least 1"),
        (torch.ones(5, 2), 3 * torch.ones(5, 1), 1, "found the label 3, expected 0 or 1"),
    ],
)
def test_what_does_not_fit_is_refused(X: Tensor, Y: Tensor, updates: int, words: str) -> None:
    with pytest.raises(InputError, match=words):
        trace(DeepNetwork([2, 4, 1]), X, Y, updates=updates)


def test_the_largest_number_of_updates_is_that_of_a_page(make_problem: Callable[..., Problem]) -> None:
    problem = make_problem((2, 4, 1), m=5)
    most = MOST_STEPS // len(trace(*problem, updates=1).steps)
    with pytest.raises(InputError, match=f"updates: found {most + 1}, expected at most {most}: a page shows "):
        trace(*problem, updates=most + 1)
    check_updates(most, len(trace(*problem, updates=1).steps))


def test_one_update_is_allowed_for_every_network() -> None:
    check_updates(1, MOST_STEPS + 1)
    with pytest.raises(InputError, match="expected at most 1"):
        check_updates(2, MOST_STEPS + 1)
