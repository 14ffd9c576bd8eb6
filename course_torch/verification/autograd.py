"""The right tensors of the backward pass, by torch.autograd."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.layers import BackwardStep, LayerGradients
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import Tensors, in_order
from course_torch.verification.copies import trainable_copy


def by_autograd(network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> Tensors:
    """dZ = m · Z.grad, dA = m · A.grad, dW = W.grad, db = b.grad, by torch.autograd (docs/average.md)."""
    return gradients_of(trainable_copy(network), X, lambda Z: network.output.cost(Z, Y), len(X))


def gradients_of(network: DeepNetwork, X: Tensor, cost: Callable[[Tensor], Tensor], m: float) -> Tensors:
    """The derivatives of a cost that is computed from Z[L]: those by Z and A times m, those by W, b and the slopes.

    Every parameter of the network must be trainable. Raises InputError if autograd finds no way to the cost.
    """
    with torch.enable_grad():
        caches = network.caches(X.detach().requires_grad_())
        J = cost(caches[-1].Z)
    if not J.requires_grad:
        raise InputError(
            "the forward pass: autograd finds no way from any parameter to J; a formula detaches it",
            "正向传播：autograd 找不到从任何参数到 J 的路径；有一个公式断开了它",
        )
    layers = zip(network.layers, caches, strict=True)
    # Each tensor stands where its derivative stands in a step, so its name is that of the derivative.
    inputs = in_order(
        [BackwardStep(cache.Z, LayerGradients(*layer.learned()), cache.A_prev) for layer, cache in layers]
    )
    gradients = dict(zip(inputs, torch.autograd.grad(J, [*inputs.values()], allow_unused=True), strict=True))
    lost = [f"{name.kind[1:]}[{name.layer}]" for name, gradient in gradients.items() if gradient is None]
    if lost:
        raise InputError(
            f"the forward pass: autograd finds no way from {', '.join(lost)} to J; a formula leaves it out",
            f"正向传播：autograd 找不到从 {', '.join(lost)} 到 J 的路径；有一个公式漏掉了它",
        )
    return {name: m * gradient if name.of_loss else gradient for name, gradient in gradients.items()}
