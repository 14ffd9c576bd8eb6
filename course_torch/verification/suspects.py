"""Known mistakes, each as the tensor that it would make.

The first wrong tensor was made from right ones by one wrong step. For each known mistake in that step a suspect is
the tensor which that mistake would have made; the one that equals what was found names the cause.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from course_torch.formulas.activation import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerCache, linear_backward
from course_torch.verification.names import TensorName

Suspects = Iterator[tuple[str, Tensor]]
"""(key in CAUSES, tensor)"""


@dataclass(frozen=True)
class ForwardPass:
    """What the forward pass left, layer 1 first: caches, W, leaky slopes; the labels; the hidden activation's name."""

    caches: Sequence[LayerCache]
    W: Sequence[Tensor]
    slopes: Sequence[Tensor | None]
    Y: Tensor
    hidden_activation: Activation

    def derivative(self, l: int, Z: Tensor, A: Tensor) -> Tensor:
        """g' of hidden layer l, from Z and A."""
        return self.hidden_activation.derivative(Z, A, self.slopes[l - 1])


def suspects(
    name: TensorName, right: Mapping[TensorName, Tensor], forward: ForwardPass, given: set[TensorName]
) -> Suspects:
    """The suspects for the tensor of that name, where `right` are the right ones.

    Where the found tensors (`given`) leave out those before it, mistakes in these come into question as well: dW and db
    then show them as they are handed on.
    """
    (kind, l), m = name, len(forward.Y)
    if kind == "dZ" and l == len(forward.W):
        yield from output_suspects(right[name], forward)
    elif kind == "dZ":
        yield from hidden_suspects(l, right, forward)
        if TensorName("dA", l) not in given:
            cache = forward.caches[l - 1]
            for cause, dA in suspects(TensorName("dA", l), right, forward, given):
                yield cause, dA * forward.derivative(l, cache.Z, cache.A)
    elif kind == "dA":
        yield from input_suspects(l, right, forward)
    elif kind == "dslope":
        yield from slope_suspects(l, right, forward)
    else:
        yield from (weight_suspects if kind == "dW" else bias_suspects)(l, right, forward)
        if TensorName("dZ", l) not in given:
            for cause, dZ in suspects(TensorName("dZ", l), right, forward, given):
                if dZ.shape == right[TensorName("dZ", l)].shape:
                    yield cause, linear_backward(dZ, forward.caches[l - 1].A_prev, m)[("dW", "db").index(kind)]


def output_suspects(dZ: Tensor, forward: ForwardPass) -> Suspects:
    """dZ[L]."""
    A, Y, m = forward.caches[-1].A, forward.Y, len(forward.Y)
    yield "sign at the output", -dZ
    yield "1/m in dZ", average(dZ, m)
    yield "no g' at the output", -Y / A + (1 - Y) / (1 - A)
    yield "squared error", dZ * A * (1 - A)
    yield "sign of (1 - Y)", -Y * (1 - A) - (1 - Y) * A
    if A.shape[1] == 1:
        yield "labels of rank 1", A - Y.T


def hidden_suspects(l: int, right: Mapping[TensorName, Tensor], forward: ForwardPass) -> Suspects:
    """dZ[l] of a hidden layer."""
    dZ, dA, m = right[TensorName("dZ", l)], right[TensorName("dA", l)], len(forward.Y)
    Z, A = forward.caches[l - 1].Z, forward.caches[l - 1].A
    yield "no g'", dA
    yield "sign", -dZ
    yield "1/m in dZ", average(dZ, m)
    yield "g'(A)", dA * forward.derivative(l, A, forward.hidden_activation.value(A, forward.slopes[l - 1]))
    yield "Z for A in g'", dA * forward.derivative(l, Z, Z)
    if forward.hidden_activation.kink:
        yield "mask reversed", dA * (Z <= 0)
        yield "no slope", dA * (Z > 0)
    top = right[TensorName("dA", len(forward.W) - 1)]
    if top.shape == dA.shape:
        yield "top dA reused", top * forward.derivative(l, Z, A)


def input_suspects(l: int, right: Mapping[TensorName, Tensor], forward: ForwardPass) -> Suspects:
    """dA[l], made from dZ[l + 1] and W[l + 1]."""
    dA, dZ, W = right[TensorName("dA", l)], right[TensorName("dZ", l + 1)], forward.W[l]
    yield "sign", -dA
    yield "1/m in dA", average(dA, len(forward.Y))
    if W.shape[0] == W.shape[1]:
        yield "W for Wᵀ", dZ @ W.T


def weight_suspects(l: int, right: Mapping[TensorName, Tensor], forward: ForwardPass) -> Suspects:
    """dW[l]."""
    dW, dZ, m = right[TensorName("dW", l)], right[TensorName("dZ", l)], len(forward.Y)
    A_prev, A = forward.caches[l - 1].A_prev, forward.caches[l - 1].A
    yield "no 1/m", dZ.T @ A_prev
    yield "1/m twice", average(dW, m)
    yield "sign", -dW
    yield "transposed", dW.T
    yield "A[l] for A[l-1]", average(dZ.T @ A, m)
    if dZ.shape[1] in (1, A_prev.shape[1]):
        yield "product entry by entry", average(dZ * A_prev, m)


def bias_suspects(l: int, right: Mapping[TensorName, Tensor], forward: ForwardPass) -> Suspects:
    """db[l]."""
    db, dZ, m = right[TensorName("db", l)], right[TensorName("dZ", l)], len(forward.Y)
    yield "no 1/m", dZ.sum(dim=0, keepdim=True)
    yield "1/m twice", average(db, m)
    yield "sign", -db
    yield "keepdim missing", db.flatten()
    yield "transposed", db.T
    yield "all entries summed", average(dZ.sum(), m)
    yield "all entries summed", average(dZ.sum().reshape(1, 1), m)
    yield "all entries summed", average(dZ.sum(), m).expand_as(db)
    yield "wrong axis", average(dZ.sum(dim=1, keepdim=True), m)
    yield "wrong axis", average(dZ.sum(dim=1), m)


def slope_suspects(l: int, right: Mapping[TensorName, Tensor], forward: ForwardPass) -> Suspects:
    """dslope[l]."""
    dslope, dA, m = right[TensorName("dslope", l)], right[TensorName("dA", l)], len(forward.Y)
    Z = forward.caches[l - 1].Z
    yield "no 1/m", (dA * Z.clamp(max=0)).sum()
    yield "1/m twice", average(dslope, m)
    yield "sign", -dslope
    yield "Z > 0 only", average((dA * Z.clamp(min=0)).sum(), m)
    yield "all Z", average((dA * Z).sum(), m)
