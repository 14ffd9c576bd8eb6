"""Causes that the catalogue of the backward pass knows, for tensors of a network."""

from functools import reduce

import torch
from torch import Tensor

from course_torch.exercises.seen import Seen
from course_torch.exercises.task import Finding
from course_torch.language import Text
from course_torch.mistakes.record import Mistake
from course_torch.verification.diagnosis import diagnose

EXPLAINED = 6
"""Calls whose tensors the catalogue explains. They are more than enough to tell causes apart."""


def from_catalogue(wrong: list[Seen]) -> list[Finding]:
    """The causes in the catalogue of the backward pass that explain every wrong result.

    A wrong sign at the output turns all signs around, so it says more than a wrong sign.
    """
    found: list[dict[str, Finding]] = []
    for seen in wrong:
        if fits_network(seen) and len(found) < EXPLAINED:
            found.append(diagnosed(seen))
    if not found:
        return []
    common = reduce(lambda common, more: {key: each for key, each in common.items() if key in more}, found)
    return [each for key, each in common.items() if key != "sign" or "sign at the output" not in common]


def fits_network(seen: Seen) -> bool:
    """Whether the catalogue can explain the first wrong tensor.

    The catalogue knows the shapes of the network's tensors. It would misread a wrong shape of dw, which is dW
    transposed.
    """
    _, found, right = seen.first
    name = seen.call.names.get(seen.first.name)
    return name is not None and (found.shape == right.shape or seen.call.setting.right[name].shape == right.shape)


def diagnosed(seen: Seen) -> dict[str, Finding]:
    """Key -> finding, from the diagnosis of one result."""
    setting, names = seen.call.setting, seen.call.names
    tensors = {name: setting.right[name] for name in seen.call.given}
    for each in seen.parts:
        if each.name in names:
            tensor = each.found if each.name in seen.wrong else each.right
            tensors[names[each.name]] = as_in_network(tensor, each.right, setting.right[names[each.name]])
    dtype = seen.first.found.dtype if seen.first.found.is_floating_point() else torch.float64
    errors = setting.errors(max(torch.finfo(dtype).eps, torch.finfo(torch.float64).eps))
    diagnosis = diagnose(tensors, setting.right, errors, setting.forward, [setting.right_with_slope_1], setting.guesses)
    if diagnosis is None or diagnosis.causes == ("unknown",):
        return {}
    return {" and ".join(cause.key for cause in causes): joined(causes) for causes in diagnosis.explanations}


def as_in_network(tensor: Tensor, right: Tensor, in_network: Tensor) -> Tensor:
    """Give a tensor of the right shape the network's shape: dw (n, 1) becomes dW (1, n), a number becomes (1, 1)."""
    return tensor.reshape(in_network.shape) if tensor.shape == right.shape else tensor


def joined(causes: tuple[Mistake, ...]) -> Finding:
    """One finding for causes that occur together."""
    return Finding(
        " and ".join(cause.key for cause in causes),
        Text(
            ", and ".join(cause.sentence.en for cause in causes),
            "；并且".join(cause.sentence.zh for cause in causes),
        ),
        next((cause.section for cause in causes if cause.section), ""),
    )
