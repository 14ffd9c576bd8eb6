"""The parameters of a network as a judge needs them: trainable in a copy, with their gradients by name.

A judge changes neither the network nor its examples.
"""

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from course_torch.formulas.layers import LayerGradients
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.parameters import LayerParameters, LayerTensors
from course_torch.network.propagation import Kind, TensorName, Tensors

RANDOM_B = Text(", seen with random b", "，b 取随机数时可见")
OF_PARAMETERS: tuple[Kind, ...] = ("dW", "db", "dslope")
"""The derivatives by the parameters of a layer, in the order of its parameters."""


def trainable_copy(network: DeepNetwork) -> DeepNetwork:
    """Copy the network without its gradients. Each layer of the copy has trainable parameters of its own.

    A parameter may be frozen, shared or computed in the network.
    """
    layers = nn.ModuleList(own_parameters(layer()) for layer in network.layers)
    return deepcopy(network, {id(network.layers): layers})


@torch.no_grad()
def with_random_b(network: DeepNetwork, seed: int) -> DeepNetwork:
    """A copy of the network with random b."""
    copy, generator = trainable_copy(network), torch.Generator().manual_seed(seed)
    for layer in copy.layers:
        layer.b.copy_(torch.randn(layer.b.shape, generator=generator))
    return copy


def own_copies(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[DeepNetwork, Tensor, Tensor]:
    """Copies that a judged formula may change in place: the caller keeps its network and its examples."""
    return trainable_copy(network), X.detach().clone(), Y.clone()


def own_parameters(tensors: LayerTensors) -> LayerParameters:
    """A layer with copies of these tensors."""
    learned = len(tensors.learned()) == len(LayerGradients._fields)
    layer = LayerParameters.__new__(LayerParameters)
    nn.Module.__init__(layer)  # LayerParameters would draw numbers
    for name, tensor in tensors._asdict().items():
        copy = None if tensor is None else tensor.detach().clone()
        if copy is None or (name == "slope" and not learned):
            layer.register_buffer(name, copy)
        else:
            layer.register_parameter(name, nn.Parameter(copy))
    return layer


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
