"""The formulas of the forward pass in the order of the pass, each as a call with its reference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal

import torch
from torch import Tensor

from course_torch.formulas import layers as formulas
from course_torch.formulas.activation import Activation
from course_torch.formulas.costs import cost
from course_torch.formulas.output import Output
from course_torch.language import Text, same
from course_torch.mistakes.context import ForwardContext
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.forward_findings import ForwardPlace
from course_torch.verification.reference import (
    Judged,
    exact,
    losses,
    product_eps,
    total,
    true_function,
    values,
    weighted_sums,
)

Found = dict[str, Tensor]
LOSS_NAME = "the losses L"
LOSSES = Text(LOSS_NAME, "损失 L")


@dataclass(frozen=True)
class ForwardCall:
    """One formula of the forward pass.

    name        of the tensor that it computes, such as "Z[1]"
    place       the kind of the tensor
    formula     is called with the arguments
    named       the function to blame: `formula` may only call it
    shape       the shape that the tensor must have
    dtype       the dtype that the tensor must have
    step        the arguments in float64, from which suspects are computed
    reference   from the arguments in float64 the right tensor and its rounding errors, for J those of m J; or why there
                is no reference, in words
    """

    name: str
    place: ForwardPlace | Literal["J"]
    formula: Callable[..., Any]
    named: Callable[..., Any]
    arguments: dict[str, Any]
    shape: tuple[int, ...]
    dtype: torch.dtype
    step: ForwardContext
    reference: Callable[..., Judged | Text]

    @property
    def told(self) -> Text:
        """The name of the tensor in words."""
        return LOSSES if self.name == LOSS_NAME else same(self.name)

    @cached_property
    def right(self) -> Judged | Text:
        """What the reference computes from the arguments."""
        return self.reference(*map(in_float64, self.arguments.values()))


def in_float64(argument: Any) -> Any:
    """A tensor in float64 on the CPU; any other argument as it is."""
    return exact(argument) if isinstance(argument, Tensor) else argument


def forward_calls(network: DeepNetwork, X: Tensor, Y: Tensor, found: Found) -> Iterator[ForwardCall]:
    """Yield the calls from layer 1 to J. `found` must hold the results of the calls before, by their names."""
    A = X
    for l, layer in enumerate(network.tensors(), start=1):
        yield linear_call(l, A, layer.W, layer.b)
        Z = found[f"Z[{l}]"]
        yield value_call(network, l, Z, layer.slope)
        A = found[f"A[{l}]"]
    yield loss_call(network, Z, Y)
    L_of_examples = found[LOSS_NAME]
    arguments, eps = {"losses": L_of_examples, "m": len(X)}, torch.finfo(X.dtype).eps

    def m_J(losses: Tensor, m: int) -> Judged:
        return total(losses, eps)

    yield ForwardCall("J", "J", cost, cost, arguments, (), L_of_examples.dtype, ForwardContext(), m_J)


def linear_call(l: int, A_prev: Tensor, W: Tensor, b: Tensor) -> ForwardCall:
    """Z[l] = A[l-1] W[l]ᵀ + b[l]."""
    step = ForwardContext(A_prev=exact(A_prev), W=exact(W), b=exact(b))
    reference = partial(weighted_sums, eps=product_eps(A_prev))
    arguments, shape = {"A_prev": A_prev, "W": W, "b": b}, (len(A_prev), len(W))
    linear = formulas.linear
    return ForwardCall(f"Z[{l}]", "Z", linear, linear, arguments, shape, A_prev.dtype, step, reference)


def value_call(network: DeepNetwork, l: int, Z: Tensor, slope: Tensor | None) -> ForwardCall:
    """A[l] = g(Z[l]). The value of a hidden activation calls its function."""
    g: Activation | Output = network.output if l == len(network.layers) else network.hidden_activation
    named = g.function if isinstance(g, Activation) else g.value
    arguments = {"Z": Z} if slope is None else {"Z": Z, "slope": slope}
    exact_slope, dtype = None if slope is None else exact(slope), Z.dtype
    step = ForwardContext(g.name, true_function(g, exact_slope) or g.value, Z=exact(Z), slope=exact_slope)

    def reference(Z: Tensor, slope: Tensor | None = None) -> Judged | Text:
        return values(g, Z, slope, dtype)

    return ForwardCall(f"A[{l}]", "A", g.value, named, arguments, tuple(Z.shape), dtype, step, reference)


def loss_call(network: DeepNetwork, Z: Tensor, Y: Tensor) -> ForwardCall:
    """L of each example."""
    output, dtype = network.output, torch.promote_types(Z.dtype, Y.dtype)
    step = ForwardContext(output.name, true_function(output) or output.value, Z=exact(Z), Y=exact(Y))
    reference = partial(losses, output, dtype=Z.dtype)
    arguments = {"Z": Z, "Y": Y}
    return ForwardCall(LOSS_NAME, "L", output.losses, output.losses, arguments, (len(Z),), dtype, step, reference)
