"""Check a learner's file: every function of its chapter, in the order of the notes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_torch.data.planar import flower_points
from course_torch.errors import InputError
from course_torch.exercises.judge.cache_mismatch import with_cache_mismatch
from course_torch.exercises.judge.course_grader import with_graders_notes
from course_torch.exercises.judge.hints import hint_lines
from course_torch.exercises.judge.judging import Judge, in_order
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.recognition.chapters import (
    NAME,
    chapters_of,
    check_python,
    for_chapter,
    parts_beside,
    tasks_of,
    with_pass,
)
from course_torch.exercises.recognition.stand_ins import helpers_for
from course_torch.exercises.sandbox.child_process import ChildProcess
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard
from course_torch.exercises.sandbox.layout import all_handed, as_tensor, handed, in_layout
from course_torch.exercises.sandbox.process import Answer, Failure, Learner
from course_torch.exercises.sandbox.source import Source, read_source
from course_torch.exercises.tasks.cases import TestCase
from course_torch.exercises.tasks.task import Chapter
from course_torch.formulas.slopes import slope_from_both_sides
from course_torch.language import Language
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.comparison import compare_gradients

NUDGE = 1e-5
NEAR = 1e-5
"""Largest relative difference between a gradient and central differences of a right pass."""
ENTRIES = 3
"""Entries of each parameter that are tried."""


@dataclass(frozen=True)
class Demonstration:
    """The network with the learner's parameters, the flower, and J before and after."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor
    before: float
    after: float

    @property
    def accuracy(self) -> float:
        """Fraction of the points that the network labels right."""
        return (self.network.predict(self.X) == self.Y).double().mean().item()


@dataclass(frozen=True)
class Check:
    """The verdicts on a file.

    failure   why the file could not be loaded, or None; then there are no verdicts
    language  of the answer
    hint      the lines of the hint that was asked for
    derives   whether the learner's gradients are the derivatives of the learner's own cost, if one of them is wrong
    trained   what the training function reaches on the flower, if all functions are right
    printed   what the learner's code printed
    limits    the limits that held for the learner's process
    others    the verdicts on the other assignments that the file holds
    is_first  whether `others` are the other assignments, so that what is said of the whole file is said here
    """

    source: Source
    chapter: Chapter
    verdicts: list[Verdict]
    failure: Failure | None
    language: Language
    hint: list[str]
    derives: bool | None
    trained: Demonstration | None
    printed: str
    limits: list[str]
    seconds: float
    others: "tuple[Check, ...]" = ()
    is_first: bool = False

    @property
    def passed(self) -> bool:
        """Whether every function is right, those of the other assignments too."""
        right = all(verdict.state == "right" for verdict in self.verdicts)
        return self.failure is None and right and all(other.passed for other in self.others)

    @property
    def first_wrong(self) -> Verdict | None:
        """The function to mend first: the first wrong function, otherwise the first that could not be judged."""
        return first_wrong(self.verdicts)

    @property
    def not_returning(self) -> list[Verdict]:
        """The other functions whose own call did not return. Their state "not judged" does not say so."""
        waiting = [verdict for verdict in self.verdicts if verdict.state == "not judged" and verdict.call]
        return [verdict for verdict in waiting if verdict.symptom and verdict is not self.first_wrong]


def first_wrong(verdicts: list[Verdict]) -> Verdict | None:
    """The first wrong function, otherwise the first that could not be judged."""
    return next((verdict for state in ("wrong", "not judged") for verdict in verdicts if verdict.state == state), None)


def check_file(
    path: Path,
    *,
    chapter: Chapter | None = None,
    seed: int = 1,
    hint: int = 0,
    language: Language | None = None,
    show: bool = False,
    guard: Guard = LIMITS_ONLY,
    start: Callable[[str, Guard], ChildProcess] = ChildProcess,
) -> Check:
    """Judge the functions of a file.

    Raises InputError if the file cannot be read, or if a formula of the package itself is wrong.

    chapter    whose functions are judged; found from the file if None, which may hold the assignments of several
    seed       draws the networks and examples
    hint       the level of the hint on the first wrong function, 0 for no hint
    language   of the answer; the file's own if None
    show       whether the training function is tried on the flower
    guard      what the learner's process may not do
    start      starts the learner's process, or hands out one that was started before
    """
    source = read_source(path)
    language = language or source.language
    chapters = [chapter] if chapter else chapters_of(source, language)
    check_python(source, chapters[:1])
    checks = [
        check_assignment(
            for_chapter(source, one),
            one,
            parts_beside(source, one, chapters, other_parts=chapter is None) if number == 0 else [],
            seed=seed,
            hint=hint,
            language=language,
            show=show,
            guard=guard,
            start=start,
        )
        for number, one in enumerate(chapters)
    ]
    return replace(checks[0], others=tuple(checks[1:]), is_first=True)


def check_assignment(
    source: Source,
    chapter: Chapter,
    parts: list[Chapter],
    *,
    seed: int,
    hint: int,
    language: Language,
    show: bool,
    guard: Guard,
    start: Callable[[str, Guard], ChildProcess],
) -> Check:
    """Judge the functions of one chapter in a file, and those of `parts`, other chapters with few functions."""
    begin = perf_counter()
    verdicts: list[Verdict] = []
    helpers = helpers_for(source, chapter)
    with Learner(with_pass(source, chapter, parts), helpers, guard=guard, start=start) as learner:
        with by_right_formulas(chapter):
            judges = [Judge(learner, part, part.cases(seed), part.equal_cases(seed)) for part in (chapter, *parts)]
            judge = judges[0]  # while the process starts
            failure = learner.ready()
            if failure is None:
                verdicts = with_cache_mismatch(judge, in_order(judge, tasks_of(source, chapter)))
                verdicts = with_graders_notes(judge, verdicts, chapter.name)
            for other in judges[1:] if failure is None else ():
                more = in_order(other, other.chapter.tasks, verdicts)
                verdicts += with_graders_notes(other, more, chapter.name)
        wrong = first_wrong(verdicts)
        if wrong:
            check_formulas(chapter)
            judge = next((one for one in judges[1:] if wrong.task in one.chapter.tasks), judge)
        lines = list(hint_lines(hint, wrong, judge, language)) if wrong and hint else []
        derives = derives_learners_cost(learner, judges[0].cases[0]) if wrong and chapter.whole_pass else None
        right = failure is None and all(verdict.state == "right" for verdict in verdicts)
        trained = demonstrate(learner, chapter) if show and right else None
    printed = learner.printed.decode(errors="replace")
    seconds = perf_counter() - begin
    return Check(
        source, chapter, verdicts, failure, language, lines, derives, trained, printed, learner.limits, seconds
    )


@contextmanager
def by_right_formulas(chapter: Chapter) -> Iterator[None]:
    """Blame a wrong formula of the package for an exception of the judge. Raises InputError."""
    try:
        yield
    except Exception:
        check_formulas(chapter)
        raise


def check_formulas(chapter: Chapter) -> None:
    """Reject a formula of the package that is wrong: the results of a learner are compared with those of the formulas.

    Raises InputError.
    """
    generator = torch.Generator().manual_seed(1)
    network = DeepNetwork([3, 4, 1], chapter.hidden_activation, dtype=torch.float64, generator=generator)
    X = torch.randn(5, 3, dtype=torch.float64, generator=generator)
    report = compare_gradients(network, X, (X[:, :1] > 0).double())
    if not report.agrees:
        raise InputError(f"course_torch: a formula of the package itself is wrong, so no file can be judged. {report}")


@torch.no_grad()
def demonstrate(learner: Learner, chapter: Chapter) -> Demonstration | None:
    """Train the network of the chapter by the learner's function. Returns None if the function fails here."""
    training = chapter.training
    if training is None:
        return None
    network, (X, labels) = chapter.flower_network(), flower_points(seed=1)
    Y, layout = labels.double(), learner.source.layout
    before = network.cost(X, Y).item()
    answer = learner.call(training.function, all_handed(training.arguments(network, X, Y), layout))
    if not isinstance(answer, Answer):
        return None
    try:
        parameters = training.parameters(answer.result)
        for l, layer in enumerate(network.layers, start=1):
            for name, parameter in ((f"W{l}", layer.W), (f"b{l}", layer.b)):
                parameter.copy_(in_layout(torch.as_tensor(parameters[name]), name, layout).reshape(parameter.shape))
    except (TypeError, KeyError, IndexError, ValueError, RuntimeError):
        return None
    return Demonstration(network, X, Y, before, network.cost(X, Y).item())


def derives_learners_cost(learner: Learner, case: TestCase) -> bool | None:
    """Compare entries of the learner's dW and db with central differences of the learner's cost.

    This second judge needs no right result, so it tells a wrong cost with its own right gradients from wrong gradients.
    Returns None if a call fails, or if the cost or a gradient has another form than expected.
    """
    layout = learner.source.layout
    X, Y = handed(case.X, "X", layout), handed(case.Y, "Y", layout)
    parameters = {name: handed(value, name, layout) for name, value in case.parameters.items()}

    def result(parameters: dict[str, np.ndarray]) -> dict[str, Any]:
        answer = learner.call(NAME, [X, Y, parameters])
        return answer.result if isinstance(answer, Answer) and isinstance(answer.result, dict) else {}

    def cost(name: str, index: int, value: float) -> float:
        changed = parameters[name].copy()
        changed.flat[index] = value
        J = as_tensor(result({**parameters, name: changed}).get("cost"))
        return J.item() if J is not None and J.numel() == 1 else float("nan")

    gradients, found, expected = result(parameters), [], []
    for name, values in parameters.items():
        gradient = as_tensor(gradients.get(f"d{name}"))
        if gradient is None or gradient.numel() != values.size:
            return None
        for index in range(0, values.size, max(1, values.size // ENTRIES)):
            found.append(gradient.flatten()[index].item())
            expected.append(slope_from_both_sides(partial(cost, name, index), values.flat[index], NUDGE))
    difference = np.linalg.norm(np.subtract(found, expected))
    return bool(difference <= NEAR * np.linalg.norm(expected)) if np.isfinite(difference) else None
