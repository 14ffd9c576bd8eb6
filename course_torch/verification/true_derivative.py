"""g'(Z) without the code under test: by autograd, from g alone."""

import torch
from torch import Tensor

from course_torch.formulas.activation import Activation


@torch.enable_grad()
def true_derivative(activation: Activation, Z: Tensor, slope: Tensor | None = None) -> Tensor:
    """g'(Z): the derivative of the activation's value, by torch.autograd."""
    Z = Z.detach().requires_grad_()
    A = activation.value(Z, None if slope is None else slope.detach())
    return torch.autograd.grad(A.sum(), Z)[0]
