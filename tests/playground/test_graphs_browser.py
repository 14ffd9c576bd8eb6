"""The mistakes of the page's graphs are those of the real backward pass."""

import json
from typing import Any
from unittest.mock import patch

import pytest
import torch

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.graphs import MOST_TERMS, passes_graph
from course_torch.playground.mistakes import classic
from course_torch.playground.settings import Settings
from course_torch.verification import reference
from course_torch.verification.reference import depth
from course_torch.verification.right_pass import RightPass
from tests.browser import Page
from tests.verification.self_test import broken_tensors

pytestmark = pytest.mark.browser
RUN = """([graph, inputs]) => {
  const named = Object.fromEntries(Object.entries(inputs).map(([name, [shape, data]]) =>
    [name, { shape, data: Float64Array.from(data) }]));
  const run = executor(graph);
  return Object.entries(graph.mistakes).map(([mistake, made]) => {
    const found = Object.entries(run(named, Object.keys(made), mistake));
    return [mistake, Object.fromEntries(found.map(([name, { data }]) => [name, [...data]]))];
  });
}"""


NAMED = """([graph, inputs, names]) => {
  const named = Object.fromEntries(Object.entries(inputs).map(([name, [shape, data]]) =>
    [name, { shape, data: Float64Array.from(data) }]));
  return Object.fromEntries(Object.entries(executor(graph)(named, names)).map(([name, { data }]) => [name, [...data]]));
}"""


Problem = tuple[DeepNetwork, torch.Tensor, torch.Tensor]


def problem(settings: Settings) -> Problem:
    """The network of the settings with random biases, and random examples."""
    network, draw = settings.model_config().network().double(), torch.Generator().manual_seed(1)
    with torch.no_grad():
        for layer in network.layers:
            layer.b.normal_(generator=draw)
    X = torch.randn(50, network.layer_sizes[0], dtype=torch.float64, generator=draw)
    return network, X, (X[:, :1] * X[:, 1:2] > 0).double()


def given(network: DeepNetwork, X: torch.Tensor, Y: torch.Tensor) -> dict[str, list[Any]]:
    """The inputs of the passes: the examples and the parameters."""
    inputs = {"X": X, "Y": Y, "m": torch.tensor(float(len(X)))}
    for l, layer in enumerate(network.tensors(), start=1):
        inputs |= {f"{kind}[{l}]": tensor for kind, tensor in layer._asdict().items() if tensor is not None}
    return {name: [list(tensor.shape), tensor.flatten().tolist()] for name, tensor in inputs.items()}


@pytest.mark.parametrize("hidden_layers", [(), (5,), (3, 3, 3)], ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_mistake_in_the_page_makes_the_tensors_of_the_backward_pass(
    graph_page: Page, activation: str, hidden_layers: tuple[int, ...]
) -> None:
    settings = Settings(
        hidden_layers=hidden_layers, hidden_activation=activation, learn_slope=True, initialization="he", model_seed=2
    )
    made_of, graph = problem(settings), json.loads(json.dumps(passes_graph(settings)._asdict()))
    faults = {fault.name: fault for fault in classic()}
    for name, found in graph_page.evaluate(RUN, [graph, given(*made_of)]):
        expected = {str(key): tensor for key, tensor in broken_tensors(*made_of, faults[name].wrong).items()}
        for key, numbers in found.items():
            made = torch.tensor(numbers, dtype=torch.float64)
            assert torch.allclose(made, expected[key].flatten(), rtol=1e-10, atol=1e-13, equal_nan=True), (name, key)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_rounding_errors_in_the_page_are_those_of_the_judge_with_longer_sums(
    graph_page: Page, activation: str
) -> None:
    settings = Settings(hidden_layers=(3, 2), hidden_activation=activation, learn_slope=True, initialization="he")
    made_of, graph = problem(settings), json.loads(json.dumps(passes_graph(settings)._asdict()))
    wanted = [name for name in graph["outputs"] if name.startswith("error ")]
    found = graph_page.evaluate(NAMED, [graph, given(*made_of), wanted])
    with patch.object(reference, "depth", lambda terms: depth(MOST_TERMS)):
        errors = RightPass(*made_of).errors()
    assert {f"error {name}" for name in errors} == found.keys()
    for name, error in errors.items():
        made = torch.tensor(found[f"error {name}"], dtype=torch.float64)
        assert torch.allclose(made, error.flatten(), rtol=1e-9, atol=0), name
