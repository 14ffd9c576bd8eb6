"""Deliberate mistakes: wrong functions that replace functions of the real backward pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from torch import Tensor

from course_torch.formulas.layers import LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.backward_tensors import Tensors
from course_torch.verification.names import TensorName

Need = Literal["any", "tanh", "relu", "leaky_relu", "sigmoid", "square", "deep", "zeros"]
"""What a network must have so that a mistake shows: the activation of that name, a square W between hidden layers, two
of them ("deep"), or a ReLU unit with Z exactly 0 ("zeros")."""
Breakable = Literal["dZ[L]", "g'", "dZ", "dslope", "dW", "db", "dA"]
"""What a wrong function computes: a tensor of the backward pass, or the derivative g' of the hidden activation."""
OUTPUTS = ("sigmoid", "softmax", "identity")
CLASSES = ("sigmoid", "softmax")
"""The outputs whose labels are classes."""


@dataclass
class Call:
    """What a wrong function can use when it is called for layer l.

    right   the result of the real function
    made    the tensors that the backward pass has computed so far
    """

    network: DeepNetwork
    caches: list[LayerCache]
    Y: Tensor
    l: int = field(init=False)
    dZ: Tensor = field(init=False)
    dA: Tensor = field(init=False)
    dW: Tensor = field(init=False)
    right: Tensor = field(init=False)
    made: Tensors = field(default_factory=dict)

    @property
    def L(self) -> int:
        return len(self.caches)

    @property
    def m(self) -> int:
        return len(self.Y)

    @property
    def Z(self) -> Tensor:
        return self.caches[self.l - 1].Z

    @property
    def A(self) -> Tensor:
        return self.caches[self.l - 1].A

    @property
    def A_prev(self) -> Tensor:
        return self.caches[self.l - 1].A_prev

    @property
    def W(self) -> Tensor:
        return self.network.layers[self.l - 1].W.detach()

    @property
    def b(self) -> Tensor:
        return self.network.layers[self.l - 1].b.detach()

    def keep(self, kind: Literal["dZ", "dW", "db", "dA", "dslope"], l: int, tensor: Tensor) -> Tensor:
        """Record the tensor and return it."""
        self.made[TensorName(kind, l)] = tensor
        return tensor


Wrong = Callable[[Call], Tensor]


@dataclass(frozen=True)
class Mistake:
    """A mistake in the backward pass, made by wrong functions.

    wrong     what is replaced -> the wrong function
    first     the first wrong tensor in a network of L layers, such as "dZ[L-1]"
    causes    keys in the catalogue; the diagnosis must name at least one of them
    need      what the network must have
    outputs   the outputs with which the mistake makes a wrong tensor
    float32   whether the mistake is larger than the rounding errors of float32
    """

    name: str
    wrong: Mapping[Breakable, Wrong]
    first: str
    causes: tuple[str, ...]
    need: Need = "any"
    outputs: tuple[str, ...] = OUTPUTS
    float32: bool = True


@dataclass(frozen=True)
class Variant:
    """A right backward pass that is written differently. `wrong` holds functions that are right here."""

    name: str
    wrong: Mapping[Breakable, Wrong]
    need: Need = "any"
    outputs: tuple[str, ...] = OUTPUTS
