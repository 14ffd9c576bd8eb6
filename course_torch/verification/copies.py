"""Copies of a network and its examples: a judge changes neither, and needs parameters that can be trained."""

from copy import deepcopy

import torch
from torch import Tensor, nn

from course_torch.formulas.layers import LayerGradients
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.parameters import LayerParameters, LayerTensors


def trainable_copy(network: DeepNetwork) -> DeepNetwork:
    """Copy the network without its gradients. Each layer of the copy has trainable parameters of its own.

    A parameter may be frozen, shared or computed in the network.
    """
    layers = nn.ModuleList(own_parameters(layer()) for layer in network.layers)
    return deepcopy(network, {id(network.layers): layers})


RANDOM_B = Text(", seen with random b", "，b 取随机数时可见")


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
