"""The gradients of a network's layers by their names, and the tensors of a layer as a backward step."""

from collections.abc import Sequence

from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerGradients
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import Kind, TensorName, Tensors

OF_PARAMETERS: tuple[Kind, ...] = ("dW", "db", "dslope")
"""The derivatives by the parameters of a layer, in the order of its parameters."""


def step_of(tensors: Tensors, l: int) -> BackwardStep:
    """The tensors of layer l as the backward step that computes them."""
    dZ, dW, db, dA_prev = (tensors[TensorName(*name)] for name in (("dZ", l), ("dW", l), ("db", l), ("dA", l - 1)))
    return BackwardStep(dZ, LayerGradients(dW, db, tensors.get(TensorName("dslope", l))), dA_prev)


def parameters(network: DeepNetwork) -> dict[TensorName, Tensor]:
    """Name of the gradient -> parameter, for all learned parameters."""
    return {
        TensorName(kind, l): parameter
        for l, layer in enumerate(network.layers, start=1)
        for kind, parameter in zip(OF_PARAMETERS, layer.learned(), strict=False)
    }


def parameter_gradients(network: DeepNetwork) -> Tensors:
    """Name -> `.grad`, for all learned parameters that have a gradient."""
    named = parameters(network).items()
    return {name: parameter.grad for name, parameter in named if parameter.grad is not None}


def named_gradients(gradients: Sequence[LayerGradients]) -> Tensors:
    """Name -> gradient, from layer L to layer 1."""
    return {
        TensorName(kind, l): tensor
        for l, layer in reversed(list(enumerate(gradients, start=1)))
        for kind, tensor in zip(OF_PARAMETERS, layer, strict=False)
        if tensor is not None
    }
