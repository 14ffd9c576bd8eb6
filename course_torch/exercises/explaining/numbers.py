"""Look for the cause of wrong numbers: known mistakes in the function, the catalogue of the backward pass, a factor.

A cause is named only if it makes the numbers of every call. If several causes make them, all are named.
"""

from functools import partial

import torch

from course_torch.exercises.explaining.candidates import in_used, matching, possible
from course_torch.exercises.explaining.network import from_catalogue
from course_torch.exercises.explaining.patterns import by_axis, by_factor, by_shape
from course_torch.exercises.seen import Seen, symptom
from course_torch.exercises.task import Finding, Task, finding
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
    by = partial(matching, chapter, task, [best, *every], layout)
    findings = by(possible({task.name}, in_networks=False))
    if not findings:
        known = [*from_catalogue(telling(wrong)), *by(possible({task.name}, in_networks=True))]
        findings = list({finding.key: finding for finding in reversed(known)}.values())[::-1]
    findings = findings or by(in_used(chapter, task.name))
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
