"""The graphs of the page compute what torch computes from the same formulas, right and with each mistake."""

from typing import Any
from unittest.mock import patch

import pytest
import torch
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes.faults import classic
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.graphs import MOST_TERMS, passes_graph, step_graph
from course_torch.playground.recorder import Graph
from course_torch.playground.settings import Settings
from course_torch.verification.networks import rounding
from course_torch.verification.networks.right_pass import RightPass
from course_torch.verification.networks.rounding import depth
from tests.conftest import Problem, random_problem
from tests.support.javascript import module
from tests.verification.networks.self_test.scores import broken_tensors

RUN = """(graph, ...calls) => {
  const run = executor(graph), read = ([name, [shape, data]]) => [name, { shape, data: Float64Array.from(data) }];
  return calls.map(([inputs, names, mistake]) => {
    const made = run(Object.fromEntries(Object.entries(inputs).map(read)), names, mistake);
    return Object.entries(made).map(([name, { shape, data }]) => [name, shape, [...data]]);
  });
}"""
executor = module("graph/graph.js")
Inputs = dict[str, list[Any]]


def run(graph: Graph, *calls: tuple) -> list[dict[str, Tensor]]:
    """What the page makes in each call: of inputs, and perhaps the names of outputs and a mistake."""
    return [
        {name: torch.tensor(data, dtype=torch.float64).reshape(shape) for name, shape, data in each}
        for each in executor(RUN, graph._asdict(), *calls)
    ]


def problem(settings: Settings) -> Problem:
    """The network of the settings with random biases, and random examples."""
    network, draw = settings.model_config().network().double(), torch.Generator().manual_seed(1)
    with torch.no_grad():
        for layer in network.layers:
            layer.b.normal_(generator=draw)
    X = torch.randn(50, network.layer_sizes[0], dtype=torch.float64, generator=draw)
    return network, X, (X[:, :1] * X[:, 1:2] > 0).double()


def any_problem(seed: int) -> Problem:
    """A network of random sizes with random parameters and examples."""
    draw = torch.Generator().manual_seed(seed)

    def one_of(*values: Any) -> Any:
        return values[int(torch.randint(len(values), (), generator=draw))]

    output, L = one_of("sigmoid", "softmax", "identity"), one_of(*range(1, 8))
    n_y = one_of(2, 3) if output == "softmax" else one_of(1, 1, 2)
    sizes = [one_of(1, 2, 5), *(one_of(1, 2, 4, 12) for _ in range(L - 1)), n_y]
    activation = list(ACTIVATIONS)[seed % len(ACTIVATIONS)]
    return random_problem(
        sizes, one_of(1, 2, 7, 40), draw, hidden_activation=activation, output=output, learn_slope=True
    )


def inputs_of(network: DeepNetwork, X: Tensor, Y: Tensor) -> Inputs:
    """The inputs of the passes: the examples and the parameters."""
    named = {"X": X, "Y": Y, "m": torch.tensor(float(len(X)))}
    for l, layer in enumerate(network.tensors(), start=1):
        named |= {f"{kind}[{l}]": tensor for kind, tensor in layer._asdict().items() if tensor is not None}
    return {name: [list(tensor.shape), tensor.flatten().tolist()] for name, tensor in named.items()}


@torch.no_grad()
def by_torch(network: DeepNetwork, X: Tensor, Y: Tensor) -> dict[str, Tensor]:
    """Every tensor of both passes, by the network itself."""
    caches, steps = network.caches(X), network.backward_steps(X, Y, input_derivative=True)
    made: dict[str, Tensor | None] = {"J": network.output.cost(caches[-1].Z, Y)}
    for l, (cache, step) in enumerate(zip(caches, steps, strict=True), start=1):
        made |= {f"Z[{l}]": cache.Z, f"A[{l}]": cache.A, f"dZ[{l}]": step.dZ, f"dA[{l - 1}]": step.dA_prev}
        made |= {f"{kind}[{l}]": tensor for kind, tensor in step.gradients._asdict().items()}
    for l, gradients in enumerate(network.autograd_gradients(X, Y), start=1):
        made |= {f"autograd {kind}[{l}]": tensor for kind, tensor in gradients._asdict().items()}
    return {name: tensor for name, tensor in made.items() if tensor is not None}


@pytest.mark.sweep(8)
@pytest.mark.parametrize("seed", range(100))
def test_every_tensor_of_both_passes_in_the_page_is_the_one_of_torch(seed: int) -> None:
    made_of = any_problem(seed)
    (found,) = run(step_graph(made_of[0]), (inputs_of(*made_of),))
    expected = by_torch(*made_of)
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert found[name].shape == tensor.shape, name
        assert (found[name] - tensor).abs().max() <= 1e-12 * max(1e-3, tensor.abs().max()), name


@pytest.mark.slow
@pytest.mark.parametrize("hidden_layers", [(), (5,), (3, 3, 3)], ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_mistake_in_the_page_makes_the_tensors_of_the_backward_pass(
    activation: str, hidden_layers: tuple[int, ...]
) -> None:
    settings = Settings(
        hidden_layers=hidden_layers, hidden_activation=activation, learn_slope=True, initialization="he", model_seed=2
    )
    made_of, graph = problem(settings), passes_graph(settings)
    faults, inputs = {fault.name: fault for fault in classic()}, inputs_of(*made_of)
    results = run(graph, *((inputs, list(made), name) for name, made in graph.mistakes.items()))
    for name, found in zip(graph.mistakes, results, strict=True):
        expected = {str(key): tensor for key, tensor in broken_tensors(*made_of, faults[name].wrong).items()}
        for key, made in found.items():
            near = torch.allclose(made.flatten(), expected[key].flatten(), rtol=1e-10, atol=1e-13, equal_nan=True)
            assert near, (name, key)


@pytest.mark.sweep(1)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_rounding_errors_in_the_page_are_those_of_the_judge_with_longer_sums(activation: str) -> None:
    settings = Settings(hidden_layers=(3, 2), hidden_activation=activation, learn_slope=True, initialization="he")
    made_of, graph = problem(settings), passes_graph(settings)
    wanted = [name for name in graph.outputs if name.startswith("error ")]
    (found,) = run(graph, (inputs_of(*made_of), wanted))
    with patch.object(rounding, "depth", lambda terms: depth(MOST_TERMS)):
        errors = RightPass(*made_of).errors()
    assert {f"error {name}" for name in errors} == found.keys()
    for name, error in errors.items():
        assert torch.allclose(found[f"error {name}"].flatten(), error.flatten(), rtol=1e-9, atol=0), name
