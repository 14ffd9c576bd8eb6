"""Functions that several chapters ask for: the activations, the cost, the update and the training loop."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import Setting
from course_torch.exercises.tasks.task import FREE, Call, Finding, Task, Training, Value, finding
from course_torch.formulas.activations import relu, sigmoid
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork


def wrong_start(found: Mapping[str, Tensor]) -> Finding | None:
    """What is wrong with initial parameters of the right shapes."""
    for name, tensor in found.items():
        if not tensor.isfinite().all():
            return finding("parameter not finite", name=name)
        if name.startswith("b") and tensor.any():
            return finding("biases not 0", name=name)
        if name.startswith("W") and len(tensor) > 1 and torch.equal(tensor, tensor[:1].expand_as(tensor)):
            return finding("equal units", name=name)
        if name.startswith("W") and not tensor.any():
            return finding("weights are 0", name=name)
        if name.startswith("W") and tensor.abs().max() > 20:
            return finding("weights too large", name=name, size=f"{tensor.abs().max():.0f}")
    return None


class WithCache(NamedTuple):
    """A and a cache: what sigmoid and relu return in the course's assignment of chapter deep."""

    A: Tensor
    cache: Value = FREE


def sigmoid_calls(setting: Setting) -> Iterator[Call]:
    Z = setting.caches[-1].Z
    yield Call({"Z": Z}, sigmoid(Z), setting, (WithCache(sigmoid(Z)),))
    Z = torch.tensor([[-1000.0, 0.0, 1000.0]], dtype=torch.float64)
    yield Call({"Z": Z}, sigmoid(Z), setting, (WithCache(sigmoid(Z)),))


def relu_calls(setting: Setting) -> Iterator[Call]:
    Z = setting.caches[0].Z
    yield Call({"Z": Z}, relu(Z), setting, (WithCache(relu(Z)),))


SIGMOID = Task(
    "sigmoid",
    "1.2",
    "Z",
    "A",
    dict.fromkeys(("rows", "columns"), "A = 1 / (1 + e^(-Z))"),
    Text(
        "The sigmoid of every entry. At Z = -1000 it is 0, not nan.",
        "对每个元素求 sigmoid。Z = -1000 时它是 0，而不是 nan。",
    ),
    sigmoid_calls,
    same("A = (1 + tanh(Z / 2)) / 2"),
    in_assignment=False,
)
RELU = Task(
    "relu",
    "2.3",
    "Z",
    "A",
    dict.fromkeys(("rows", "columns"), "A = max(0, Z)"),
    Text("ReLU of every entry.", "对每个元素求 ReLU。"),
    relu_calls,
    same("A = Z * (Z > 0)"),
    in_assignment=False,
)


def cost_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"AL": setting.caches[-1].A, "Y": setting.Y}, setting.cost, setting)


COST = Task(
    "compute_cost",
    "1.2",
    "AL, Y",
    "cost",
    dict.fromkeys(("rows", "columns"), "J = -(1/m) Σ_i (y log a + (1 - y) log(1 - a))"),
    Text("The cost of m examples, a number.", "m 个样本的成本，一个数。"),
    cost_calls,
    same("J = -mean(log(where(Y == 1, AL, 1 - AL)))"),
    gives_cost=True,
)


ALPHA = 0.3
"""The learning rate of the calls. Its square differs from it, and so does its double."""

Tensors = dict[str, Tensor]
Activation = Callable[[Tensor], Tensor]


class Trained(NamedTuple):
    """The parameters after all iterations, and J before each update."""

    parameters: Tensors
    costs: list[Tensor]


def gradients(setting: Setting) -> Tensors:
    """dW1, db1, … dWL, dbL."""
    return {
        f"d{kind}{l}": setting.right[TensorName("dW" if kind == "W" else "db", l)]
        for l in range(1, setting.L + 1)
        for kind in ("W", "b")
    }


def descended(parameters: Tensors, grads: Tensors, learning_rate: float) -> Tensors:
    """W[l] - α dW[l] and b[l] - α db[l]."""
    return {name: value - learning_rate * grads[f"d{name}"] for name, value in parameters.items()}


def cost_and_gradients(
    X: Tensor, Y: Tensor, parameters: Mapping[str, Tensor], hidden: Activation
) -> tuple[Tensor, Tensors]:
    """J and its gradients by autograd, where `hidden` is the activation of the hidden layers."""
    leaves = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    L = len(leaves) // 2
    with torch.enable_grad():
        A, Z = X, X
        for l in range(1, L + 1):
            Z = A @ leaves[f"W{l}"].T + leaves[f"b{l}"]
            A = hidden(Z) if l < L else sigmoid(Z)
        J = torch.nn.functional.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / len(Y)
    grads = torch.autograd.grad(J, list(leaves.values()))
    return J.detach(), {f"d{name}": gradient for name, gradient in zip(leaves, grads, strict=True)}


def trained(
    X: Tensor, Y: Tensor, parameters: Tensors, learning_rate: float, iterations: int, hidden: Activation
) -> Trained:
    """Gradient descent."""
    costs = []
    for _ in range(iterations):
        J, grads = cost_and_gradients(X, Y, parameters, hidden)
        costs.append(J)
        parameters = descended(parameters, grads, learning_rate)
    return Trained(parameters, costs)


def update_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"parameters": setting.parameters, "grads": gradients(setting), "learning_rate": ALPHA}
    yield Call(arguments, descended(setting.parameters, gradients(setting), ALPHA), setting)


UPDATE = Task(
    "update_parameters",
    "2.5",
    "parameters, grads, learning_rate",
    "parameters",
    dict.fromkeys(("rows", "columns"), "W[l] := W[l] - α dW[l], b[l] := b[l] - α db[l], l = 1 … L"),
    Text("One step of gradient descent. Returns the new parameters.", "梯度下降的一步。返回新的参数。"),
    update_calls,
    same("{name: value - learning_rate * grads['d' + name] for name, value in parameters.items()}"),
    changes=True,
)


def drawn(layer_sizes: list[int], hidden_activation: str, initialization: str) -> Callable[[], DeepNetwork]:
    """A function that builds a float64 network with its parameters of seed 1."""
    return lambda: DeepNetwork(
        layer_sizes,
        hidden_activation,
        initialization=initialization,
        dtype=torch.float64,
        generator=torch.Generator().manual_seed(1),
    )


def by_optimize(network: Callable[[], DeepNetwork], learning_rate: float, iterations: int, note: Text) -> Training:
    """A call of optimize(w, b, X, Y, num_iterations, learning_rate), which returns ({"w", "b"}, grads, costs)."""

    def arguments(network: DeepNetwork, X: Tensor, Y: Tensor) -> Mapping[str, Value]:
        w, b = network.layers[0].W.detach().T, network.layers[0].b.item()
        return {"w": w, "b": b, "X": X, "Y": Y, "num_iterations": iterations, "learning_rate": learning_rate}

    return Training("optimize", network, arguments, lambda result: {"W1": result[0]["w"].T, "b1": result[0]["b"]}, note)


def by_train(network: Callable[[], DeepNetwork], learning_rate: float, iterations: int) -> Training:
    """A call of train(X, Y, parameters, learning_rate, iterations), which returns (parameters, costs)."""

    def arguments(network: DeepNetwork, X: Tensor, Y: Tensor) -> Mapping[str, Value]:
        parameters = {
            f"{kind}{l}": tensor.detach()
            for l, layer in enumerate(network.layers, start=1)
            for kind, tensor in (("W", layer.W), ("b", layer.b))
        }
        return {"X": X, "Y": Y, "parameters": parameters, "learning_rate": learning_rate, "iterations": iterations}

    return Training("train", network, arguments, lambda result: result[0])


ITERATIONS = 3


def training_calls(setting: Setting, hidden: Activation, also: Activation) -> Iterator[Call]:
    X, Y, parameters = setting.X, setting.Y, setting.parameters
    arguments = {"X": X, "Y": Y, "parameters": parameters, "learning_rate": ALPHA, "iterations": ITERATIONS}
    right, also_right = (trained(X, Y, parameters, ALPHA, ITERATIONS, g) for g in (hidden, also))
    yield Call(arguments, right, setting, (also_right,))


def training(section: str, output: str, hidden: Activation, also: Activation | None = None) -> Task:
    """The task of a chapter.

    output   the name of A[L] in the chapter
    also     the hidden activation with another derivative that is right too, such as ReLU with slope 1 at 0
    """
    return Task(
        "train",
        section,
        "X, Y, parameters, learning_rate, iterations",
        "parameters",
        dict.fromkeys(("rows", "columns"), f"{output} → J → dW, db → W, b"),
        Text(
            "Gradient descent. Returns the parameters after all iterations, and the list of J before each update.",
            "梯度下降。返回所有迭代之后的参数，以及每次更新之前 J 的列表。",
        ),
        partial(training_calls, hidden=hidden, also=also or hidden),
        same(f"costs.append(compute_cost({output}, Y)) before update_parameters"),
        in_assignment=False,
        changes=True,
    )
