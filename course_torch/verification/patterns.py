"""Mistakes that leave a pattern in a tensor rather than one certain tensor."""

from collections.abc import Iterator, Mapping

from torch import Tensor

from course_torch.verification.names import TensorName
from course_torch.verification.suspects import ForwardPass

NOTHING = 1e-6
"""The part of a norm below which what is left counts as rounding."""
MOST_CALLS = 10
"""The largest whole factor that is read as gradients added up over so many calls."""


def patterns(
    name: TensorName, found: Tensor, right: Mapping[TensorName, Tensor], forward: ForwardPass
) -> Iterator[str]:
    """Causes that leave a pattern rather than one certain tensor; `found` is not explained by a suspect."""
    reference = right[name]
    if found.shape != reference.shape:
        yield "shape"
        return
    if not found.isfinite().all():
        yield "not finite"
        return
    (kind, l), off = name, found - reference
    if kind == "dA" and is_multiple(off, right[TensorName("dZ", l + 1)] @ right[TensorName("dW", l + 1)]):
        yield "W updated too early"
    if is_multiple(found, reference):
        factor = (found * reference).sum() / reference.square().sum()
        whole = factor > 1.5 and abs(factor - factor.round()) < NOTHING * factor
        yield "added up" if whole and factor <= MOST_CALLS and not name.of_loss else "another m"
    elif kind == "dZ" and l < len(forward.W) and is_right_where(forward.caches[l - 1].Z > 0, off, reference):
        yield "Z ≤ 0 only"
    elif name.of_loss and is_right_where((forward.Y != 0).any(dim=1), off, reference):
        yield "Y = 0 only"


def is_right_where(chosen: Tensor, off: Tensor, reference: Tensor) -> bool:
    """Whether the chosen entries, which must be there and not 0, are right although others are off."""
    return bool(reference[chosen].any()) and is_nothing(off[chosen], beside=off)


def is_nothing(rest: Tensor, *, beside: Tensor) -> bool:
    """Whether the rest is rounding beside the whole."""
    return bool(rest.norm() < NOTHING * beside.norm())


def is_multiple(a: Tensor, b: Tensor) -> bool:
    """Whether a is b times a factor; of single numbers each is, which says nothing."""
    return b.numel() > 1 and bool(b.any()) and is_nothing(a - (a * b).sum() / b.square().sum() * b, beside=a)
