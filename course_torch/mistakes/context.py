"""What the text of a mistake can name: the tensors of its own layer and those of other layers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from course_torch.formulas.activations import Activation
from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.record import FUNCTIONS, REFERENCE, Edit, evaluate
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import Kind, TensorName

COURSE_SLOPE = 0.01
"""The slope of the course's leaky ReLU."""


@torch.enable_grad()
def derivative_at(Z: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
    """The derivative of a function of each entry, by torch.autograd."""
    Z = Z.detach().requires_grad_()
    return torch.autograd.grad(function(Z).sum(), Z)[0]


def true_derivative(activation: Activation, Z: Tensor, slope: Tensor | None = None) -> Tensor:
    """g'(Z): the derivative of the activation's value, by torch.autograd: the formula of g' may be the mistake."""
    slope = None if slope is None else slope.detach()
    return derivative_at(Z, lambda Z: activation.value(Z, slope))


class Named:
    """A context whose attributes are the names of a text, as `eval` looks them up."""

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self, name)
        except AttributeError:
            raise KeyError(name) from None


@dataclass(frozen=True)
class ForwardPass:
    """The caches, W and leaky slopes of layers 1 to L, the labels, the hidden activation and the output's name.

    free_m   m while the playground records. The graph must hold for every m, so no value may choose a branch, and g'
             comes from the formula, because autograd would fix the sizes
    """

    caches: Sequence[LayerCache]
    W: Sequence[Tensor]
    slopes: Sequence[Tensor | None]
    Y: Tensor
    hidden_activation: Activation
    output: str
    free_m: float | None = None

    @classmethod
    def of(
        cls, network: DeepNetwork, caches: Sequence[LayerCache], Y: Tensor, free_m: float | None = None
    ) -> "ForwardPass":
        """Collect what a diagnosis needs of the forward pass."""
        W, slopes = [layer.W.detach() for layer in network.layers], [layer.slope for layer in network.layers]
        return cls(caches, W, slopes, Y, network.hidden_activation, network.output.name, free_m)

    def derivative(self, l: int, Z: Tensor) -> Tensor:
        """g' of hidden layer l at its own Z or at another, by autograd. Raises IndexError for the output layer."""
        if Z is self.caches[l - 1].Z:
            return self.own_derivatives[l - 1]
        if l == len(self.caches):
            raise IndexError(l)
        return self._derivative(Z, self.slopes[l - 1])

    @cached_property
    def own_derivatives(self) -> list[Tensor]:
        """g'(Z[l]) of the hidden layers."""
        layers = zip(self.caches[:-1], self.slopes, strict=False)
        return [self._derivative(cache.Z, slope) for cache, slope in layers]

    def _derivative(self, Z: Tensor, slope: Tensor | None) -> Tensor:
        g = self.hidden_activation
        return true_derivative(g, Z, slope) if self.free_m is None else g.derivative(Z, g.value(Z, slope), slope)


def of_own_layer(kind: Kind) -> property:
    """The attribute of a context that is the tensor of this kind in its layer."""
    return property(lambda context: context.tensors[TensorName(kind, context.layer)])


@dataclass(frozen=True, eq=False)
class BackwardContext(Named):
    """The backward step that computes the tensor `name`. `tensors` holds those of the whole backward pass.

    `layer` is the layer l whose backward step computes the tensor. The step of layer l also computes dA[l-1].
    """

    name: TensorName
    tensors: Mapping[TensorName, Tensor]
    forward: ForwardPass
    other_layer: int = 0

    def at(self, l: int) -> "BackwardContext":
        """The context of layer l. Raises IndexError without such a layer."""
        if not 1 <= l <= self.L:
            raise IndexError(l)
        return BackwardContext(TensorName("dZ", l), self.tensors, self.forward)

    def with_others(self) -> Iterator["BackwardContext"]:
        """This context with each other layer as `other`, from layer L down."""
        return (replace(self, other_layer=l) for l in range(self.L, 0, -1) if l != self.layer)

    def allows(self, edit: Edit) -> bool:
        """Whether the mistake is possible in this network, sizes apart."""
        return edit.possible_with(self.function, self.forward.Y.shape[1])

    @property
    def function(self) -> str:
        """The name of the function whose derivative the step computes: that of the output in layer L."""
        return self.forward.output if self.layer == self.L else self.forward.hidden_activation.name

    @property
    def place(self) -> str:
        """The kind of the tensor. dZ[L] is a kind of its own, apart from dZ of the hidden layers."""
        return "dZ[L]" if self.name == TensorName("dZ", self.L) else self.name.kind

    @property
    def right(self) -> Tensor:
        """The right tensor."""
        return self.tensors[self.name]

    @property
    def before(self) -> TensorName:
        """The tensor from which the step starts: dA for dZ and dslope, dZ for the others."""
        return TensorName("dA" if self.name.kind in ("dZ", "dslope") else "dZ", self.layer)

    def handed_on(self, tensor: Tensor) -> Tensor:
        """What this step makes, without a mistake, of another tensor in the place of `before`."""
        given = replace(self, tensors={**self.tensors, self.before: tensor})
        return evaluate(REFERENCE[self.name.kind][""], given)

    @property
    def layer(self) -> int:
        return self.name.layer + 1 if self.name.kind == "dA" else self.name.layer

    @property
    def L(self) -> int:
        return len(self.forward.W)

    @property
    def m(self) -> float:
        return len(self.forward.Y) if self.forward.free_m is None else self.forward.free_m

    @property
    def n(self) -> int:
        return self.W.shape[0]

    @property
    def i(self) -> Tensor:
        """The numbers of the examples, in a column."""
        return torch.arange(len(self.forward.Y), device=self.Z.device)[:, None]

    @property
    def other(self) -> "BackwardContext":
        return self.at(self.other_layer)

    @property
    def above(self) -> "BackwardContext":
        return self.at(self.layer + 1)

    @property
    def below(self) -> "BackwardContext":
        return self.at(self.layer - 1)

    @property
    def top(self) -> "BackwardContext":
        """The last hidden layer."""
        return self.at(self.L - 1)

    @property
    def X(self) -> Tensor:
        return self.forward.caches[0].A_prev

    @property
    def Y(self) -> Tensor:
        """The labels. Raises IndexError in a hidden layer, which has none."""
        if self.layer < self.L:
            raise IndexError(self.layer)
        return self.forward.Y.to(self.A.dtype)

    @property
    def A_prev(self) -> Tensor:
        return self.forward.caches[self.layer - 1].A_prev

    @property
    def Z(self) -> Tensor:
        return self.forward.caches[self.layer - 1].Z

    @property
    def A(self) -> Tensor:
        return self.forward.caches[self.layer - 1].A

    @property
    def W(self) -> Tensor:
        return self.forward.W[self.layer - 1]

    @property
    def b(self) -> Tensor:
        return (self.Z - self.A_prev @ self.W.T)[:1]

    @property
    def slope(self) -> Tensor:
        slope = self.forward.slopes[self.layer - 1]
        if slope is None:
            raise KeyError("slope")
        return slope.detach()

    dZ, dW, db, dslope = (of_own_layer(kind) for kind in ("dZ", "dW", "db", "dslope"))

    @property
    def dA(self) -> Tensor:
        """dA[l]. dA[L] is the derivative of the loss by the output."""
        if self.layer < self.L:
            return self.tensors[TensorName("dA", self.layer)]
        if self.forward.output == "identity":
            return self.A - self.Y
        rest = (1 - self.Y) / (1 - self.A) if self.forward.output == "sigmoid" else 0
        return -self.Y / self.A + rest

    def g_prime(self, Z: Tensor) -> Tensor:
        """g' of this hidden layer at Z. Raises IndexError in the output layer, which has no dA * g'(Z)."""
        return self.forward.derivative(self.layer, Z)

    def derivative_of(self, name: str, Z: Tensor, A: Tensor | None = None) -> Tensor:
        """g' of the activation of that name, by its reference text: from Z and its value at Z, or from another A."""
        value = FUNCTIONS.get(name, torch.clone)(Z) if A is None else A
        given = {"dA": torch.ones_like(Z), "Z": Z, "A": value, "slope": Z.new_tensor(COURSE_SLOPE)}
        return evaluate(REFERENCE["dZ"][name], given)


ABSENT = torch.empty(0, 0, dtype=torch.float64)


@dataclass(frozen=True, eq=False)
class ForwardContext(Named):
    """What a formula of the forward pass is given, in float64. Only the arguments of its own formula are there.

    function   the name of the activation or of the output
    g          its value, without the formula under test if such a reference exists
    """

    function: str = ""
    g: Callable[[Tensor], Tensor] = torch.clone
    A_prev: Tensor = ABSENT
    W: Tensor = ABSENT
    b: Tensor = ABSENT
    Z: Tensor = ABSENT
    Y: Tensor = ABSENT
    slope: Tensor | None = None

    def allows(self, edit: Edit) -> bool:
        """Whether the mistake is possible with this function and so many outputs."""
        return edit.possible_with(self.function, self.Z.shape[1])

    def g_prime(self, Z: Tensor) -> Tensor:
        """g'(Z), by autograd."""
        return derivative_at(Z, self.g)

    @property
    def A(self) -> Tensor:
        return self.g(self.Z)

    @property
    def log_A(self) -> Tensor:
        """log A of sigmoid or softmax, to all digits."""
        return self.Z.log_softmax(dim=1) if self.function == "softmax" else nn.functional.logsigmoid(self.Z)

    @property
    def log_rest(self) -> Tensor:
        """log(1 - A) of sigmoid, to all digits."""
        return nn.functional.logsigmoid(-self.Z)
