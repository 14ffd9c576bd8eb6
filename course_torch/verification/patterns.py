"""Recognize mistakes by a pattern in the wrong tensor, where no single tensor can be predicted."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.mistakes.context import TensorName
from course_torch.verification.case import Case
from course_torch.verification.difference import SAFETY, difference
from course_torch.verification.matching import DIGITS, distinct, match
from course_torch.verification.vectors import largest, vector_of

NOTHING = 1e-6
"""A remainder below this fraction of the norm counts as a rounding error."""
NARROW = {torch.float64: ("float32", "bfloat16", "float16"), torch.float32: ("bfloat16", "float16")}
"""dtype -> names of the narrower dtypes."""


def patterns(case: Case, name: TensorName) -> Iterator[str]:
    """Yield the keys of the causes whose pattern the tensor shows. No record makes this tensor."""
    found, right = case.found[name], case.right[name]
    if found.shape != right.shape:
        yield "shape"
    elif not found.isfinite().all():
        yield "not finite"
    else:
        step = case.step(name)
        if not found.any():
            yield "all 0"
        elif (dtype := narrow_dtype(case, name)) is not None:
            yield dtype
        elif step.place == "dZ[L]" and has_class_weights(case, name):
            yield "class weights"
        elif step.place == "dZ[L]" and has_other_labels(case, name):
            yield "labels shuffled"
        elif has_constant_added(case, name):
            yield "constant added"
        else:
            yield from places(case, name)


def certain(case: Case, name: TensorName) -> Iterator[str]:
    """Yield the key of a cause that the dtype or the other tensor of the formula proves, without any suspect."""
    found, right, errors = case.found[name], case.right[name], case.errors[name]
    key = str(found.dtype).removeprefix("torch.")
    if key in NARROW.get(right.dtype, ()):
        rounding = torch.finfo(found.dtype).eps
        if difference(found, right, errors).relative <= 10 * rounding:
            yield key
    other = TensorName("db", name.layer)
    if name.kind == "dW" and other in case.found:
        is_db = difference(found, case.right[other], case.errors[other]).agrees
        if is_db and difference(case.found[other], right, errors).agrees:
            yield "swapped"


def has_class_weights(case: Case, name: TensorName) -> bool:
    """Whether the rows of each class are the right rows times a positive factor, and the factors differ."""
    found, right = case.found[name], case.right[name]
    labels, label_of = case.forward.Y.unique(dim=0, return_inverse=True)
    if len(labels) == len(found):
        return False
    factors, digits = [], 0.0
    for label in range(len(labels)):
        chosen = label_of == label
        error = case.errors[name][chosen].double().norm().item() + NOTHING * found[chosen].double().norm().item()
        same = match(found[chosen], right[chosen], error)
        if same is None or same.factor < 0:
            return False
        factors.append(same.factor)
        digits += same.evidence - same.digits
    return digits >= DIGITS and max(factors) > (1 + 10 * NOTHING) * min(factors)


def has_other_labels(case: Case, name: TensorName) -> bool:
    """Whether A - dZ is the label of another example in at least two rows."""
    found, Y = case.found[name].double(), case.forward.Y.double()
    used = case.forward.caches[-1].A.double() - found
    nearest = torch.cdist(used, Y).min(dim=1)
    other = (Y[nearest.indices] != Y).any(dim=1)
    return bool((nearest.values <= 10 * SAFETY * case.errors[name].double().norm(dim=1)).all()) and int(other.sum()) > 1


def has_constant_added(case: Case, name: TensorName) -> bool:
    """Whether every entry is too large by the same number. Entries of the same size are no further evidence."""
    right = vector_of(case.right[name])
    off = case.found[name].double() - case.right[name].double()
    same = match(off, torch.ones_like(off), case.errors[name].double().norm().item())
    if same is None or not right.any():
        return False
    return same.digits * (distinct(right / largest(right)) - 1) >= DIGITS


def narrow_dtype(case: Case, name: TensorName) -> str | None:
    """The narrower dtype in which the tensor was probably computed or summed, or None."""
    return rounded_to(case.found[name], case.right[name], case.errors[name], len(case.forward.Y))


def rounded_to(found: Tensor, right: Tensor, errors: Tensor, m: int) -> str | None:
    """The narrower dtype of the numbers, or of m times the numbers, or None. `errors` are those of the own dtype."""
    own = found.dtype
    found, right = (tensor.detach().cpu().double() for tensor in (found, right))
    for narrow in NARROW.get(own, ()):
        dtype = getattr(torch, narrow)
        eps, own_eps = torch.finfo(dtype).eps, torch.finfo(own).eps
        near = (found - right).norm() <= 10 * eps * right.norm()
        for factor in (1, m):
            x = factor * found
            rounded = (x - x.to(dtype).double()).norm() <= 4 * own_eps * x.norm()
            if near and rounded and (right != 0).sum() > 1:
                return narrow
        level = errors.double().norm() * eps / own_eps
        if narrow == "float32" and (found - right).norm() <= min(3 * level, 10 * eps * right.norm() + level):
            return narrow
    return None


def places(case: Case, name: TensorName) -> Iterator[str]:
    """Yield the key that says where the tensor is wrong, if it is right everywhere else."""
    off, right, forward = case.found[name] - case.right[name], case.right[name], case.forward
    error = case.errors[name]
    if (
        name.kind == "dZ"
        and name.layer < len(forward.W)
        and is_right_where(forward.caches[name.layer - 1].Z > 0, off, right, error)
    ):
        yield "Z ≤ 0 only"
    elif name.of_loss and is_right_where((forward.Y != 0).any(dim=1), off, right, error):
        yield "Y = 0 only"


def is_right_where(chosen: Tensor, off: Tensor, right: Tensor, error: Tensor) -> bool:
    """Whether the chosen entries are right, and the right tensor is not 0 at all of them."""
    return bool(right[chosen].any()) and bool(off[chosen].norm() <= SAFETY * error[chosen].norm())
