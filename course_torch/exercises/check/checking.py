"""Check a learner's file: every function of its chapter, in the order of the notes."""

import ast
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import perf_counter

import torch

from course_torch.errors import InputError, check_name
from course_torch.exercises.check.hints import hint_lines
from course_torch.exercises.check.notes import with_graders_notes, with_notes_by_text
from course_torch.exercises.check.whole_pass import Demonstration, demonstrate, may_train, run_pass, with_pass
from course_torch.exercises.judge.cache_mismatch import with_cache_mismatch
from course_torch.exercises.judge.calling import PATIENCE, Caller
from course_torch.exercises.judge.judging import judge_all
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.source import Source, read_source
from course_torch.exercises.learners_file.syntax import used_by
from course_torch.exercises.recognition.chapters import chapters_of, for_chapter, parts_beside
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.no_chapter import check_python
from course_torch.exercises.recognition.stand_ins import helpers_for
from course_torch.exercises.sandbox.child_process import Start, start_process
from course_torch.exercises.sandbox.client import Failure, Learner
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Language
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.threads import computing_with
from course_torch.verification.networks.comparison import compare_gradients

PASSES = (("forward_propagation", "backward_propagation"), ("L_model_forward", "L_model_backward"))
"""The functions whose results show the activation of the hidden layer."""


@dataclass(frozen=True)
class CheckOptions:
    """How a file is checked.

    chapter    whose functions are judged; found from the file if None, which may hold the assignments of several
    only       the only function that is judged, if not all are
    seed       draws the networks and examples
    hint       the level of the hint on the first wrong function, 0 for no hint
    language   of the answer; the file's own if None
    show       whether the training function is tried on the flower
    guard      what the learner's process may not do
    start      starts the learner's process, or hands out one that was started before
    begin      the moment of `perf_counter` from which the seconds count
    before     the verdicts on the file's functions of other chapters, which those of this chapter may call
    """

    chapter: Chapter | None = None
    only: str | None = None
    seed: int = 1
    hint: int = 0
    language: Language | None = None
    show: bool = False
    guard: Guard = LIMITS_ONLY
    start: Start = start_process
    begin: float = field(default_factory=perf_counter)
    before: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class AssignmentCheck:
    """The verdicts on the functions of one chapter in a file.

    failure   why the file could not be loaded, or None; then there are no verdicts
    hint      the lines of the hint that was asked for
    passes    whether the learner's forward and backward pass runs, so that `trace --mine` can show it
    trained   what the training function reaches on the flower, if it and the functions that it calls are right
    printed   what the learner's code printed
    limits    the limits that held for the learner's process
    troubles  a line for each search for a cause that raised an exception
    """

    source: Source
    chapter: Chapter
    verdicts: list[Verdict]
    failure: Failure | None
    hint: list[str]
    passes: bool
    trained: Demonstration | None
    printed: str
    limits: list[str]
    seconds: float
    troubles: tuple[str, ...] = ()

    @property
    def is_usual(self) -> bool:
        """Whether the network of the file has the hidden activation of the assignment."""
        return self.chapter.hidden_activation == CHAPTERS[self.chapter.name].hidden_activation

    @property
    def passed(self) -> bool:
        """Whether every function is right."""
        return self.failure is None and all(verdict.state == "right" for verdict in self.verdicts)

    @property
    def first_wrong(self) -> Verdict | None:
        """The function to mend first: the first wrong function, otherwise the first that could not be judged."""
        return first_wrong(self.verdicts)


@dataclass(frozen=True)
class FileCheck:
    """The checks of the assignments that a file holds, the one with most functions first.

    language   of the answer
    """

    path: Path
    language: Language
    assignments: tuple[AssignmentCheck, ...]

    @property
    def first(self) -> AssignmentCheck:
        """The check of the assignment with most functions. What is said of the whole file is said there."""
        return self.assignments[0]

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdicts on the functions of all assignments."""
        return [verdict for assignment in self.assignments for verdict in assignment.verdicts]

    @property
    def passed(self) -> bool:
        """Whether every function is right."""
        return all(assignment.passed for assignment in self.assignments)


def first_wrong(verdicts: list[Verdict]) -> Verdict | None:
    """The first wrong function, otherwise the first that could not be judged."""
    return next((verdict for state in ("wrong", "not judged") for verdict in verdicts if verdict.state == state), None)


def check_file(path: Path, options: CheckOptions | None = None) -> FileCheck:
    """Judge the functions of a file.

    Raises InputError if the file cannot be read, if it has no such function, or if a formula of the package itself is
    wrong.
    """
    options = options or CheckOptions()
    source = read_source(path)
    chapters = [options.chapter] if options.chapter else chapters_of(source)
    if options.only is not None:
        having = {task.name: one for one in reversed(chapters) for task in Contents(source, one).judged}
        check_name("function", options.only, having)
        chapters = [having[options.only]]
    check_python(source, [Contents(source, chapters[0])])
    first, others = chapters[0], options.chapter is None
    beside = parts_beside(source, first, chapters, other_parts=others) if options.only is None else []
    with computing_with(1):  # the networks are small
        checks = list[AssignmentCheck]()
        for one in chapters:
            before = tuple(verdict for check in checks for verdict in check.verdicts)
            parts, with_before = beside if one is first else [], replace(options, before=before)
            checks.append(check_assignment(for_chapter(source, one), one, parts, with_before))
    return FileCheck(path, options.language or source.language, tuple(checks))


def check_assignment(source: Source, chapter: Chapter, parts: list[Chapter], options: CheckOptions) -> AssignmentCheck:
    """Load the file, judge the functions of a chapter and of `parts`, further chapters, and supplement the verdicts.

    A file whose functions show that its rows are examples, or that its network has another activation, is loaded and
    judged again so.
    """
    whole, helpers, seed = with_pass(source, chapter, parts), helpers_for(source, chapter), options.seed
    with Learner(whole, helpers, guard=options.guard, start=options.start) as learner:
        try:
            # The cases are drawn while the learner's process starts.
            callers = [Caller(learner, one, one.cases(seed), one.equal_cases(seed)) for one in (chapter, *parts)]
            failure, verdicts = judge_tasks(callers, source, options)
            in_rows = shows_rows(callers[0], verdicts)
            activation = None if in_rows else other_activation(callers[0], verdicts, seed)
        except Exception:
            check_formulas(chapter)
            raise
        if not in_rows and activation is None:
            return assignment_check(callers, source, failure, verdicts, options)
    shown = [replace(one, hidden_activation=activation or one.hidden_activation) for one in (chapter, *parts)]
    return check_assignment(replace(source, in_rows=source.in_rows or in_rows), shown[0], shown[1:], options)


def judge_tasks(callers: list[Caller], source: Source, options: CheckOptions) -> tuple[Failure | None, list[Verdict]]:
    """Why the file cannot be loaded, or the verdicts.

    For one function the functions that it calls are judged too, because they may be replaced by right ones. A function
    that is right in another chapter is not judged here: `initialize_parameters(layer_dims)` of week 4 is not that of
    week 3.
    """
    if failure := callers[0].learner.ready():
        return failure, []
    tasks, only = Contents(source, callers[0].chapter).judged, options.only
    if only is not None:
        used = used_by(source.functions, only) if only in source.functions else set()
        tasks = [task for task in tasks if task.name in {only, *used}]
    verdicts = verdicts_of(callers, tasks, options)
    right = {verdict.task.name for verdict in options.before if verdict.state == "right"} & defined_once(source)
    if of_another := {verdict.task.name for verdict in verdicts if verdict.state in ("wrong", "not judged")} & right:
        return None, verdicts_of(callers, [task for task in tasks if task.name not in of_another], options)
    return None, verdicts


def defined_once(source: Source) -> set[str]:
    """The names of the functions that the file defines once."""
    counts = Counter(node.name for tree in source.trees for node in tree.body if isinstance(node, ast.FunctionDef))
    return {name for name, n in counts.items() if n == 1}


def assignment_check(
    callers: list[Caller], source: Source, failure: Failure | None, verdicts: list[Verdict], options: CheckOptions
) -> AssignmentCheck:
    """Add the hint on a wrong file, or the training of a right one, and end the process."""
    learner, chapter, case = callers[0].learner, callers[0].chapter, callers[0].cases[0]
    verdicts = [verdict for verdict in verdicts if options.only in (None, verdict.task.name)]
    wrong, troubles = first_wrong(verdicts), [line for one in callers for line in one.troubles]
    if wrong or troubles:
        check_formulas(chapter)
    hint: list[str] = []
    if wrong and options.hint:
        caller = next((one for one in callers[1:] if wrong.task in one.chapter.tasks), callers[0])
        hint += hint_lines(options.hint, wrong, caller.again(wrong), options.language or source.language)
    found = run_pass(learner, case.X, case.Y, case.parameters, PATIENCE) if wrong and chapter.whole_pass else None
    trained = demonstrate(learner, chapter) if options.show and may_train(source, chapter, verdicts) else None
    learner.close()  # `printed` is complete then
    return AssignmentCheck(
        source=source,
        chapter=chapter,
        verdicts=verdicts,
        failure=failure,
        hint=hint,
        passes=isinstance(found, dict),
        trained=trained,
        printed=learner.printed.decode(errors="replace"),
        limits=learner.limits,
        seconds=perf_counter() - options.begin,
        troubles=tuple(troubles),
    )


def shows_rows(caller: Caller, verdicts: list[Verdict]) -> bool:
    """Whether a function of an assignment is right in rows alone, and none in columns alone."""
    learner, source = caller.learner, caller.source
    names = {task.names for task in caller.chapter.tasks}
    own = [one for one in verdicts if one.task.names in names and not one.way.given.names]
    wrong = [one for one in own if one.state == "wrong" and one.call]
    if not (wrong and source.may_be_in_rows):
        return False

    def is_right(one: Verdict) -> bool:
        return caller.again(one).is_right(one.task)

    learner.source = replace(source, in_rows=True)
    try:
        return any(map(is_right, wrong)) and all(is_right(one) for one in own if one.state == "right")
    finally:
        learner.source = source


def other_activation(caller: Caller, verdicts: list[Verdict], seed: int) -> str | None:
    """The hidden activation with which both passes of an assignment are right, if they are wrong with the chapter's.

    Both are called, also if only one of them is judged.
    """
    keys = next((keys for keys in PASSES if {*keys} <= caller.present.keys()), ())
    states = {one.state for one in verdicts if one.task.key in keys}
    if caller.source.is_exercise or not states or not states <= {"wrong", "not judged"}:
        return None
    for name in ACTIVATIONS:
        chapter = replace(caller.chapter, hidden_activation=name)
        other = replace(caller, chapter=chapter, cases=chapter.cases(seed))
        if all(other.is_right(caller.present[key]) for key in keys):
            return name
    return None


def verdicts_of(callers: list[Caller], tasks: list[Task], options: CheckOptions) -> list[Verdict]:
    """Judge the functions of the first caller's chapter, then those of the others'.

    After that several verdicts together show a cache that does not fit, and the right functions get their notes.
    """
    first, *others = callers
    own, apart = {task.name for task in tasks}, options.seed if options.guard.alone else None
    before = [verdict for verdict in options.before if verdict.task.name not in own]
    verdicts = judge_all(first, tasks, before, apart)
    verdicts = first.attempt(partial(with_cache_mismatch, first, verdicts), verdicts)
    verdicts = first.attempt(partial(with_graders_notes, first, verdicts), verdicts)
    for other in others:
        more = judge_all(other, other.chapter.tasks, verdicts, apart)
        verdicts = verdicts + other.attempt(partial(with_graders_notes, other, more), more)
    return first.attempt(partial(with_notes_by_text, first.source, verdicts), verdicts)


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
