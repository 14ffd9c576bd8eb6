"""Run some parameter updates of a copy of a network under the recorder."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError, check_count
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import check_batch, check_values
from course_torch.network.gradient_descent import gradient_descent
from course_torch.text import dtype_name
from course_torch.tracing.building import Builder, Names, Update
from course_torch.tracing.judging import Autograd, OwnGradients, OwnUpdate, own_update, sentences
from course_torch.tracing.record import FirstWrong, OwnResult, Trace, Value
from course_torch.tracing.recorder import Recorder, recording

MOST_STEPS = 5000
"""Largest number of steps in a record. A page lists all steps: with 7500 steps the next one takes a browser 0.15 s."""
WRONG_COST = Text("found {found}, expected {right}", "得到 {found}，应当是 {right}")


def trace(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    *,
    updates: int = 1,
    learning_rate: float = 0.1,
    own: OwnGradients | None = None,
    own_name: str = "",
    own_line: Callable[[str], dict[str, Any] | None] = lambda tensor: None,
) -> Trace:
    """Record every formula of some updates W -= α dW, b -= α db on all examples; α is `learning_rate`.

    The network does not change: a copy is trained. `own` is a learner's pass, named `own_name`: its J and gradients
    are judged beside those of the formulas, in each update from the same parameters. `own_line` finds
    the learner's line that computes the tensor of a name.

    Raises InputError if X or Y does not fit the network, if `updates` is below 1, or if the record would have more than
    MOST_STEPS steps.
    """
    check_count("updates", updates, 1)
    check_batch(network.layer_sizes, X, Y, W=network.layers[0].W)
    check_values(X)
    copy, recorder = deepcopy(network), Recorder()
    copy.hidden_activation = copy.hidden_activation.by_product()  # g' and the product are two steps
    builder = Builder(L=len(network.layers))
    first_wrong: FirstWrong | None = None
    for number in range(1, updates + 1):
        autograd = Autograd(copy, X, Y)
        own_pass = None if own is None else own_update(own, copy, X, Y)
        start = len(recorder.calls)
        with recording(recorder):
            gradient_descent(copy, X, Y, learning_rate=learning_rate, iterations=1, record_every=1, method="plain")
        names = Names(copy, X, Y, recorder.passes)
        builder.add(Update(number, recorder.calls[start:], names, autograd, own_pass))
        if number == 1:
            check_updates(updates, len(builder.steps))
        if own_pass is not None:
            first_wrong = first_wrong or first_wrong_of(own_pass, builder, number, own_line)
    return Trace(
        network={
            "layer_sizes": network.layer_sizes,
            "hidden_activation": network.hidden_activation.name,
            "output": network.output.name,
            "parameters": sum(parameter.numel() for layer in network.layers for parameter in layer.learned()),
            "dtype": dtype_name(X.dtype),
        },
        m=len(X),
        updates=updates,
        learning_rate=learning_rate,
        sources=builder.sources,
        tensors=builder.tensors,
        steps=builder.steps,
        own=None if own is None else OwnResult(own_name, first_wrong),
    )


def check_updates(updates: int, steps: int) -> None:
    """Reject more updates of so many steps each than a page can show. Raises InputError."""
    most = max(1, MOST_STEPS // steps)
    if updates > most:
        raise InputError(
            f"updates: found {updates}, expected at most {most}: a page shows {MOST_STEPS} steps, and an update of "
            f"this network has {steps}",
            f"updates：得到 {updates}，至多为 {most}：一个网页展示 {MOST_STEPS} 步，而这个网络的一次更新有 {steps} 步",
        )


def first_wrong_of(
    own: OwnUpdate, made: Builder, update: int, line: Callable[[str], dict[str, Any] | None]
) -> FirstWrong | None:
    """The first wrong tensor of a learner's pass in this update, with its diagnosis."""
    name = own.first_wrong
    if name is None:
        return None
    tensor = next(tensor for tensor in made.tensors if tensor.update == update and tensor.name == name)
    value = Value(name.partition("[")[0], tensor=tensor.id)  # of dW = (1/m) dZᵀ A_prev, not of the mean inside
    step = [step.number for step in made.steps if value in step.outputs][-1]
    if name == "J" or own.diagnosis is None:
        right = tensor.values
        symptom = WRONG_COST.fill(found=f"{own.tensors['J'].item():.6g}", right=f"{right:.6g}")
        return FirstWrong(tensor.id, step, symptom._asdict(), [], {"en": [], "zh": []}, line(name))
    causes, said = list(own.diagnosis.causes), sentences(own.diagnosis)
    return FirstWrong(tensor.id, step, own.diagnosis.seen._asdict(), causes, said, line(name))
