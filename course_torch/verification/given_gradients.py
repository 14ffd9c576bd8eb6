"""Gradients that a function of the user or a subclass of DeepNetwork gives."""

from collections.abc import Sequence

from torch import Tensor

from course_torch.formulas.layers import LayerGradients
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.as_trained import KINDS
from course_torch.verification.backward_tensors import Tensors


def answers_itself(network: DeepNetwork) -> bool:
    """Whether the network is of a subclass that computes its gradients by a method of its own."""
    return type(network).manual_gradients is not DeepNetwork.manual_gradients


def answered(network: DeepNetwork, X: Tensor, Y: Tensor) -> Tensors:
    """The gradients of a subclass that computes them by a method of its own."""
    return named_gradients(network.manual_gradients(X, Y)) if answers_itself(network) else {}


def whole(found: Tensors, right: Tensors) -> bool:
    """Whether every tensor is there in its shape: training with the others would end in an error of torch."""
    return all(name in found and found[name].shape == tensor.shape for name, tensor in right.items())


def named_gradients(gradients: Sequence[LayerGradients]) -> Tensors:
    """Name -> gradient, from layer L to layer 1."""
    return {
        TensorName(kind, l): tensor
        for l, layer in reversed(list(enumerate(gradients, start=1)))
        for kind, tensor in zip(KINDS, layer, strict=False)
        if tensor is not None
    }
