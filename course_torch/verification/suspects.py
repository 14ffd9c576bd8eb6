"""What suspects are computed from: the forward pass, and the backward step that computes one tensor.

A suspect is the tensor that a known mistake computes instead of the right tensor.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from course_torch.formulas.activation import Activation
from course_torch.formulas.layers import LayerCache
from course_torch.verification.names import Kind, TensorName
from course_torch.verification.true_derivative import true_derivative


@dataclass(frozen=True)
class ForwardPass:
    """The caches, W and leaky slopes of layers 1 to L, the labels, and the hidden activation."""

    caches: Sequence[LayerCache]
    W: Sequence[Tensor]
    slopes: Sequence[Tensor | None]
    Y: Tensor
    hidden_activation: Activation

    def derivative(self, l: int, Z: Tensor | None = None) -> Tensor:
        """g' of hidden layer l at its own Z or at another, by autograd: the formula of g' may be the mistake."""
        return self.own_derivatives[l - 1] if Z is None else self._at(l, Z)

    @cached_property
    def own_derivatives(self) -> list[Tensor]:
        """g'(Z[l]) of the hidden layers."""
        return [self._at(l, cache.Z) for l, cache in enumerate(self.caches[:-1], start=1)]

    def _at(self, l: int, Z: Tensor) -> Tensor:
        return true_derivative(self.hidden_activation, Z, self.slopes[l - 1])

    def formula_of_derivative(self, l: int, argument: Tensor) -> Iterator[Tensor]:
        """What the formula of g' gives for a wrong argument; nothing if the formula itself is wrong."""
        (_, Z, A), slope = self.caches[l - 1], self.slopes[l - 1]
        found = self.hidden_activation.derivative(Z, A, slope)
        right = self.derivative(l)
        if found.shape == Z.shape and torch.allclose(found.to(right.dtype), right, rtol=1e-4, atol=1e-4):
            yield self.hidden_activation.derivative(argument, argument, slope)


@dataclass(frozen=True)
class Step:
    """The backward step that computes the tensor `name`. `right` holds the right tensors of the whole backward pass.

    `layer` is the layer l whose backward step computes the tensor. The step of layer l also computes dA[l-1].
    """

    name: TensorName
    right: Mapping[TensorName, Tensor]
    forward: ForwardPass

    @property
    def layer(self) -> int:
        return self.name.layer + 1 if self.name.kind == "dA" else self.name.layer

    @property
    def L(self) -> int:
        return len(self.forward.W)

    @property
    def m(self) -> int:
        return len(self.forward.Y)

    @property
    def place(self) -> str:
        """The kind of the tensor. dZ[L] is a kind of its own, apart from dZ of the hidden layers."""
        return "dZ[L]" if self.name == TensorName("dZ", self.L) else self.name.kind

    @property
    def reference(self) -> Tensor:
        return self.right[self.name]

    @property
    def Z(self) -> Tensor:
        return self.forward.caches[self.layer - 1].Z

    @property
    def A(self) -> Tensor:
        return self.forward.caches[self.layer - 1].A

    @property
    def A_prev(self) -> Tensor:
        return self.forward.caches[self.layer - 1].A_prev

    @property
    def Y(self) -> Tensor:
        return self.forward.Y.to(self.A.dtype)

    @property
    def W(self) -> Tensor:
        return self.forward.W[self.layer - 1]

    @property
    def dZ(self) -> Tensor:
        return self.right[TensorName("dZ", self.layer)]

    @property
    def dW(self) -> Tensor:
        return self.right[TensorName("dW", self.layer)]

    @property
    def dA(self) -> Tensor:
        """dA[l]. At the output layer it is the derivative of the cross-entropy of sigmoid outputs."""
        if self.layer == self.L:
            return -self.Y / self.A + (1 - self.Y) / (1 - self.A)
        return self.right[TensorName("dA", self.layer)]

    @property
    def derivative(self) -> Tensor:
        """g'(Z[l])."""
        return self.forward.derivative(self.layer)

    def others(self, kind: Kind) -> list[Tensor]:
        """The right tensors of this kind in the other layers."""
        return [tensor for name, tensor in self.right.items() if name.kind == kind and name.layer != self.layer]

    def at(self, kind: Kind) -> "Step":
        """The step of the same layer that computes the tensor of this kind."""
        return Step(TensorName(kind, self.layer), self.right, self.forward)
