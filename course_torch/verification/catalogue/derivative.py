"""Mistakes in g'(Z), which make a wrong dZ = dA * g'(Z) in a hidden layer."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.formulas.activation import Activation
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

DERIVATIVE: list[Cause] = []
COURSE_SLOPE = 0.01
"""The slope of the course's leaky ReLU."""


@replaces(DERIVATIVE, "no g'", "g'(Z) is missing in a hidden layer: dZ = dA * g'(Z)", "2.5", "dZ")
def no_derivative(step: Step) -> Iterator[Tensor]:
    yield step.dA


@replaces(DERIVATIVE, "g'(A)", "the derivative is taken at A instead of Z", "2.4", "dZ")
def derivative_at_A(step: Step) -> Iterator[Tensor]:
    A, forward = step.A, step.forward
    value = forward.hidden_activation.value(A, forward.slopes[step.layer - 1])
    yield step.dA * forward.derivative(step.layer, A, value)


@replaces(DERIVATIVE, "Z for A in g'", "Z is used instead of A in the derivative, as in 1 - Z² for 1 - A²", "2.4", "dZ")
def Z_in_derivative(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.forward.derivative(step.layer, step.Z, step.Z)


@replaces(
    DERIVATIVE, "A for g'", "the activation is used instead of its derivative: dZ = dA * g'(Z), not dA * A", "2.4", "dZ"
)
def value_for_derivative(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.A


@replaces(DERIVATIVE, "Z for g'", "Z is used instead of the derivative: dZ = dA * g'(Z), not dA * Z", "2.4", "dZ")
def Z_for_derivative(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.Z


@replaces(DERIVATIVE, "g' squared", "dA is multiplied by g'(Z) twice: dZ = dA * g'(Z)", "2.5", "dZ")
def derivative_twice(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.derivative.square()


@replaces(
    DERIVATIVE, "sign in g'", "a sign is wrong in the derivative: tanh has 1 - A², sigmoid has A (1 - A)", "2.4", "dZ"
)
def sign_in_derivative(step: Step) -> Iterator[Tensor]:
    A = step.A
    yield step.dA * (1 + A * A)
    yield step.dA * A * (1 + A)


@replaces(DERIVATIVE, "A not squared", "A is used instead of A²: tanh has 1 - A²", "2.4", "dZ")
def A_not_squared(step: Step) -> Iterator[Tensor]:
    yield step.dA * (1 - step.A)


@replaces(DERIVATIVE, "mask reversed", "the mask is reversed: the derivative is 1 where Z > 0", "2.4", "dZ")
def reversed_mask(step: Step) -> Iterator[Tensor]:
    if step.forward.hidden_activation.kink:
        yield step.dA * (step.Z <= 0)
        yield step.dA * step.forward.derivative(step.layer, -step.Z, -step.A)


@replaces(DERIVATIVE, "no slope", "the leaky slope is missing: the derivative is the slope where Z ≤ 0", "2.4", "dZ")
def no_slope(step: Step) -> Iterator[Tensor]:
    if step.forward.hidden_activation.slope_derivative is not None:
        yield step.dA * (step.Z > 0)


@replaces(
    DERIVATIVE, "slope everywhere", "the leaky slope is used where Z > 0 too: the derivative is 1 there", "2.4", "dZ"
)
def slope_everywhere(step: Step) -> Iterator[Tensor]:
    slope = step.forward.slopes[step.layer - 1]
    if slope is not None:
        yield step.dA * slope.detach()


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
        f"the derivative is that of {activation.name}, not of the layer's activation",
        "2.4",
        ("dZ",),
        suspects=suspects,
    )


@replaces(
    DERIVATIVE, "g' of another layer", "the derivative is that of another layer: dZ[l] = dA[l] * g'(Z[l])", "3.2", "dZ"
)
def derivative_of_another_layer(step: Step) -> Iterator[Tensor]:
    for l, cache in enumerate(step.forward.caches[:-1], start=1):
        if l != step.layer and cache.Z.shape == step.Z.shape:
            yield step.dA * step.forward.derivative(l, cache.Z, cache.A)


@replaces(DERIVATIVE, "g' at A_prev", "the derivative is taken at A[l-1] instead of Z[l]", "3.2", "dZ")
def derivative_at_A_prev(step: Step) -> Iterator[Tensor]:
    A_prev = step.A_prev
    if A_prev.shape == step.Z.shape:
        forward = step.forward
        value = forward.hidden_activation.value(A_prev, forward.slopes[step.layer - 1])
        yield step.dA * forward.derivative(step.layer, A_prev, A_prev)
        yield step.dA * forward.derivative(step.layer, A_prev, value)


DERIVATIVE += [of_another(activation) for activation in ACTIVATIONS.values() if activation.name != "identity"]
