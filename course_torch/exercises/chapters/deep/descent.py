"""The descent of chapter deep: the update of the parameters, and the training loop."""

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor

from course_torch.exercises.chapters.deep.values import Trained
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task, Value
from course_torch.formulas.activations import relu, sigmoid
from course_torch.language import Text, same
from course_torch.verification.names import TensorName

ALPHA = 0.3
"""The learning rate of the calls. Its square differs from it, and so does its double."""
ITERATIONS = 3

Tensors = dict[str, Tensor]
Update = Callable[[Tensors, Tensors, float], Tensors]


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


def update_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"parameters": setting.parameters, "grads": gradients(setting), "learning_rate": ALPHA}
    yield Call(arguments, descended(setting.parameters, gradients(setting), ALPHA), setting)


def only(parameters: Tensors, grads: Tensors, learning_rate: float, *, keep: Callable[[str], bool]) -> Tensors:
    """The update of the parameters for which `keep` is true. The others stay as they are."""
    new = descended(parameters, grads, learning_rate)
    return {name: new[name] if keep(name) else value for name, value in parameters.items()}


def cost_and_gradients(X: Tensor, Y: Tensor, parameters: Mapping[str, Tensor]) -> tuple[Tensor, Tensors]:
    """J and its gradients by autograd."""
    leaves = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    L = len(leaves) // 2
    with torch.enable_grad():
        A, Z = X, X
        for l in range(1, L + 1):
            Z = A @ leaves[f"W{l}"].T + leaves[f"b{l}"]
            A = relu(Z) if l < L else sigmoid(Z)
        J = torch.nn.functional.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / len(Y)
    grads = torch.autograd.grad(J, list(leaves.values()))
    return J.detach(), {f"d{name}": gradient for name, gradient in zip(leaves, grads, strict=True)}


def trained(
    X: Tensor, Y: Tensor, parameters: Tensors, learning_rate: float, iterations: int, update: Update = descended
) -> Trained:
    """Gradient descent with any update."""
    costs = []
    for _ in range(iterations):
        J, grads = cost_and_gradients(X, Y, parameters)
        costs.append(J)
        parameters = update(parameters, grads, learning_rate)
    return Trained(parameters, costs)


def training_calls(setting: Setting) -> Iterator[Call]:
    X, Y, parameters = setting.X, setting.Y, setting.parameters
    arguments = {"X": X, "Y": Y, "parameters": parameters, "learning_rate": ALPHA, "iterations": ITERATIONS}
    yield Call(arguments, trained(X, Y, parameters, ALPHA, ITERATIONS), setting)


def stale(X: Tensor, Y: Tensor, parameters: Tensors, learning_rate: float, iterations: int) -> Value:
    """The gradients of the first iteration, used in every iteration."""
    _, grads = cost_and_gradients(X, Y, parameters)
    for _ in range(iterations):
        parameters = descended(parameters, grads, learning_rate)
    return {"parameters": parameters}


def ascended(parameters: Tensors, grads: Tensors, learning_rate: float) -> Tensors:
    return descended(parameters, grads, -learning_rate)


DESCENT = (
    Task(
        "update_parameters",
        "2.5",
        "parameters, grads, learning_rate",
        "parameters",
        dict.fromkeys(("rows", "columns"), "W[l] := W[l] - α dW[l], b[l] := b[l] - α db[l] for l = 1 … L"),
        Text("One step of gradient descent. Returns the new parameters.", "梯度下降的一步。返回新的参数。"),
        update_calls,
        same("{name: value - learning_rate * grads['d' + name] for name, value in parameters.items()}"),
        (
            Slip(
                "+ for -",
                Text("the step goes uphill: subtract α dW and α db", "方向反了：应当减去 α dW 和 α db"),
                ascended,
            ),
            Slip(
                "α twice",
                Text("the learning rate is applied twice", "学习率乘了两次"),
                lambda parameters, grads, rate: descended(parameters, grads, rate**2),
            ),
            Slip(
                "α left out",
                Text("the learning rate is missing", "没有乘以学习率"),
                lambda parameters, grads, rate: descended(parameters, grads, 1.0),
            ),
            Slip(
                "biases not updated",
                Text("the biases are not updated", "偏置没有更新"),
                lambda *call: only(*call, keep=lambda name: name[0] == "W"),
            ),
            Slip(
                "weights not updated",
                Text("the weights are not updated", "权重没有更新"),
                lambda *call: only(*call, keep=lambda name: name[0] == "b"),
            ),
            Slip(
                "last layer not updated",
                Text(
                    "the last layer is not updated: the loop ends one layer too early", "最后一层没有更新：循环少了一层"
                ),
                lambda parameters, grads, rate: only(
                    parameters, grads, rate, keep=lambda name: name[1:] != str(len(parameters) // 2)
                ),
            ),
            Slip(
                "first layer not updated",
                Text(
                    "the first layer is not updated: the loop starts one layer too late", "第一层没有更新：循环晚了一层"
                ),
                lambda *call: only(*call, keep=lambda name: name[1:] != "1"),
            ),
            Slip(
                "nothing updated",
                Text("the old parameters are returned", "返回的是旧的参数"),
                lambda *call: only(*call, keep=lambda name: False),
            ),
            Slip(
                "gradients returned",
                Text(
                    "the step itself is returned: subtract it from the parameters", "只返回了步长：应当从参数中减去它"
                ),
                lambda parameters, grads, rate: {name: rate * grads[f"d{name}"] for name in parameters},
            ),
        ),
        changes=True,
    ),
    Task(
        "train",
        "3.3",
        "X, Y, parameters, learning_rate, iterations",
        "parameters",
        dict.fromkeys(("rows", "columns"), "repeat: forward, cost, backward, update"),
        Text(
            "Gradient descent. Returns the parameters after all iterations, and the list of J before each update.",
            "梯度下降。返回所有迭代之后的参数，以及每次更新之前 J 的列表。",
        ),
        training_calls,
        same("costs.append(compute_cost(AL, Y)) before update_parameters"),
        (
            Slip(
                "cost after the update",
                Text("J is recorded after the update, not before it", "J 是在更新之后记录的，应当在更新之前"),
                lambda X, Y, parameters, rate, iterations: {
                    f"costs[{i}]": J for i, J in enumerate(trained(X, Y, parameters, rate, iterations + 1).costs[1:])
                },
            ),
            Slip(
                "gradients of the first iteration",
                Text("the gradients of the first iteration are used in all", "每次迭代都用了第一次的梯度"),
                stale,
            ),
            Slip(
                "one iteration too many",
                Text("there is one iteration too many", "多迭代了一次"),
                lambda X, Y, parameters, rate, iterations: trained(X, Y, parameters, rate, iterations + 1),
            ),
            Slip(
                "only one iteration",
                Text("only one update is made: the loop ends too early", "只更新了一次：循环太早结束了"),
                lambda X, Y, parameters, rate, iterations: trained(X, Y, parameters, rate, 1).parameters,
            ),
            Slip(
                "no update",
                Text(
                    "the parameters stay as they were: keep what update_parameters returns",
                    "参数没有变：要保存 update_parameters 的返回值",
                ),
                lambda X, Y, parameters, rate, iterations: parameters,
            ),
        ),
        in_assignment=False,
        changes=True,
    ),
)
