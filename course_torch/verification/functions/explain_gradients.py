"""Judge the backward of any function, and say which gradient is wrong, where, and what makes it wrong."""

from collections.abc import Callable, Iterable
from typing import Any

import torch

from course_torch.language import Text, same
from course_torch.verification.exceptions import Raised, tried
from course_torch.verification.functions.diagnose import broken, diagnose_function
from course_torch.verification.functions.differences import ENTRIES
from course_torch.verification.functions.judge import Judge
from course_torch.verification.functions.subject import Function, Subject
from course_torch.verification.report import GradientReport

Progress = Callable[[list[str]], Iterable[str]]
"""Wraps the list of the names of inputs and parameters, to show a progress bar."""
FROZEN = Text("requires_grad is False", "requires_grad 是 False")


def explain_gradients(
    function: Function,
    *inputs: Any,
    backward: Function | None = None,
    plain: Function | None = None,
    seed: int = 0,
    progress: Progress = iter,
) -> GradientReport:
    """Judge the gradients of a function whose backward somebody wrote, for each input and parameter.

    The gradients are those of Σ v · output with random numbers v (grad_output). They are compared with central
    differences in float64, and with autograd where `plain` computes the same by operations of torch. For a wrong
    gradient the report says where it is wrong, and what makes it wrong if the tensors at hand show it.

    function   an autograd.Function or its `apply`, a module (which may set `.grad` by itself), or with `backward` a
               forward in torch or NumPy
    inputs     its arguments. Those that require a gradient are judged; if none does, all of real numbers. Of a module
               its parameters are judged too, but not the frozen ones
    backward   (grad_output, cache) -> gradients of the inputs, of a function that returns (output, cache); without a
               cache (grad_output, *inputs)
    plain      computes the same as `function` by operations of torch
    seed       of grad_output, and of the entries of large tensors that are sampled
    progress   wraps the list of the names if more than ENTRIES entries are judged, to show a progress bar

    A random function draws the same numbers in each call. Raises InputError without a real input or output, and what
    the forward raises.
    """
    with torch.random.fork_rng(devices=[]):  # keeps the state of the caller
        judge = Judge(Subject(function, inputs, backward), plain, seed)
        found = tried(lambda: judge.gradients(judge.own, judge.weights))
        if isinstance(found, Raised):
            return GradientReport([], None, own=True, broken=broken(judge, found))
        forward = judge.wrong_forward()
        if forward is not None:
            return GradientReport([], None, own=True, forward=forward)
        errors, by_autograd = judge.errors(), judge.plain_gradients()
        entries = sum(min(each.numel(), ENTRIES) for each in judge.own.values())
        names = progress([*judge.own]) if entries > ENTRIES else judge.own
        rows = [judge.row(name, found.first[name], errors.get(name), by_autograd.get(name)) for name in names]
        wrong = [str(row.name) for row in rows if row.verdict == "different"]
        frozen = {same(name): FROZEN for name in judge.subject.frozen}
        return GradientReport(rows, diagnose_function(judge, found, wrong), own=True, unjudged=frozen)
