"""Check a learner's file: every function of its chapter, in the order of the notes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from torch import Tensor

from course_torch.data.planar import flower_points
from course_torch.errors import InputError, check_name
from course_torch.exercises.judge.cache_mismatch import with_cache_mismatch
from course_torch.exercises.judge.calling import PATIENCE
from course_torch.exercises.judge.hints import hint_lines
from course_torch.exercises.judge.judging import Judge, judge_all
from course_torch.exercises.judge.notes import with_graders_notes, with_torch_notes
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.recognition.chapters import (
    NAME,
    chapters_of,
    check_python,
    for_chapter,
    parts_beside,
    tasks_of,
    used_by,
    with_pass,
)
from course_torch.exercises.recognition.stand_ins import helpers_for
from course_torch.exercises.sandbox.child_process import Start, start_process
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard
from course_torch.exercises.sandbox.layout import all_handed, as_tensor, handed, in_layout
from course_torch.exercises.sandbox.process import Answer, Failure, Learner
from course_torch.exercises.sandbox.source import Source, read_source
from course_torch.exercises.tasks.cases import TestCase
from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.formulas.slopes import slope_from_both_sides
from course_torch.language import Language
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.threads import computing_with
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
    derives   whether the learner's gradients are the derivatives of the learner's own cost, if a function is wrong
    passes    whether the learner's forward and backward pass runs, so that `trace --mine` can show it
    trained   what the training function reaches on the flower, if it and the functions that it calls are right
    printed   what the learner's code printed
    limits    the limits that held for the learner's process
    troubles  a line for each search for a cause that raised an exception
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
    passes: bool
    trained: Demonstration | None
    printed: str
    limits: list[str]
    seconds: float
    troubles: tuple[str, ...] = ()
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
    def others_to_mend(self) -> list[Verdict]:
        """The other wrong functions, and those whose own call did not return: their state does not say so."""
        others = [verdict for verdict in self.verdicts if verdict.symptom and verdict is not self.first_wrong]
        return [one for one in others if one.state == "wrong" or (one.state == "not judged" and one.call)]


def first_wrong(verdicts: list[Verdict]) -> Verdict | None:
    """The first wrong function, otherwise the first that could not be judged."""
    return next((verdict for state in ("wrong", "not judged") for verdict in verdicts if verdict.state == state), None)


def check_file(
    path: Path,
    *,
    chapter: Chapter | None = None,
    only: str | None = None,
    begin: float | None = None,
    seed: int = 1,
    hint: int = 0,
    language: Language | None = None,
    show: bool = False,
    guard: Guard = LIMITS_ONLY,
    start: Start = start_process,
) -> Check:
    """Judge the functions of a file.

    Raises InputError if the file cannot be read, if it has no function `only`, or if a formula of the package itself is
    wrong.

    chapter    whose functions are judged; found from the file if None, which may hold the assignments of several
    only       the only function that is judged, if not all are
    begin      the moment of `perf_counter` from which the seconds count; now if None
    seed       draws the networks and examples
    hint       the level of the hint on the first wrong function, 0 for no hint
    language   of the answer; the file's own if None
    show       whether the training function is tried on the flower
    guard      what the learner's process may not do
    start      starts the learner's process, or hands out one that was started before
    """
    begin = perf_counter() if begin is None else begin
    source = read_source(path)
    language = language or source.language
    chapters = [chapter] if chapter else chapters_of(source)
    if only is not None:
        having = {task.name: one for one in reversed(chapters) for task in tasks_of(source, one)}
        check_name("function", only, having)
        chapters = [having[only]]
    check_python(source, chapters[:1])
    with computing_with(1):  # the networks are small
        checks = [
            check_assignment(
                for_chapter(source, one),
                one,
                parts_beside(source, one, chapters, other_parts=chapter is None)
                if number == 0 and only is None
                else [],
                only=only,
                begin=begin,
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
    only: str | None,
    begin: float,
    seed: int,
    hint: int,
    language: Language,
    show: bool,
    guard: Guard,
    start: Start,
) -> Check:
    """Judge the functions of one chapter in a file, and those of `parts`, other chapters with few functions.

    For one function the functions that it calls are judged too, because they may be replaced by right ones.
    """
    tasks = tasks_of(source, chapter)
    if only is not None:
        used = used_by(source, only) if only in source.functions else set()
        tasks = [task for task in tasks if task.name in {only, *used}]
    helpers, apart = helpers_for(source, chapter), seed if guard.alone else None
    with Learner(with_pass(source, chapter, parts), helpers, guard=guard, start=start) as learner:
        with by_right_formulas(chapter):
            judges = [Judge(learner, part, part.cases(seed), part.equal_cases(seed)) for part in (chapter, *parts)]
            failure = learner.ready()  # the cases were drawn while the process started
            verdicts = [] if failure else verdicts_of(judges, tasks, apart)
        verdicts = [verdict for verdict in verdicts if only in (None, verdict.task.name)]
        wrong, troubles = first_wrong(verdicts), [line for one in judges for line in one.troubles]
        if wrong or troubles:
            check_formulas(chapter)
        lines: list[str] = []
        if wrong and hint:
            judge = next((one for one in judges[1:] if wrong.task in one.chapter.tasks), judges[0])
            lines += hint_lines(hint, wrong, judge.again(wrong), language)
        gradients = learners_pass(learner, judges[0].cases[0]) if wrong and chapter.whole_pass else None
        derives = derives_learners_cost(learner, judges[0].cases[0], gradients) if gradients else None
        trained = demonstrate(learner, chapter) if show and may_train(source, chapter, verdicts) else None
    printed = learner.printed.decode(errors="replace")
    return Check(
        source=source,
        chapter=chapter,
        verdicts=verdicts,
        failure=failure,
        language=language,
        hint=lines,
        derives=derives,
        passes=gradients is not None,
        trained=trained,
        printed=printed,
        limits=learner.limits,
        seconds=perf_counter() - begin,
        troubles=tuple(troubles),
    )


def verdicts_of(judges: list[Judge], tasks: list[Task], apart: int | None) -> list[Verdict]:
    """Judge the functions of the first judge's chapter, then those of the others'.

    After that several verdicts together show a cache that does not fit, and the right functions get their notes.
    """
    first, *others = judges

    def after(judge: Judge, step: Callable[..., list[Verdict]], found: list[Verdict], *given: object) -> list[Verdict]:
        return judge.sought(partial(step, judge, found, *given), found)

    verdicts = after(first, with_cache_mismatch, judge_all(first, tasks, apart=apart))
    verdicts = after(first, with_graders_notes, verdicts, first.chapter.name)
    for other in others:
        more = judge_all(other, other.chapter.tasks, verdicts, apart)
        verdicts = verdicts + after(other, with_graders_notes, more, first.chapter.name)
    return first.sought(partial(with_torch_notes, first.source, verdicts), verdicts)


def may_train(source: Source, chapter: Chapter, verdicts: list[Verdict]) -> bool:
    """Whether the chapter's training function and the functions of the chapter that it calls are right."""
    right = {verdict.task.name for verdict in verdicts if verdict.state == "right" and not verdict.way.given.names}
    function = chapter.training.function if chapter.training else ""
    return function in right and used_by(source, function) & {task.name for task in tasks_of(source, chapter)} <= right


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
        raise InputError(
            f"course_torch: a formula of the package itself is wrong, so no file can be judged. {report}",
            f"course_torch：程序自己的公式有错，所以不能检查任何文件。{report.text.zh}",
        )


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


def learners_pass(learner: Learner, case: TestCase, **changed: np.ndarray) -> dict[str, Tensor] | None:
    """J and the gradients by the learner's pass, with some parameters changed. None if a call fails or a part lacks."""
    layout = learner.source.layout
    parameters = {**{name: handed(value, name, layout) for name, value in case.parameters.items()}, **changed}
    arguments = [handed(case.X, "X", layout), handed(case.Y, "Y", layout), parameters]
    answer = learner.call(NAME, arguments, patience=PATIENCE)
    result = answer.result if isinstance(answer, Answer) and isinstance(answer.result, dict) else {}
    sizes = {"cost": 1, **{f"d{name}": value.size for name, value in parameters.items()}}
    found = {name: as_tensor(result.get(name)) for name in sizes}
    tensors = {name: tensor for name, tensor in found.items() if tensor is not None and tensor.numel() == sizes[name]}
    return tensors if tensors.keys() == sizes.keys() else None


def derives_learners_cost(learner: Learner, case: TestCase, gradients: Mapping[str, Tensor]) -> bool | None:
    """Compare entries of the learner's dW and db with central differences of the learner's cost.

    This second judge needs no right result, so it tells a wrong cost with its own right gradients from wrong gradients.
    Returns None if a call fails.
    """
    layout = learner.source.layout

    def cost(name: str, values: np.ndarray, index: int, value: float) -> float:
        changed = values.copy()
        changed.flat[index] = value
        found = learners_pass(learner, case, **{name: changed})
        return found["cost"].item() if found else float("nan")

    found, expected = [], []
    for name, tensor in case.parameters.items():
        values = handed(tensor, name, layout)
        for index in range(0, values.size, max(1, values.size // ENTRIES)):
            found.append(gradients[f"d{name}"].flatten()[index].item())
            expected.append(slope_from_both_sides(partial(cost, name, values, index), values.flat[index], NUDGE))
    difference = np.linalg.norm(np.subtract(found, expected))
    return bool(difference <= NEAR * np.linalg.norm(expected)) if np.isfinite(difference) else None
