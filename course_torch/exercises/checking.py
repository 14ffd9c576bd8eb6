"""Check a learner's file: every function of its chapter, in the order of the notes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from course_torch.exercises.child_process import ChildProcess
from course_torch.exercises.demonstration import Demonstration, demonstrate
from course_torch.exercises.guards import LIMITS_ONLY, Guard
from course_torch.exercises.hints import hint_lines
from course_torch.exercises.judging import Judge, in_order
from course_torch.exercises.misfit import with_misfit
from course_torch.exercises.own_derivative import derives_own_cost
from course_torch.exercises.process import Failure, Learner
from course_torch.exercises.recognition import chapter_of, tasks_of
from course_torch.exercises.source import Source, read_source
from course_torch.exercises.task import Chapter
from course_torch.exercises.verdict import Verdict
from course_torch.exercises.whole_pass import with_pass
from course_torch.language import Language


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

    @property
    def passed(self) -> bool:
        """Whether every function is right."""
        return self.failure is None and all(each.state == "right" for each in self.verdicts)

    @property
    def first_wrong(self) -> Verdict | None:
        """The function to mend first: the first wrong function, otherwise the first that could not be judged."""
        return first_wrong(self.verdicts)

    @property
    def not_returning(self) -> list[Verdict]:
        """The other functions whose own call did not return. Their state "not judged" does not say so."""
        ended = [each for each in self.verdicts if each.state == "not judged" and each.call and each.seen]
        return [each for each in ended if each is not self.first_wrong]


def first_wrong(verdicts: list[Verdict]) -> Verdict | None:
    """The first wrong function, otherwise the first that could not be judged."""
    for state in ("wrong", "not judged"):
        for each in verdicts:
            if each.state == state:
                return each
    return None


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
    """Judge the functions of a file. Raises InputError if the file cannot be read.

    chapter    whose functions are judged; found from the file if None
    seed       draws the networks and examples
    hint       the level of the hint on the first wrong function, 0 for no hint
    language   of the answer; the file's own if None
    show       whether the training function is tried on the flower
    guard      what the learner's process may not do
    start      starts the learner's process, or hands out one that was started before
    """
    begin = perf_counter()
    source = read_source(path)
    language = language or source.language
    chapter = chapter or chapter_of(source)
    verdicts: list[Verdict] = []
    with Learner(with_pass(source, chapter), chapter.helpers, guard=guard, start=start) as learner:
        settings = chapter.settings(seed), chapter.all_equal(seed)  # drawn while the process starts
        judge = Judge(learner, chapter.name, *settings)
        failure = learner.ready()
        if failure is None:
            verdicts += with_misfit(judge, in_order(judge, tasks_of(source, chapter)))
        wrong = first_wrong(verdicts)
        lines = list(hint_lines(hint, wrong, judge, chapter, language)) if wrong and hint else []
        derives = derives_own_cost(learner, judge.settings[0]) if wrong and chapter.whole_pass else None
        right = failure is None and all(each.state == "right" for each in verdicts)
        trained = demonstrate(learner, chapter.training) if show and right and chapter.training else None
    printed = learner.printed.decode(errors="replace")
    seconds = perf_counter() - begin
    return Check(
        source, chapter, verdicts, failure, language, lines, derives, trained, printed, learner.limits, seconds
    )
