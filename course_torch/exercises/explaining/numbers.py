"""Look for the cause of wrong numbers: known slips of the function, the catalogue of the backward pass, a factor.

A cause is named only if it makes the numbers of every call. If several causes make them, all are named.
"""

import torch
from torch import Tensor

from course_torch.exercises.equality import equal
from course_torch.exercises.explaining.candidates import matching
from course_torch.exercises.explaining.network import from_catalogue
from course_torch.exercises.explaining.patterns import by_axis, by_factor, by_shape
from course_torch.exercises.seen import Seen, symptom
from course_torch.exercises.task import FREE, Cache, Finding, Slip, Task, Value, finding
from course_torch.exercises.verdict import Verdict
from course_torch.language import Text

UNKNOWN = Finding(
    "unknown", Text("no known mistake makes exactly these numbers", "没有一种已知的错误恰好得出这些数值"), ""
)


def explain(chapter: str, task: Task, wrong: list[Seen], every: list[Seen], layout: str) -> Verdict:
    """The verdict on a function with wrong results. `every` are all results, the right ones too."""
    best = telling(wrong)[0]
    if best.first.found.dtype == torch.float16:
        return Verdict(task, "wrong", symptom(best, layout), (finding("result in float16"),), best.call, best.first)
    slips = [slip for slip in task.slips if slip_explains(slip, best, every)]
    findings = list({slip.key: Finding(slip.key, slip.text, task.section) for slip in slips}.values())
    findings = findings or matching(chapter, task, [best, *every], layout, in_networks=False)
    if not findings:
        known = [*from_catalogue(telling(wrong)), *matching(chapter, task, [best, *every], layout, in_networks=True)]
        findings = list({finding.key: finding for finding in reversed(known)}.values())[::-1]
    findings = findings or by_shape(task, best.first, drawn=best.call.fails is not None)
    findings = findings or by_axis(best.first.name, every, layout)
    findings = findings or by_factor(best.first.name, wrong)
    return Verdict(task, "wrong", symptom(best, layout), tuple(findings) or (UNKNOWN,), best.call, best.first)


def telling(wrong: list[Seen]) -> list[Seen]:
    """The results that can tell causes apart: those of several examples, with several numbers that are not 0.

    Any factor fits a single number, so a single number counts only if there is nothing else.
    """
    some = [each for each in wrong if each.call.setting.m > 1 and each.first.right.any()]
    return [each for each in some if each.first.right.count_nonzero() > 1] or some or wrong


def slip_explains(slip: Slip, best: Seen, every: list[Seen]) -> bool:
    """Whether the slip makes the first wrong tensor of every wrong result, and all its tensors are those found.

    A slip that cannot be computed explains nothing.
    """
    for seen in every:
        try:
            made = named(slip.made(*seen.call.arguments.values()), best.first.name)
        except (RuntimeError, IndexError, ValueError, TypeError, KeyError):
            return False
        found = {each.name: each.found for each in seen.parts}
        if seen.wrong and seen.first.name not in made:
            return False
        if not all(name in found and equal(found[name], tensor) for name, tensor in made.items()):
            return False
    return True


def named(value: Value, name: str) -> dict[str, Tensor]:
    """The tensors in a value, by name."""
    if isinstance(value, Tensor):
        return {name: value}
    if isinstance(value, int | float):
        return {name: torch.tensor(float(value), dtype=torch.float64)}
    if isinstance(value, Cache):
        pairs = [(f"{name}[{key}]", each) for key, each in value.items()]
    elif isinstance(value, dict):
        pairs = list(value.items())
    elif hasattr(value, "_fields"):
        pairs = list(zip(value._fields, value, strict=True))
    else:
        pairs = [] if value is FREE else [(f"{name}[{i}]", each) for i, each in enumerate(value)]
    return {key: tensor for inner, each in pairs for key, tensor in named(each, inner).items()}
