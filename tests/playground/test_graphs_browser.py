"""The mistakes of the page's graphs are the mistakes of the server."""

import json
from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
import torch

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.playground.graphs import MOST_TERMS, passes_graph
from course_torch.playground.mistakes import GradientCheck, Mistaken, fitting
from course_torch.playground.session import Session
from course_torch.playground.settings import Settings
from course_torch.verification import reference
from course_torch.verification.reference import depth
from tests.browser import Page
from tests.playground.conftest import session_of

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


def given(session: Session) -> dict[str, list[Any]]:
    """The inputs of the passes: the batch and the parameters."""
    X, Y, m = session.batch
    inputs = {"X": X, "Y": Y, "m": torch.tensor(m)}
    for l, layer in enumerate(session.network.tensors(), start=1):
        inputs |= {f"{kind}[{l}]": tensor for kind, tensor in layer._asdict().items() if tensor is not None}
    return {name: [list(tensor.shape), tensor.flatten().tolist()] for name, tensor in inputs.items()}


@pytest.mark.parametrize("hidden_layers", [[], [5], [3, 3, 3]], ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_mistake_in_the_page_makes_the_tensors_of_the_server(
    graph_page: Page, activation: str, hidden_layers: list[int]
) -> None:
    changes = {"hidden_layers": hidden_layers, "hidden_activation": activation, "learn_slope": True, "points": 50}
    session = session_of(
        3, initialization="he", model_seed=2, **changes
    )  # no layer of dead units: a mistake would show elsewhere
    graph = json.loads(json.dumps(passes_graph(session.settings)._asdict()))
    faults = {fault.name: fault for fault in fitting(session.settings)}
    for name, found in graph_page.evaluate(RUN, [graph, given(session)]):
        expected = {
            str(key): tensor for key, tensor in Mistaken(faults[name]).tensors(session.network, session.batch).items()
        }
        for key, numbers in found.items():
            made = torch.tensor(numbers, dtype=torch.float64)
            assert torch.allclose(made, expected[key].flatten(), rtol=1e-10, atol=1e-13, equal_nan=True), (name, key)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_rounding_errors_in_the_page_are_those_of_the_server_with_longer_sums(
    graph_page: Page, activation: str
) -> None:
    session = session_of(3, hidden_layers=[3, 2], hidden_activation=activation, learn_slope=True, points=50)
    graph = json.loads(json.dumps(passes_graph(session.settings)._asdict()))
    wanted = [name for name in graph["outputs"] if name.startswith("error ")]
    found = graph_page.evaluate(NAMED, [graph, given(session), wanted])
    with patch.object(reference, "depth", lambda terms: depth(MOST_TERMS)):
        errors = GradientCheck(session).errors
    assert {f"error {name}" for name in errors} == found.keys()
    for name, error in errors.items():
        made = torch.tensor(found[f"error {name}"], dtype=torch.float64)
        assert torch.allclose(made, error.flatten(), rtol=1e-9, atol=0), name


def test_most_mistakes_are_graphs() -> None:
    """The others take a size, such as the number of an example, or stop the pass."""
    left_out = Counter[str]()
    for hidden_layers in ((), (4,), (4, 4), (4, 4, 4)):
        settings = Settings(hidden_layers=hidden_layers)
        faults, graph = fitting(settings), passes_graph(settings)
        assert len(graph.mistakes) >= 0.6 * len(faults)
        left_out.update(fault.name for fault in faults if fault.name not in graph.mistakes)
    assert {"transposed", "keepdim missing"} <= left_out.keys()
    assert not {"sign in dW", "no 1/m in dW"} & left_out.keys()
