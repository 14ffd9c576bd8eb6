"""J with a hand-written derivative: chooses the form of the bridge."""

from collections.abc import Sequence

from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.activation import Activation
from course_torch.formulas.output import Output
from course_torch.network.autograd_bridge import NetworkCost
from course_torch.network.propagation import Layer
from course_torch.network.transformed_cost import TransformedCost, transforms_active


def network_cost(
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    layers: Sequence[Layer],
    hidden_activation: Activation,
    output: Output,
    m: float | None,
) -> Float[Tensor, ""]:
    """J = (1/m) Σ L: the cost, whose backward pass is hand-written. m is len(X) if it is None."""
    parameters = [tensor for layer in layers for tensor in (layer.W, layer.b, layer.slope)]
    bridge = TransformedCost if transforms_active() else NetworkCost
    try:
        return bridge.apply(X, Y, m, hidden_activation, output, *parameters)
    except RuntimeError:
        check_recordable(X, Y, layers)
        raise


def check_recordable(X: Tensor, Y: Tensor, layers: Sequence[Layer]) -> None:
    """Reject tensors of torch's inference mode, which autograd cannot save. Raises InputError."""
    named = {"X": X, "Y": Y}
    for l, layer in enumerate(layers, start=1):
        named |= {f"W[{l}]": layer.W, f"b[{l}]": layer.b}
    for name, tensor in named.items():
        if tensor.is_inference():
            raise InputError(
                f"{name}: found a tensor made in torch.inference_mode, which autograd cannot save; "
                "make it outside, pass its clone(), or compute J under torch.no_grad"
            )
