"""Activations and their backward steps that write the result into a given tensor, as torch's `out=` functions do.

The fast loops of gradient descent use these functions to reuse their buffers. g(Z) of sigmoid and tanh is not here:
torch has `torch.sigmoid(Z, out=A)` and `torch.tanh(Z, out=A)`.
"""

import torch
from torch import Tensor

sigmoid_backward_out = torch.ops.aten.sigmoid_backward.grad_input
"""f(dA, A, grad_input): write dA * A (1 - A) into `grad_input`."""
tanh_backward_out = torch.ops.aten.tanh_backward.grad_input
"""f(dA, A, grad_input): write dA * (1 - A²) into `grad_input`."""


def relu_out(Z: Tensor, out: Tensor) -> None:
    """out = relu(Z): written into the given tensor."""
    torch.clamp_min(Z, 0, out=out)


def relu_backward_out(dA: Tensor, Z: Tensor, grad_input: Tensor) -> None:
    """grad_input = dA * [Z > 0]: dZ of relu, written into the given tensor."""
    torch.ops.aten.threshold_backward.grad_input(dA, Z, 0, grad_input=grad_input)


def leaky_relu_out(Z: Tensor, slope: Tensor, out: Tensor) -> None:
    """out = leaky_relu(Z, slope): written into the given tensor."""
    torch.where(Z > 0, Z, slope * Z, out=out)
