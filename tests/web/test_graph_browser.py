"""The page's graphs compute what torch computes from the same formulas."""

import json
from typing import Any

import pytest
import torch
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.graphs import packed, passes_graph, step_graph, update_graph
from course_torch.playground.settings import Settings
from tests.browser import Page

pytestmark = pytest.mark.browser
RUN = """([graph, inputs]) => {
  const read = ([shape, data]) => ({ shape, data: Float64Array.from(data) });
  const named = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, read(tensor)]));
  const made = Object.entries(executor(graph)(named));
  return made.map(([name, { shape, data }]) => [name, [shape, [...data]]]);
}"""
DIFFERENCES = """([graph, inputs, name, h]) => {
  const named = Object.fromEntries(Object.entries(inputs).map(([key, [shape, data]]) =>
    [key, { shape, data: Float64Array.from(data) }]));
  const run = executor(graph), { data } = named[name];
  return [...data.keys()].map((i) => {
    const [low, high] = [-h, h].map((change) => {
      data[i] += change;
      const J = run(named, ["J"]).J.data[0];
      data[i] -= change;
      return J;
    });
    return (high - low) / (2 * h);
  });
}"""


class Problem:
    """A random network with examples."""

    def __init__(self, seed: int) -> None:
        draw = torch.Generator().manual_seed(seed)

        def one_of(*values: Any) -> Any:
            return values[int(torch.randint(len(values), (), generator=draw))]

        output, L = one_of("sigmoid", "softmax", "identity"), one_of(*range(1, 8))
        n_y = one_of(2, 3) if output == "softmax" else one_of(1, 1, 2)
        sizes = [one_of(1, 2, 5), *(one_of(1, 2, 4, 12) for _ in range(L - 1)), n_y]
        activation = list(ACTIVATIONS)[seed % len(ACTIVATIONS)]
        self.network = DeepNetwork(
            sizes, activation, output, slope=0.1, learn_slope=True, dtype=torch.float64, generator=draw
        )
        m = one_of(1, 2, 7, 40)
        self.X = torch.randn(m, sizes[0], dtype=torch.float64, generator=draw)
        self.Y = torch.randn(m, n_y, dtype=torch.float64, generator=draw)
        if output != "identity":
            self.Y = torch.eye(n_y, dtype=torch.float64)[torch.randint(n_y, (m,), generator=draw)]
            self.Y = self.Y if n_y > 1 else torch.randint(2, (m, 1), generator=draw).double()
        with torch.no_grad():
            for layer in self.network.layers:
                layer.b.normal_(generator=draw)

    @property
    def inputs(self) -> dict[str, list[Any]]:
        named = {"X": self.X, "Y": self.Y, "m": torch.tensor(len(self.X)).double()}
        for l, layer in enumerate(self.network.tensors(), start=1):
            named |= {f"{kind}[{l}]": tensor for kind, tensor in layer._asdict().items() if tensor is not None}
        return {name: [list(tensor.shape), tensor.flatten().tolist()] for name, tensor in named.items()}

    @torch.no_grad()
    def by_torch(self) -> dict[str, Tensor]:
        """Every tensor of both passes, by the network itself."""
        network = self.network
        caches, steps = network.caches(self.X), network.backward_steps(self.X, self.Y, input_derivative=True)
        made: dict[str, Tensor | None] = {"J": network.output.cost(caches[-1].Z, self.Y)}
        for l, (cache, step) in enumerate(zip(caches, steps, strict=True), start=1):
            made |= {f"Z[{l}]": cache.Z, f"A[{l}]": cache.A, f"dZ[{l}]": step.dZ, f"dA[{l - 1}]": step.dA_prev}
            made |= {f"{kind}[{l}]": tensor for kind, tensor in step.gradients._asdict().items()}
        for l, gradients in enumerate(network.autograd_gradients(self.X, self.Y), start=1):
            made |= {f"autograd {kind}[{l}]": tensor for kind, tensor in gradients._asdict().items()}
        return {name: tensor for name, tensor in made.items() if tensor is not None}


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_every_tensor_of_both_passes_in_the_page_is_the_one_of_torch(graph_page: Page, first: int) -> None:
    for seed in range(first, first + 50):
        problem = Problem(seed)
        graph = json.loads(json.dumps(step_graph(problem.network)._asdict()))
        found = dict(graph_page.evaluate(RUN, [graph, problem.inputs]))
        expected = problem.by_torch()
        assert found.keys() == expected.keys()
        for name, tensor in expected.items():
            shape, data = found[name]
            assert shape == list(tensor.shape), (seed, name)
            error = (torch.tensor(data, dtype=torch.float64) - tensor.flatten()).abs().max()
            assert error <= 1e-12 * max(1e-3, tensor.abs().max()), (seed, name)


@pytest.mark.parametrize("activation", [name for name, g in ACTIVATIONS.items() if not g.kink])
def test_the_gradients_in_the_page_are_the_slopes_of_its_own_cost(graph_page: Page, activation: str) -> None:
    """Central differences of the forward graph judge the backward graph without torch."""
    problem = Problem(1)
    problem.network = DeepNetwork([5, 4, 3, 1], activation, dtype=torch.float64, initialization="he")
    problem.X, problem.Y = torch.randn(9, 5, dtype=torch.float64), torch.arange(9).reshape(-1, 1).double() % 2
    graph = json.loads(json.dumps(step_graph(problem.network)._asdict()))
    found = dict(graph_page.evaluate(RUN, [graph, problem.inputs]))
    for name in ("W[1]", "b[2]", "W[3]"):
        slopes = torch.tensor(
            graph_page.evaluate(DIFFERENCES, [graph, problem.inputs, name, 1e-5]), dtype=torch.float64
        )
        gradient = torch.tensor(found[f"d{name}"][1], dtype=torch.float64)
        assert (slopes - gradient).norm() <= 1e-7 * gradient.norm(), name


def test_the_update_in_the_page(graph_page: Page) -> None:
    inputs = {"W": [[1, 2], [1.0, -2.0]], "dW": [[1, 2], [0.5, 4.0]], "alpha": [[], [0.1]]}
    graph = json.loads(json.dumps(update_graph()._asdict()))
    ((name, (shape, data)),) = graph_page.evaluate(RUN, [graph, inputs])
    assert (name, shape) == ("W", [1, 2])
    assert data == pytest.approx([0.95, -2.4], rel=1e-15)


def test_a_packed_graph_is_the_same_graph_in_the_page(graph_page: Page) -> None:
    """Mistakes of three kinds: nodes after those of the formulas, nodes of the formulas before, and both."""
    graphs = {activation: passes_graph(Settings(hidden_activation=activation)) for activation in ("tanh", "leaky_relu")}
    pack = json.loads(json.dumps(packed(graphs)))
    for name, graph in graphs.items():
        expected = json.loads(json.dumps(graph._asdict()))
        assert graph_page.evaluate("([pack, name]) => unpacked(pack, name)", [pack, name]) == expected
