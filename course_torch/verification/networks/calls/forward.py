"""The forward pass as calls of its formulas, each with the reference that judges it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import torch
from torch import Tensor

from course_torch.float64 import exact
from course_torch.formulas import layers as formulas
from course_torch.formulas.activations import Activation
from course_torch.formulas.costs import cost
from course_torch.formulas.outputs import Output
from course_torch.language import Text
from course_torch.mistakes.context import ForwardContext
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.networks.calls.call import FormulaCall, Ran, ran
from course_torch.verification.networks.calls.reference import (
    RightTensor,
    losses,
    total,
    true_function,
    values,
    weighted_sums,
)
from course_torch.verification.networks.explain.wrong_forward import ForwardPlace, causes_of_cost, causes_of_tensor
from course_torch.verification.networks.rounding import product_eps

THE_LOSSES = Text("the losses L", "损失 L")


@dataclass(frozen=True, kw_only=True)
class ForwardCall(FormulaCall):
    """A call of a formula of the forward pass, and what judges it.

    place       the kind of the tensor
    dtype       the dtype that the tensor must have
    context     the arguments in float64, from which suspects are computed
    reference   from the arguments in float64 the right tensor and its rounding errors, for J those of m J; or why there
                is no reference, in words
    """

    place: ForwardPlace | Literal["J"]
    dtype: torch.dtype
    context: ForwardContext
    reference: Callable[..., RightTensor | Text]

    @cached_property
    def right(self) -> RightTensor | Text:
        """What the reference computes from the arguments."""
        arguments = self.arguments.values()
        return self.reference(*(exact(each) if isinstance(each, Tensor) else each for each in arguments))

    def in_sum(self, result: Tensor) -> Tensor:
        """A result in float64, m J for J."""
        return self.arguments["m"] * exact(result) if self.place == "J" else exact(result)

    def causes_of(self, result: Tensor) -> list[Text]:
        """The causes of a result that the reference calls wrong."""
        assert not isinstance(self.right, Text)
        right, error = self.right
        if self.place == "J":
            return causes_of_cost(self.in_sum(result), right, error, self.arguments["m"])
        return causes_of_tensor(self.place, self.context, result, right, error)


def forward_pass(network: DeepNetwork, X: Tensor, Y: Tensor) -> Iterator[Ran[ForwardCall]]:
    """Run the formulas from layer 1 to J, one at a time."""
    A = X
    for l, layer in enumerate(network.tensors(), start=1):
        (Z,) = yield from ran(linear_call(l, A, layer.W, layer.b))
        (A,) = yield from ran(value_call(network, l, Z, layer.slope))
    (losses,) = yield from ran(loss_call(network, Z, Y))
    yield from ran(cost_call(losses, torch.finfo(X.dtype).eps))


def linear_call(l: int, A_prev: Tensor, W: Tensor, b: Tensor) -> ForwardCall:
    """Z[l] = A[l-1] W[l]ᵀ + b[l]."""
    return ForwardCall(
        (f"Z[{l}]",),
        formulas.linear,
        {"A_prev": A_prev, "W": W, "b": b},
        shape=(len(A_prev), len(W)),
        place="Z",
        dtype=A_prev.dtype,
        context=ForwardContext(A_prev=exact(A_prev), W=exact(W), b=exact(b)),
        reference=partial(weighted_sums, eps=product_eps(A_prev)),
    )


def value_call(network: DeepNetwork, l: int, Z: Tensor, slope: Tensor | None) -> ForwardCall:
    """A[l] = g(Z[l])."""
    g: Activation | Output = network.output if l == len(network.layers) else network.hidden_activation
    has_slope = isinstance(g, Activation) and g.slope_derivative is not None
    exact_slope = None if slope is None else exact(slope)
    return ForwardCall(
        (f"A[{l}]",),
        g.function if isinstance(g, Activation) else g.value,
        {"Z": Z, "slope": slope} if has_slope else {"Z": Z},
        shape=tuple(Z.shape),
        place="A",
        dtype=Z.dtype,
        context=ForwardContext(g.name, true_function(g, exact_slope) or g.value, Z=exact(Z), slope=exact_slope),
        reference=partial(values, g, dtype=Z.dtype),
    )


def loss_call(network: DeepNetwork, Z: Tensor, Y: Tensor) -> ForwardCall:
    """L of each example."""
    output = network.output
    return ForwardCall(
        (THE_LOSSES,),
        output.losses,
        {"Z": Z, "Y": Y},
        shape=(len(Z),),
        place="L",
        dtype=torch.promote_types(Z.dtype, Y.dtype),
        context=ForwardContext(output.name, true_function(output) or output.value, Z=exact(Z), Y=exact(Y)),
        reference=partial(losses, output, dtype=Z.dtype),
    )


def cost_call(losses: Tensor, eps: float) -> ForwardCall:
    """J. `eps` is that of X."""
    return ForwardCall(
        ("J",),
        cost,
        {"losses": losses, "m": len(losses)},
        shape=(),
        place="J",
        dtype=losses.dtype,
        context=ForwardContext(),
        reference=lambda losses, m: total(losses, eps),
    )
