"""The right forward and backward pass of a network on examples: autograd's tensors with their rounding errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.float64 import exact
from course_torch.formulas.average import average
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.formulas.outputs import sum_rounding
from course_torch.mistakes.context import ForwardPass
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName, Tensors, backward_propagation, in_order
from course_torch.verification.networks.parameters import trainable_copy
from course_torch.verification.networks.rounding import product_eps, rounding_errors


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
    # Each tensor takes the place of its derivative in a BackwardStep, so `in_order` gives it the derivative's name.
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


def standard_errors(
    network: DeepNetwork,
    caches: Sequence[LayerCache],
    Y: Num[Tensor, "m n_y"],
    steps: Sequence[BackwardStep],
    eps: float,
    m: float | None = None,
    *,
    in_turn: bool = False,
) -> Tensors:
    """Name -> the standard error of each entry: its rounding error, and what labels of a softmax that miss 1 add.

    An error that overflows is infinite, also where it meets g' = 0: then nothing is known of the entry.
    """
    errors = in_order(rounding_errors(network, caches, Y, steps, eps, m, in_turn=in_turn))
    added = errors_of_labels(network, caches, Y, len(Y) if m is None else m)
    return {name: (error + added.get(name, 0)).nan_to_num(nan=inf, posinf=inf) for name, error in errors.items()}


def errors_of_labels(network: DeepNetwork, caches: Sequence[LayerCache], Y: Num[Tensor, "m n_y"], m: float) -> Tensors:
    """A (Σ_j Y_j - 1) in dZ[L], and what the backward pass makes of it. Empty for other outputs than softmax.

    The derivative of the loss is A Σ Y - Y. The difference from A - Y may have one sign in all examples, and then grows
    more in a sum than independent errors.
    """
    if network.output.name != "softmax":
        return {}
    off = (exact(Y).sum(dim=1, keepdim=True) - 1).clamp(-sum_rounding(Y), sum_rounding(Y))
    dZ = exact(caches[-1].A) * off
    wide = trainable_copy(network).cpu().double()
    added = gradients_of(wide, exact(caches[0].A_prev), lambda Z: average((dZ * Z).sum(), m), m)
    return {name: tensor.abs() for name, tensor in added.items()}


def step_of(tensors: Tensors, l: int) -> BackwardStep:
    """The tensors of layer l as the backward step that computes them."""
    dZ, dW, db, dA_prev = (tensors[TensorName(*name)] for name in (("dZ", l), ("dW", l), ("db", l), ("dA", l - 1)))
    return BackwardStep(dZ, LayerGradients(dW, db, tensors.get(TensorName("dslope", l))), dA_prev)


@dataclass(frozen=True, eq=False)
class RightPass:
    """A network with examples X (m, n_x), Y (m, n_y). Its tensors are computed when they are asked for, and once."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor
    _errors: dict[tuple[float, bool], Tensors] = field(default_factory=dict, init=False)

    @cached_property
    def caches(self) -> list[LayerCache]:
        """A[l-1], Z[l], A[l] of layers 1 to L."""
        with torch.no_grad():
            return self.network.caches(self.X)

    @cached_property
    def right(self) -> Tensors:
        """Every tensor of the backward pass, by autograd."""
        return by_autograd(self.network, self.X, self.Y)

    @cached_property
    def right_with_slope_1(self) -> Tensors:
        """The hand-written backward pass with g'(0) = g'(0+), which notes 2.4 allow as well as g'(0) = g'(0-)."""
        network, tiny = self.network, torch.finfo(self.caches[0].Z.dtype).tiny
        above = [cache._replace(Z=torch.where(cache.Z == 0, tiny, cache.Z)) for cache in self.caches]
        g, m = network.hidden_activation, len(self.Y)
        with torch.no_grad():
            steps = backward_propagation(self.Y, network.layers, above, g, network.output, m=m, input_derivative=True)
        return in_order(steps)

    @cached_property
    def forward(self) -> ForwardPass:
        """What a diagnosis needs of the forward pass."""
        return ForwardPass.of(self.network, self.caches, self.Y)

    def errors(self, eps: float | None = None, *, in_turn: bool = False) -> Tensors:
        """The standard rounding error of each entry: with this ε, or with that of the network's matrix products.

        in_turn   whether the sums may add their terms one after another, as those of a learner do
        """
        key = product_eps(self.X) if eps is None else eps, in_turn
        if key not in self._errors:
            steps = [step_of(self.right, l) for l in range(1, len(self.caches) + 1)]
            self._errors[key] = standard_errors(self.network, self.caches, self.Y, steps, key[0], in_turn=in_turn)
        return self._errors[key]
