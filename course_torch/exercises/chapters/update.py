"""The update of the parameters, which several chapters ask for."""

from collections.abc import Callable, Iterator

from course_torch.exercises.chapters.descent import ALPHA, Tensors, descended, gradients
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same

USUAL = (0.001, 0.0075, 0.01, 0.1, 0.5, 1.2)
"""Learning rates that the course and its notes use."""


def update_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"parameters": setting.parameters, "grads": gradients(setting), "learning_rate": ALPHA}
    yield Call(arguments, descended(setting.parameters, gradients(setting), ALPHA), setting)


def only(parameters: Tensors, grads: Tensors, learning_rate: float, *, keep: Callable[[str], bool]) -> Tensors:
    """The update of the parameters for which `keep` is true. The others stay as they are."""
    new = descended(parameters, grads, learning_rate)
    return {name: new[name] if keep(name) else value for name, value in parameters.items()}


def swapped(grads: Tensors) -> Tensors:
    """dW[l] under the name db[l], and db[l] under the name dW[l]."""
    return {("db" if name[1] == "W" else "dW") + name[2:]: gradient for name, gradient in grads.items()}


def times(grads: Tensors, kind: str, factor: float) -> Tensors:
    """The gradients with a factor in dW or in db."""
    return {name: factor * gradient if name.startswith(kind) else gradient for name, gradient in grads.items()}


def twice(key: str, text: Text, wrong: Callable[[Tensors], Tensors]) -> Iterator[Slip]:
    """An update by wrong gradients, for rows and for columns. Broadcasting gives columns another result."""
    yield Slip(key, text, lambda parameters, grads, rate: descended(parameters, wrong(grads), rate))
    yield Slip(
        key,
        text,
        lambda parameters, grads, rate: descended(
            parameters,
            {name: each if each is grads[name] else each.T for name, each in wrong(grads).items()},
            rate,
        ),
    )


def hard_coded(alpha: float) -> Slip:
    """A learning rate that is written into the function."""
    return Slip(
        "α hard-coded",
        Text(
            f"the learning rate is {alpha:g}, whatever the argument says",
            f"学习速率总是 {alpha:g}，没有用传入的参数",
        ),
        lambda parameters, grads, rate: descended(parameters, grads, alpha),
    )


def scaled(factor: float) -> Slip:
    """A constant factor in the step."""
    return Slip(
        f"factor {factor:g}",
        Text(f"the step is {factor:g} times the right one", f"步长是正确值的 {factor:g} 倍"),
        lambda parameters, grads, rate: descended(parameters, grads, factor * rate),
    )


UPDATE = Task(
    "update_parameters",
    "2.5",
    "parameters, grads, learning_rate",
    "parameters",
    dict.fromkeys(("rows", "columns"), "W[l] := W[l] - α dW[l], b[l] := b[l] - α db[l], l = 1 … L"),
    Text("One step of gradient descent. Returns the new parameters.", "梯度下降的一步。返回新的参数。"),
    update_calls,
    same("{name: value - learning_rate * grads['d' + name] for name, value in parameters.items()}"),
    (
        Slip(
            "+ for -",
            Text("the step goes uphill: subtract α dW and α db", "方向反了：应当减去 α dW 和 α db"),
            lambda parameters, grads, rate: descended(parameters, grads, -rate),
        ),
        Slip(
            "α twice",
            Text("the learning rate is applied twice", "学习速率乘了两次"),
            lambda parameters, grads, rate: descended(parameters, grads, rate**2),
        ),
        Slip(
            "α left out",
            Text("the learning rate is missing", "没有乘以学习速率"),
            lambda parameters, grads, rate: descended(parameters, grads, 1.0),
        ),
        Slip(
            "α left out in W",
            Text("the learning rate is missing in the update of the weights", "更新权重时没有乘以学习速率"),
            lambda parameters, grads, rate: descended(parameters, times(grads, "dW", 1 / rate), rate),
        ),
        Slip(
            "α left out in b",
            Text("the learning rate is missing in the update of the biases", "更新偏差时没有乘以学习速率"),
            lambda parameters, grads, rate: descended(parameters, times(grads, "db", 1 / rate), rate),
        ),
        *(hard_coded(alpha) for alpha in USUAL),
        *(scaled(factor) for factor in (0.5, 2.0)),
        Slip(
            "+ for - in W",
            Text("the weights go uphill: subtract α dW", "权重的方向反了：应当减去 α dW"),
            lambda parameters, grads, rate: descended(parameters, times(grads, "dW", -1), rate),
        ),
        Slip(
            "+ for - in b",
            Text("the biases go uphill: subtract α db", "偏差的方向反了：应当减去 α db"),
            lambda parameters, grads, rate: descended(parameters, times(grads, "db", -1), rate),
        ),
        *twice(
            "db for dW",
            Text("the weights are updated with db: use dW", "更新权重时用了 db：应当用 dW"),
            lambda grads: {**grads, **{name: swapped(grads)[name] for name in grads if name.startswith("dW")}},
        ),
        *twice("W and b swapped", Text("dW and db are swapped", "dW 和 db 用反了"), swapped),
        Slip(
            "biases not updated",
            Text("the biases are not updated", "偏差没有更新"),
            lambda *call: only(*call, keep=lambda name: name[0] == "W"),
        ),
        Slip(
            "weights not updated",
            Text("the weights are not updated", "权重没有更新"),
            lambda *call: only(*call, keep=lambda name: name[0] == "b"),
        ),
        Slip(
            "last layer not updated",
            Text("the last layer is not updated: the loop ends one layer too early", "最后一层没有更新：循环少了一层"),
            lambda parameters, grads, rate: only(
                parameters, grads, rate, keep=lambda name: name[1:] != str(len(parameters) // 2)
            ),
        ),
        Slip(
            "first layer not updated",
            Text("the first layer is not updated: the loop starts one layer too late", "第一层没有更新：循环晚了一层"),
            lambda *call: only(*call, keep=lambda name: name[1:] != "1"),
        ),
        Slip(
            "nothing updated",
            Text("the old parameters are returned", "返回的是旧的参数"),
            lambda *call: only(*call, keep=lambda name: False),
        ),
        Slip(
            "gradients returned",
            Text("the step itself is returned: subtract it from the parameters", "只返回了步长：应当从参数中减去它"),
            lambda parameters, grads, rate: {name: rate * grads[f"d{name}"] for name in parameters},
        ),
    ),
    changes=True,
)
