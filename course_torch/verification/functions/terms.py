"""The tensors at hand, and the terms that a backward may compute from them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import combinations, combinations_with_replacement
from typing import NamedTuple

import torch
from torch import Tensor

MOST_NUMBERS = 20_000
"""From larger tensors no sums and no matrix products are made."""


class Term(NamedTuple):
    """A tensor of the shape of a gradient, and the text that computes it from the tensors at hand."""

    text: str
    tensor: Tensor


FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "{}": lambda t: t,
    "{}²": torch.square,
    "(1 - {})": lambda t: 1 - t,
    "(1 + {})": lambda t: 1 + t,
    "(1 - {}²)": lambda t: 1 - t * t,
    "{} (1 - {})": lambda t: t * (1 - t),
    "exp({})": torch.exp,
    "exp(-{})": lambda t: torch.exp(-t),
    "1/{}": torch.reciprocal,
    "√{}": torch.sqrt,
    "1/√{}": torch.rsqrt,
    "sigmoid({})": torch.sigmoid,
    "(1 - sigmoid({}))": lambda t: torch.sigmoid(-t),
    "tanh({})": torch.tanh,
    "(1 - tanh²({}))": lambda t: 1 - torch.tanh(t).square(),
    "({} > 0)": lambda t: (t > 0).to(t.dtype),
    "({} < 0)": lambda t: (t < 0).to(t.dtype),
    "softmax({})": lambda t: t.softmax(dim=-1) if t.dim() else torch.ones_like(t),
}
PLAIN = ("{}", "{}²", "(1 - {})", "softmax({})")
"""The functions of which sums of products are made."""


def in_shape(tensor: Tensor, shape: torch.Size) -> Tensor | None:
    """The tensor broadcast to the shape: from its last axes, or else from its first."""
    with suppress(RuntimeError):
        return torch.broadcast_to(tensor, shape)
    with suppress(RuntimeError):
        return torch.broadcast_to(tensor.reshape(tensor.shape + (1,) * (len(shape) - tensor.dim())), shape)
    return None


def functions_of(tensors: dict[str, Tensor], names: Iterable[str] = FUNCTIONS) -> Iterator[Term]:
    """Each function of each tensor, if it is finite and no constant."""
    for text in names:
        for name, tensor in tensors.items():
            made = FUNCTIONS[text](tensor)
            if made.isfinite().all() and (made.numel() == 1 or (made != made.flatten()[0]).any()):
                yield Term(text.replace("{}", name), made)


def products(tensors: dict[str, Tensor], shape: torch.Size) -> Iterator[Term]:
    """The products of two or three matrices, or stacks of matrices, that have this shape."""
    matrices = [Term(name, each) for name, each in tensors.items() if each.dim() == len(shape) >= 2]
    matrices += [Term(f"{each.text}.mT", each.tensor.mT) for each in matrices]
    pairs = [made for a in matrices for b in matrices if (made := product(a, b)) is not None]
    triples = [made for a in pairs for b in matrices if (made := product(a, b)) is not None]
    yield from (each for each in [*pairs, *triples] if each.tensor.shape == shape)


def product(a: Term, b: Term) -> Term | None:
    """a @ b, if the sizes fit."""
    fits = a.tensor.shape[:-2] == b.tensor.shape[:-2] and a.tensor.shape[-1] == b.tensor.shape[-2]
    return Term(f"{a.text} @ {b.text}", a.tensor @ b.tensor) if fits else None


def sums(tensors: dict[str, Tensor], shape: torch.Size) -> Iterator[Term]:
    """The sums of each tensor and of each product of two, over one axis or over the axes that leave the shape."""
    simple = list(functions_of(tensors, PLAIN))
    terms = [*simple]
    for a, b in combinations(simple, 2):
        with suppress(RuntimeError):
            terms.append(Term(f"{a.text} * {b.text}", a.tensor * b.tensor))
    for text, tensor in terms:
        if tensor.shape == shape:
            for axis in range(tensor.dim()):
                yield Term(
                    f"({text}).sum(axis={axis}, keepdims=True)", tensor.sum(dim=axis, keepdim=True).expand(shape)
                )
        for axis in range(tensor.dim()):
            if (made := tensor.sum(dim=axis)).shape == shape:
                yield Term(f"({text}).sum(axis={axis})", made)
        if tensor.shape != shape and tensor.dim() >= len(shape):
            with suppress(RuntimeError):
                yield Term(f"({text}) summed to the shape {tuple(shape)}", tensor.sum_to_size(shape))


def terms_for(tensors: dict[str, Tensor], outer: list[str], shape: torch.Size) -> Iterator[list[Term]]:
    """The terms of this shape that a backward may compute, simpler ones first, in lists of similar ones.

    outer   the names of the gradients of the outputs: a right term has one of them as a factor
    """
    alone = list(in_this_shape(functions_of(tensors), shape))
    yield alone
    weights = list(in_this_shape((Term(name, tensors[name]) for name in outer), shape))
    inner = [each for each in alone if each.text not in outer]
    yield [times(weight, each) for weight in weights for each in inner]
    if shape.numel() <= MOST_NUMBERS and sum(each.numel() for each in tensors.values()) <= MOST_NUMBERS:
        yield list(products(tensors, shape))
        over_axes = list(sums(tensors, shape))
        yield over_axes
        simple = list(in_this_shape(functions_of(tensors, PLAIN), shape))
        yield [times(factor, each) for factor in simple for each in over_axes]
    pairs = [times(a, b) for a, b in combinations_with_replacement(inner, 2)]
    yield pairs
    yield [times(weight, each) for weight in weights for each in pairs]


def in_this_shape(terms: Iterable[Term], shape: torch.Size) -> Iterator[Term]:
    for text, tensor in terms:
        if (made := in_shape(tensor, shape)) is not None:
            yield Term(text, made)


def times(a: Term, b: Term) -> Term:
    return Term(f"{a.text} * {b.text}", a.tensor * b.tensor)
