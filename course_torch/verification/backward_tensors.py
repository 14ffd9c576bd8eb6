"""Compute every tensor of a backward pass by the formulas and by autograd, and list them in the order of computation.

The order is dZ[L], dW[L], db[L], dA[L-1], dslope[L-1] (if a slope is learned), dZ[L-1], … dW[1], db[1], dA[0].
"""

from collections.abc import Sequence
from copy import deepcopy

import torch
from jaxtyping import Float, Num
from torch import Tensor, nn

from course_torch.errors import InputError
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.parameters import LayerParameters, LayerTensors
from course_torch.network.propagation import backward_propagation
from course_torch.verification.rounding import StepErrors

Tensors = dict[TensorName, Tensor]


def in_order(steps: Sequence[BackwardStep | StepErrors]) -> Tensors:
    """Name -> tensor, from layer L to layer 1. `steps` are the backward steps of layers 1 to L, or their errors."""
    tensors: dict[TensorName, Tensor | None] = {}
    for l in range(len(steps), 0, -1):
        step = steps[l - 1]
        dW, db, dslope = step.gradients if isinstance(step, BackwardStep) else (step.dW, step.db, step.dslope)
        tensors |= {
            TensorName("dslope", l): dslope,
            TensorName("dZ", l): step.dZ,
            TensorName("dW", l): dW,
            TensorName("db", l): db,
        }
        tensors[TensorName("dA", l - 1)] = step.dA_prev
    return {name: tensor for name, tensor in tensors.items() if tensor is not None}


def with_slope_1_at_zero(network: DeepNetwork, caches: Sequence[LayerCache], Y: Num[Tensor, "m n_y"]) -> Tensors:
    """Run the hand-written backward pass with g'(0) = g'(0+), which notes 2.4 allow as well as g'(0) = g'(0-)."""
    tiny = torch.finfo(caches[0].Z.dtype).tiny
    above = [cache._replace(Z=torch.where(cache.Z == 0, tiny, cache.Z)) for cache in caches]
    with torch.no_grad():
        steps = backward_propagation(
            Y, network.layers, above, network.hidden_activation, network.output, m=len(Y), input_derivative=True
        )
    return in_order(steps)


def by_autograd(network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> Tensors:
    """dZ = m · Z.grad, dA = m · A.grad, dW = W.grad, db = b.grad, by torch.autograd (docs/backprop.md)."""
    network = trainable_copy(network)
    with torch.enable_grad():
        caches = network.caches(X.detach().requires_grad_())
        J = network.output.cost(caches[-1].Z, Y)
    if not J.requires_grad:
        raise InputError("the forward pass: autograd finds no way from any parameter to J; a formula detaches it")
    names, inputs = zip(*named_inputs(network, caches), strict=True)
    gradients = dict(zip(names, torch.autograd.grad(J, inputs, allow_unused=True), strict=True))
    lost = [f"{name.kind[1:]}[{name.layer}]" for name, gradient in gradients.items() if gradient is None]
    if lost:
        raise InputError(
            f"the forward pass: autograd finds no way from {', '.join(lost)} to J; a formula leaves it out"
        )
    return {name: len(X) * gradient if name.of_loss else gradient for name, gradient in gradients.items()}


def trainable_copy(network: DeepNetwork) -> DeepNetwork:
    """Copy the network without its gradients. Each layer of the copy has trainable parameters of its own.

    A parameter may be frozen, shared or computed in the network.
    """
    layers = nn.ModuleList(own_parameters(layer()) for layer in network.layers)
    return deepcopy(network, {id(network.layers): layers})


def own_copies(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[DeepNetwork, Tensor, Tensor]:
    """Copies that a judged formula may change in place: the caller keeps its network and its examples."""
    return trainable_copy(network), X.detach().clone(), Y.clone()


def own_parameters(tensors: LayerTensors) -> LayerParameters:
    """A layer with copies of these tensors."""
    learned = len(tensors.learned()) == len(LayerGradients._fields)
    with torch.device("meta"):  # draws no numbers
        layer = LayerParameters(
            *reversed(tensors.W.shape), slope=None if tensors.slope is None else 0, learn_slope=learned
        )
    for name, tensor in tensors._asdict().items():
        if tensor is not None:
            copy = tensor.detach().clone()
            setattr(layer, name, copy if name == "slope" and not learned else nn.Parameter(copy))
    return layer


def named_inputs(network: DeepNetwork, caches: Sequence[LayerCache]) -> list[tuple[TensorName, Tensor]]:
    """(name of the derivative, tensor to differentiate by), in the order of computation."""
    inputs: list[tuple[TensorName, Tensor]] = []
    for l in range(len(caches), 0, -1):
        layer, cache = network.layers[l - 1], caches[l - 1]
        W, b, *slope = layer.learned()
        inputs += [(TensorName("dslope", l), each) for each in slope]
        inputs += [
            (TensorName("dZ", l), cache.Z),
            (TensorName("dW", l), W),
            (TensorName("db", l), b),
            (TensorName("dA", l - 1), cache.A_prev),
        ]
    return inputs
