"""Forward and backward propagation through L layers (notes 3.2 and 3.3), and the names of the tensors on the way back.

In lists of layers, caches and steps, index 0 is layer 1. Any object with W, b and slope can be a layer.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.activations import Activation
from course_torch.formulas.layers import BackwardStep, LayerCache, block, block_backward, linear, linear_step
from course_torch.formulas.outputs import Output


@runtime_checkable
class Layer(Protocol):
    """The attributes of a layer that both passes read."""

    @property
    def W(self) -> Tensor:
        """(n_out, n_in)"""

    @property
    def b(self) -> Tensor:
        """(1, n_out)"""

    @property
    def slope(self) -> Tensor | None:
        """(), or None for an activation without a slope"""


def forward_propagation(
    X: Float[Tensor, "m n_x"], layers: Iterable[Layer], hidden_activation: Activation, output: Output
) -> list[LayerCache]:
    """A[0] = X; Z[l] = A[l-1] W[l]ᵀ + b[l] and A[l] = g(Z[l]) for l = 1 … L. Returns the caches of layers 1 to L."""
    *hidden_layers, last_layer = layers
    caches: list[LayerCache] = []
    A = X
    for layer in hidden_layers:
        caches.append(block(A, layer.W, layer.b, hidden_activation, layer.slope))
        A = caches[-1].A
    Z = linear(A, last_layer.W, last_layer.b)
    caches.append(LayerCache(A, Z, output.value(Z)))
    return caches


def backward_propagation(
    Y: Num[Tensor, "m n_y"],
    layers: Iterable[Layer],
    caches: Sequence[LayerCache],
    hidden_activation: Activation,
    output: Output,
    *,
    m: float,
    dJ: Float[Tensor, ""] | float = 1.0,
    input_derivative: bool = False,
) -> list[BackwardStep]:
    """dZ[L] = dL/dZ[L]; for l = L … 1: dW[l], db[l], dA[l-1] = dZ[l] W[l], dZ[l-1] = dA[l-1] * g'(Z[l-1]).

    Returns the steps of layers 1 to L. dJ is the derivative of the final scalar by J. It multiplies dZ[L] instead of
    dW and db, because a loss scaled up for half precision must be scaled before small entries underflow. dA[0] costs
    as much as dW[1] and no parameter needs it, so it is computed only with `input_derivative`.
    """
    steps: list[BackwardStep] = []
    (*hidden_layers, last_layer), (*hidden_caches, last_cache) = layers, caches
    dZ = dJ * output.derivative(last_cache.A, Y)
    wanted = input_derivative or bool(hidden_layers)
    steps.append(linear_step(dZ, last_cache.A_prev, last_layer.W, m, input_derivative=wanted))
    for l in range(len(hidden_layers), 0, -1):
        layer, cache, dA = hidden_layers[l - 1], hidden_caches[l - 1], steps[-1].dA_prev
        assert dA is not None
        wanted = input_derivative or l > 1
        steps.append(block_backward(dA, cache, layer.W, hidden_activation, m, layer.slope, input_derivative=wanted))
    return steps[::-1]


Kind = Literal["dZ", "dW", "db", "dA", "dslope"]


class TensorName(NamedTuple):
    """The name of dZ[l], dW[l], db[l], dslope[l] for l = 1 … L, or of dA[l] for l = 0 … L - 1. It prints as "dW[2]"."""

    kind: Kind
    layer: int

    def __str__(self) -> str:
        return f"{self.kind}[{self.layer}]"

    @property
    def of_loss(self) -> bool:
        """Whether the tensor is a derivative of each example's loss L. The other tensors are derivatives of J."""
        return self.kind in ("dZ", "dA")


Tensors = dict[TensorName, Tensor]


def in_order(steps: Sequence[BackwardStep]) -> Tensors:
    """Name -> tensor of the backward steps of layers 1 to L, or of their errors, in the order of computation.

    dZ[L], dW[L], db[L], dA[L-1], dslope[L-1] (if a slope is learned), dZ[L-1], … dW[1], db[1], dA[0].
    """
    tensors: dict[TensorName, Tensor | None] = {}
    for l, step in reversed(list(enumerate(steps, start=1))):
        tensors |= {
            TensorName("dslope", l): step.gradients.dslope,
            TensorName("dZ", l): step.dZ,
            TensorName("dW", l): step.gradients.dW,
            TensorName("db", l): step.gradients.db,
            TensorName("dA", l - 1): step.dA_prev,
        }
    return {name: tensor for name, tensor in tensors.items() if tensor is not None}
