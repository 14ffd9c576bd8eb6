"""The two passes of a network on examples, and what judges another backward pass from the same forward pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.mistakes.context import ForwardPass, TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.diagnosis import Diagnosis, diagnose
from course_torch.verification.reference import Tensors, by_autograd, product_eps, standard_errors, with_slope_1_at_zero


@dataclass(frozen=True, eq=False)
class RightPass:
    """A network with examples X (m, n_x), Y (m, n_y). Its tensors are computed when they are asked for, and once."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor

    @cached_property
    def caches(self) -> list[LayerCache]:
        """A[l-1], Z[l], A[l] of layers 1 to L."""
        with torch.no_grad():
            return self.network.caches(self.X)

    @cached_property
    def steps(self) -> list[BackwardStep]:
        """dZ[l], dW[l], db[l], dA[l-1] of layers 1 to L, by the formulas."""
        return self.network.backward_steps(self.X, self.Y, input_derivative=True)

    @cached_property
    def right(self) -> Tensors:
        """Every tensor of the backward pass, by autograd."""
        return by_autograd(self.network, self.X, self.Y)

    @cached_property
    def right_with_slope_1(self) -> Tensors:
        """Every tensor of the backward pass, with slope 1 of ReLU where Z is exactly 0."""
        return with_slope_1_at_zero(self.network, self.caches, self.Y)

    @cached_property
    def forward(self) -> ForwardPass:
        return ForwardPass.of(self.network, self.caches, self.Y)

    def errors(self, eps: float | None = None) -> Tensors:
        """The standard rounding error of each entry: with this ε, or with that of the network's matrix products."""
        eps = product_eps(self.X) if eps is None else eps
        if eps not in self._errors:
            self._errors[eps] = standard_errors(self.network, self.caches, self.Y, self.steps, eps)
        return self._errors[eps]

    @cached_property
    def _errors(self) -> dict[float, Tensors]:
        return {}

    def diagnosis(self, found: Mapping[TensorName, Tensor], eps: float | None = None) -> Diagnosis | None:
        """The first wrong tensor of another backward pass, and its causes. None if all tensors are right."""
        alternatives = [self.right_with_slope_1]
        return diagnose(found, self.right, self.errors(eps), self.forward, alternatives)


class Reference(RightPass):
    """The right passes without the formulas of the backward pass, which are under judgement."""

    @cached_property
    def steps(self) -> list[BackwardStep]:
        """The tensors of layers 1 to L, by autograd."""
        return [step_of(self.right, l) for l in range(1, len(self.caches) + 1)]


def step_of(tensors: Tensors, l: int) -> BackwardStep:
    """The tensors of layer l as the backward step that computes them."""
    dZ, dW, db, dA_prev = (tensors[TensorName(*name)] for name in (("dZ", l), ("dW", l), ("db", l), ("dA", l - 1)))
    return BackwardStep(dZ, LayerGradients(dW, db, tensors.get(TensorName("dslope", l))), dA_prev)
