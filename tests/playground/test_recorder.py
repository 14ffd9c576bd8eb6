"""The graph of a step: what the formulas run, nothing of the sizes of the recording, and the mistakes that fit."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch

import pytest
import torch
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes.faults import CLASSIC, classic
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.graphs import fits, passes_graph, step_graph, update_graph
from course_torch.playground.kit import fault_record
from course_torch.playground.recorder import OPERATIONS, Recorder, RecordingError
from course_torch.playground.settings import Settings

WEB = Path(__file__).parents[2] / "course_torch" / "web"
EXECUTED = (WEB / "graph" / "graph.js").read_text(encoding="utf-8")


def network(sizes: list[int], activation: str = "leaky_relu", output: str = "sigmoid") -> DeepNetwork:
    return DeepNetwork(sizes, activation, output, learn_slope=True, dtype=torch.float64)


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_graph_of_other_widths_is_the_same(activation: str, output: str) -> None:
    n_y = 3 if output == "softmax" else 1
    graph = step_graph(network([2, 4, 5, n_y], activation, output))
    assert graph == step_graph(network([2, 7, 3, n_y], activation, output))


def test_every_tensor_of_both_passes_is_an_output_and_the_network_stays_as_it_is() -> None:
    given = network([2, 4, 1])
    before = [parameter.clone() for parameter in given.parameters()]
    outputs = step_graph(given).outputs
    every = {f"{kind}[{l}]" for kind in ("Z", "A", "dZ", "dW", "db", "autograd dW", "autograd db") for l in (1, 2)}
    assert set(outputs) == every | {"J", "dA[0]", "dA[1]", "dslope[1]", "autograd dslope[1]"}
    assert all(torch.equal(*pair) for pair in zip(before, given.parameters(), strict=True))


AVERAGE = "course_torch.formulas.layers.average"
INPUT = "course_torch.formulas.layers.linear_backward_input"
REPLACING: dict[str, Callable[..., AbstractContextManager]] = {
    "no 1/m": lambda network, X, Y, m: patch(AVERAGE, lambda total, m: total),
    "reshaped": lambda network, X, Y, m: patch(INPUT, lambda dZ, W: (dZ @ W).view(len(dZ), -1)),
    "features for m": lambda network, X, Y, m: patch(AVERAGE, lambda total, m: total / X.shape[1]),
}
"""Mistakes, each as what takes the place of a formula for a network, its examples and m."""


def test_a_mistake_is_the_nodes_that_it_replaces_and_those_that_need_a_size_are_left_out() -> None:
    """No operation takes the size of `features for m`: only the constants of two recordings differ."""
    right = step_graph(network([2, 4, 1], "tanh"))
    graph = step_graph(network([2, 4, 1], "tanh"), REPLACING)
    assert graph.mistakes.keys() == {"no 1/m"}
    assert graph.mistakes["no 1/m"].keys() == {"dW[1]", "db[1]", "dW[2]", "db[2]"}
    assert graph.outputs == right.outputs
    assert graph.nodes == right.nodes  # each wrong gradient is what the formulas divide by m
    operation = graph.nodes[graph.outputs["dW[1]"]]
    assert (operation.operation, operation.reads[0]) == ("div", graph.mistakes["no 1/m"]["dW[1]"])


REJECTED: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "a size from a tensor": (lambda dW: dW.reshape(-1).view(dW.shape), "view: found size="),
    "a size that Python reads": (lambda dW: dW / len(dW), "found a size that Python reads"),
    "shapes that do not fit": (lambda dW: dW @ torch.ones(9, 9).double(), "mat1 and mat2 shapes cannot be multiplied"),
    "an operation that the page lacks": (torch.erf, "erf: an operation that the page does not have"),
    "a tensor of a size of its own": (lambda dW: dW + torch.arange(1.0), "arange: found a tensor of a size of its own"),
    "a tensor that rounds": (torch.Tensor.half, r"_to_copy: found a tensor of torch\.float16, which rounds"),
}
"""What no graph can hold -> a wrong formula of dW and db, and what is said of it."""


@pytest.mark.parametrize("name", REJECTED)
def test_a_formula_that_no_graph_can_hold_is_named(name: str) -> None:
    formula, why = REJECTED[name]

    def average(total: Tensor, m: float) -> Tensor:
        return formula(total / m) if total.ndim else total / m

    with patch(AVERAGE, average), pytest.raises(RecordingError, match=rf"linear_backward \(layers\.py:\d+\).*: {why}"):
        step_graph(network([2, 4, 1], "tanh"))


def test_the_page_has_the_operations_that_a_graph_may_have() -> None:
    tables = re.findall(r"^const (?:OF_ONE|OF_TWO|OPERATIONS) = \{\n(.*?)^\};", EXECUTED, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"^  (\w+)[:,]", "".join(tables), re.MULTILINE)) == set(OPERATIONS)


def test_another_formula_is_another_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    right = update_graph()
    monkeypatch.setattr("course_torch.playground.graphs.update", lambda W, dW, alpha: W.sub_(alpha * dW * dW))
    assert update_graph() != right


def test_functions_stand_in_the_interpreter_of_the_graphs_alone() -> None:
    """No formula is written in JavaScript: what exp, log, tanh and their like are of is in the graphs."""
    for path in WEB.rglob("*.js"):
        if path.name not in ("graph.js", "random.js", "curve.js"):  # the curve may have a logarithmic axis
            found = re.findall(r"Math\.(?:exp|expm1|log|log1p|tanh|sin|cos|pow)\b", path.read_text("utf-8"))
            assert found == [], path


def fitting(**changes: object) -> set[str]:
    return {fault.name for fault in classic() if fits(fault, Settings(**changes))}


def test_only_mistakes_of_the_network_s_functions_fit() -> None:
    """The default network can make all of about two dozen."""
    assert 20 <= len(classic()) <= 30
    assert fitting() == {fault.name for fault in classic()}
    of_tanh = {"1 left out in dZ of tanh", "A not squared", "g' of sigmoid", "Z for A in g' in dZ of tanh"}
    assert fitting() - fitting(hidden_activation="relu") == of_tanh
    assert {"no g'", "sign in dA", "swapped"} & fitting(hidden_layers=()) == {"swapped"}
    assert "squared error in dZ[L] of sigmoid" in fitting() - fitting(output="identity")
    assert "sign in dW" in fitting(output="identity")


def test_a_mistake_has_its_group_and_sentences_in_both_languages() -> None:
    records = [fault_record(fault) for fault in classic()]
    groups = [record["group"] for record in records]
    assert list(dict.fromkeys(groups)) == list(CLASSIC) == ["output", "derivative", "mean", "sign", "tensor", "shape"]
    for record in records:
        assert all(record["title"].values())
        assert all(record["sentences"].values())
        assert "{" not in str(record["sentences"].values()).replace("{m}", "")


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("hidden_layers", [(4,), (4, 4)], ids=str)
def test_every_mistake_that_fits_is_recorded(activation: str, hidden_layers: tuple[int, ...]) -> None:
    """Also one of another shape: nothing reads a gradient but the update, which the engine does not make then."""
    settings = Settings(hidden_layers=hidden_layers, hidden_activation=activation)
    assert passes_graph(settings).mistakes.keys() == fitting(hidden_layers=hidden_layers, hidden_activation=activation)


def test_the_recorder_does_not_load_torch_s_compiler() -> None:
    """torch wraps the method in what imports the compiler, for seconds."""
    assert not hasattr(Recorder.__torch_dispatch__, "__wrapped__")


def test_a_mistake_that_changes_nothing_is_left_out() -> None:
    """Without a hidden layer A_prev is X, which no Z made."""
    assert fitting(hidden_layers=()) - passes_graph(Settings(hidden_layers=())).mistakes.keys() == {"Z for A_prev"}
