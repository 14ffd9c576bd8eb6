"""The derivative at another point than Z or of another function, which makes a wrong dZ = dA * g'(Z)."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.formulas.activation import Activation
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

ANOTHER_DERIVATIVE: list[Cause] = []
COURSE_SLOPE = 0.01
"""The slope of the course's leaky ReLU."""


@replaces(
    ANOTHER_DERIVATIVE,
    "g'(A)",
    Text("the derivative is taken at A instead of Z", "导数是在 A 处求的，应当在 Z 处求"),
    "2.4",
    "dZ",
)
def derivative_at_A(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.forward.derivative(step.layer, step.A)


@replaces(
    ANOTHER_DERIVATIVE,
    "Z for A in g'",
    Text(
        "Z is used instead of A in the derivative, as in 1 - Z² for 1 - A²",
        "导数里该用 A 的地方用了 Z，例如把 1 - A² 写成了 1 - Z²",
    ),
    "2.4",
    "dZ",
)
def Z_in_derivative(step: Step) -> Iterator[Tensor]:
    for derivative in step.forward.formula_of_derivative(step.layer, step.Z):
        yield step.dA * derivative


def derivatives_of(activation: Activation, step: Step) -> Iterator[Tensor]:
    """dA * g' of another activation. Its A is its own value at Z, or this layer's A."""
    slope = None if activation.slope_derivative is None else step.Z.new_tensor(COURSE_SLOPE)
    yield step.dA * activation.derivative(step.Z, activation.value(step.Z, slope), slope)
    yield step.dA * activation.derivative(step.Z, step.A, slope)


def of_another(activation: Activation) -> Cause:
    """The cause of using the derivative of this activation in a network with another activation."""

    def suspects(step: Step) -> Iterator[Tensor]:
        if activation.name != step.forward.hidden_activation.name:
            yield from derivatives_of(activation, step)

    return Cause(
        f"g' of {activation.name}",
        Text(
            f"the derivative is that of {activation.name}, not of the layer's activation",
            f"用了 {activation.name} 的导数，而不是本层激活函数的导数",
        ),
        "2.4",
        ("dZ",),
        suspects=suspects,
    )


@replaces(
    ANOTHER_DERIVATIVE,
    "g' of another layer",
    Text(
        "the derivative is that of another layer: dZ[l] = dA[l] * g'(Z[l])",
        "用了别的层的导数：dZ[l] = dA[l] * g'(Z[l])",
    ),
    "3.2",
    "dZ",
)
def derivative_of_another_layer(step: Step) -> Iterator[Tensor]:
    for l, cache in enumerate(step.forward.caches[:-1], start=1):
        if l != step.layer and cache.Z.shape == step.Z.shape:
            yield step.dA * step.forward.derivative(l)


@replaces(
    ANOTHER_DERIVATIVE,
    "g' at A_prev",
    Text("the derivative is taken at A[l-1] instead of Z[l]", "导数是在 A[l-1] 处求的，应当在 Z[l] 处求"),
    "3.2",
    "dZ",
)
def derivative_at_A_prev(step: Step) -> Iterator[Tensor]:
    A_prev = step.A_prev
    if A_prev.shape == step.Z.shape:
        for derivative in step.forward.formula_of_derivative(step.layer, A_prev):
            yield step.dA * derivative
        yield step.dA * step.forward.derivative(step.layer, A_prev)


ANOTHER_DERIVATIVE += [of_another(activation) for activation in ACTIVATIONS.values() if activation.name != "identity"]
