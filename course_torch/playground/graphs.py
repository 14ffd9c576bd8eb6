"""The graphs of a page that trains by itself: the passes of each network that it allows, with the mistakes that fit."""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from typing import NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor, nn

from course_torch.data.planar import FEATURES
from course_torch.formulas.activations import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.formulas.outputs import Output
from course_torch.formulas.update import update
from course_torch.mistakes.faults import Fault, broken, classic
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import named_parameters
from course_torch.network.propagation import backward_propagation, forward_propagation, in_order
from course_torch.playground.points import MOST_ROWS
from course_torch.playground.recorder import Graph, InputNumber, Node, Recorder, RecordingError, told
from course_torch.playground.settings import WIDEST, Settings
from course_torch.verification.networks.rounding import rounding_errors

EXAMPLES = 5  # m while a formula is recorded
GENERAL = (EXAMPLES, 2, 4), (8, 5, 7)
"""The sizes of the recorded steps, of which no two are equal: m, n_x, and the width of each hidden layer."""
MOST_TERMS = MOST_ROWS * WIDEST  # no sum of the page has more terms
Outputs = dict[str, Tensor]
MistakeContext = Callable[[DeepNetwork, Tensor, Tensor, InputNumber], AbstractContextManager[object]]
"""From the network, X, Y and m to a context in which the backward pass makes the mistake."""


class Recording(NamedTuple):
    """A recorded step: its outputs, and for each mistake the gradients that it makes of the backward pass."""

    recorder: Recorder
    outputs: Outputs
    mistakes: dict[str, Outputs]


def passes_graph(settings: Settings, *, prove: bool = True) -> Graph:
    """The passes of the network of these settings, for every width of its hidden layers, and their rounding errors."""
    mistakes = {fault.name: partial(mistaken, fault) for fault in classic() if fits(fault, settings)}
    return step_graph(settings.model_config().network(), mistakes, with_errors=True, prove=prove)


def fits(fault: Fault, settings: Settings) -> bool:
    """Whether a network with these settings computes what the fault replaces."""
    return (
        settings.output in fault.outputs
        and fault.need in ("any", settings.hidden_activation)
        and (settings.hidden_layers != () or not {"dZ", "dA"} & fault.wrong.keys())
    )


@contextmanager
def mistaken(fault: Fault, network: DeepNetwork, X: Tensor, Y: Tensor, m: InputNumber) -> Iterator[None]:
    """Inside this context the backward pass makes the mistake, with m as an input.

    A mistake that changes nothing here, because a unit is dead or b is 0, is recorded all the same.
    """
    with warnings.catch_warnings(action="ignore"), broken(network, X, Y, fault.wrong, m):
        yield  # torch.tensor(1 / m) warns that it copies a tensor


def errors(
    network: DeepNetwork, caches: Sequence[LayerCache], steps: Sequence[BackwardStep], Y: Tensor, m: InputNumber
) -> Outputs:
    """The rounding errors of the backward pass, such as "error dW[1]". Every sum counts as a sum of MOST_TERMS."""
    made = rounding_errors(network, caches, Y, steps, torch.finfo(torch.float64).eps, m, MOST_TERMS)
    return {f"error {name}": tensor for name, tensor in tensors_of(made).items()}


@torch.no_grad()
def update_graph() -> Graph:
    """The update of a parameter from W, dW and alpha (notes 1.3)."""
    W, dW, alpha = torch.ones(2, 2), torch.ones(2, 2), InputNumber(1.0)
    with Recorder({"W": W, "dW": dW, "alpha": alpha.tensor}) as recorder:
        return recorder.graph({"W": update(W, dW, alpha)})


@torch.no_grad()
def score_graph(output: Output) -> Graph:
    """The mean score from A, Y and m."""
    A, Y, m = torch.rand(EXAMPLES, 1).double(), torch.arange(EXAMPLES).double().reshape(-1, 1), InputNumber(EXAMPLES)

    def by_m(total: Tensor, number: float) -> Tensor:
        return average(total, m if number == EXAMPLES else number)

    with Recorder({"A": A, "Y": Y, "m": m.tensor}) as recorder, patch("course_torch.formulas.outputs.average", by_m):
        return recorder.graph({"score": average(output.scores(A, Y, Y).sum(), m)})


def features_graph() -> Graph:
    """Every feature from x1 and x2."""
    points = {"x1": torch.ones(EXAMPLES, 1), "x2": torch.ones(EXAMPLES, 1)}
    with Recorder(points) as recorder:
        return recorder.graph({name: feature(*points.values()) for name, feature in FEATURES.items()})


@torch.no_grad()
def derivative_graph(g: Activation) -> Graph:
    """g'(Z) from Z and, for a leaky activation, the slope."""
    Z, slope = torch.ones(EXAMPLES, 1), torch.tensor(0.5)
    with Recorder({"Z": Z, "slope": slope}) as recorder:
        return recorder.graph({"derivative": g.derivative(Z, g.value(Z, slope), slope)})


def step_graph(
    network: DeepNetwork, mistakes: Mapping[str, MistakeContext] = {}, *, with_errors: bool = False, prove: bool = True
) -> Graph:
    """Both passes on all examples (notes 3.2) of every network of this form: m and all widths are free.

    The inputs are X, Y, m, and of each layer l W[l], b[l] and, if there is one, slope[l]. The outputs are J, and of
    each layer Z[l], A[l], dZ[l], dA[l], dW[l], db[l] and, if the slope is learned, dslope[l]; the gradients also as
    autograd computes them, such as "autograd dW[1]", and on request their rounding errors. A mistake that raises, that
    changes nothing, or whose graph depends on a size, is left out; a mistake may make a gradient of another shape.
    The recorder cannot see when Python reads a size. The proof that nothing reads a size doubles the time: the step is
    recorded at a second size, and both graphs must be equal. Raises RecordingError if a formula needs a size, or
    returns a derivative of a wrong shape.
    """
    first = recorded(network, GENERAL[0], mistakes, with_errors)
    if not prove:
        graph = first.recorder.graph(first.outputs, first.mistakes)
        return graph._replace(mistakes={name: made for name, made in graph.mistakes.items() if made})
    second = recorded(network, GENERAL[1], mistakes, with_errors)
    forms: dict[Node, int] = {}
    (right, wrong), (other, others) = (
        forms_of(recorder.graph(outputs, made), forms) for recorder, outputs, made in (first, second)
    )
    if right != other:
        raise RecordingError(f"{first_difference(first, second)}: found a size that Python reads")
    free = {name: made for name, made in first.mistakes.items() if wrong.get(name) and others.get(name) == wrong[name]}
    return first.recorder.graph(first.outputs, free)


def first_difference(one: Recording, other: Recording) -> str:
    """The formula that makes the first node in which the graphs of two recordings differ."""
    pairs = zip(one.recorder.graph(one.outputs).nodes, other.recorder.graph(other.outputs).nodes, strict=False)
    at = next((i for i, (node, counterpart) in enumerate(pairs) if node != counterpart), -1)
    return told(one.recorder.places[sorted(one.recorder.with_needs(one.outputs)[1])[at]])


@torch.no_grad()
def recorded(
    form: DeepNetwork, sizes: tuple[int, int, int], mistakes: Mapping[str, MistakeContext], with_errors: bool
) -> Recording:
    """Record a step of a network of this form with random parameters, and what each mistake makes of it.

    Raises RecordingError for a derivative that has another shape than its tensor.
    """
    examples, n_x, width = sizes
    draw = torch.Generator().manual_seed(1)
    network = random_network(form, n_x, width, draw)
    X = torch.randn(examples, n_x, dtype=torch.float64, generator=draw)
    Y = torch.eye(examples, network.layer_sizes[-1], dtype=torch.float64)
    m = InputNumber(examples)
    g, layers = network.hidden_activation.by_product(), network.tensors()
    named = named_parameters(layers)
    with Recorder({"X": X, "Y": Y, "m": m.tensor, **named}) as recorder:
        caches = forward_propagation(X, layers, g, network.output)

        def backward() -> list[BackwardStep]:
            return backward_propagation(Y, layers, caches, g, network.output, m=m, input_derivative=True)

        steps = backward()
        right, wrong = tensors_of(steps), {}
        values = {f"{kind}[{l}]": getattr(cache, kind) for l, cache in enumerate(caches, start=1) for kind in "ZA"}
        for name, tensor in right.items():
            if tensor.shape != (shape := (named | values | {"A[0]": X})[name[1:]].shape):
                where = told(recorder.places[recorder.number_of(tensor)])
                raise RecordingError(f"{where}: {name} has shape {tuple(tensor.shape)}, expected {tuple(shape)}")
        for name, mistake in mistakes.items():
            same_pass = patch.object(network, "caches", lambda X: caches)  # it is recorded already
            with suppress(RecordingError, RuntimeError, TypeError), same_pass, mistake(network, X, Y, m):
                made = tensors_of(backward())
                if all(made[key].shape == right[key].shape for key in right if key.startswith(("dZ", "dA"))):
                    wrong[name] = made
        recorder.repeats = True
        outputs = {"J": network.output.cost(caches[-1].Z, Y, m), **right, **by_autograd(network, X, Y, m), **values}
        outputs |= errors(network, caches, steps, Y, m) if with_errors else {}
    return Recording(recorder, outputs, wrong)


def random_network(form: DeepNetwork, n_x: int, width: int, draw: torch.Generator) -> DeepNetwork:
    """A network of this form with other sizes and with random parameters, b too."""
    network = DeepNetwork(
        [n_x, *(width for layer in form.layers[1:]), form.layer_sizes[-1]],
        form.hidden_activation.name,
        form.output.name,
        learn_slope=isinstance(form.layers[0].slope, nn.Parameter),
        dtype=torch.float64,
        generator=draw,
    )
    for layer in network.layers:
        layer.b.normal_(generator=draw)
    return network


def forms_of(graph: Graph, forms: dict[Node, int]) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """A number for what each output, and each output of a mistake, computes: the same number in all graphs."""
    numbers: list[int] = []
    for node in graph.nodes:
        numbers.append(forms.setdefault(node._replace(reads=tuple(numbers[read] for read in node.reads)), len(forms)))

    def of(outputs: Mapping[str, int]) -> dict[str, int]:
        return {name: numbers[number] for name, number in outputs.items()}

    return of(graph.outputs), {name: of(made) for name, made in graph.mistakes.items()}


def tensors_of(steps: Sequence[BackwardStep]) -> dict[str, Tensor]:
    """The tensors of a backward pass by name."""
    return {str(name): tensor for name, tensor in in_order(steps).items()}


@torch.enable_grad()
def by_autograd(network: DeepNetwork, X: Tensor, Y: Tensor, m: InputNumber) -> dict[str, Tensor]:
    """The gradients by autograd on the same forward pass."""
    layers = network.tensors()
    J = network.output.cost(forward_propagation(X, layers, network.hidden_activation, network.output)[-1].Z, Y, m)
    learned = {
        f"autograd d{kind}[{l}]": tensor
        for l, layer in enumerate(layers, start=1)
        for kind, tensor in zip(layer._fields, layer.learned(), strict=False)
    }
    return dict(zip(learned, torch.autograd.grad(J, [*learned.values()]), strict=True))
