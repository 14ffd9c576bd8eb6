"""What is known of a function after its calls: an `Outcome`. With its causes and the functions before it: a `Claim`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from course_torch.exercises.comparing import Result, conclusive, symptom_of
from course_torch.exercises.explain.raised_call import RaisedCall
from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.judge.verdicts import STATES, Verdict
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import Function
from course_torch.exercises.tasks.task import Task
from course_torch.exercises.trail import Step
from course_torch.language import Text
from course_torch.places import place_of

CALLED = Text("{state}: {symptom}", "{state}：{symptom}")
Earlier = Mapping[str, Verdict]
"""The verdicts on the functions before a function, which it may call."""


@dataclass(frozen=True)
class Outcome:
    """What the calls of a function show.

    results   of all calls; none if one call settles the verdict
    settled   the verdict by one call, or None
    """

    caller: Caller
    task: Task
    results: list[Result]
    settled: Verdict | None = None

    @property
    def wrong(self) -> list[Result]:
        return [result for result in self.results if result.wrong]

    @cached_property
    def best(self) -> Result:
        """The wrong result that tells most."""
        return conclusive(self.wrong)[0]

    @property
    def function(self) -> Function:
        """The learner's function."""
        return self.caller.source.functions[self.task.name]

    @property
    def raised(self) -> RaisedCall:
        """The exception of the call that raised one."""
        assert self.verdict.raised is not None
        return self.verdict.raised

    @cached_property
    def verdict(self) -> Verdict:
        """Right, wrong with what is seen, or the verdict by one call. No cause is looked for."""
        way = self.caller.way._replace(code="")
        if self.settled is not None:
            return replace(self.settled, way=way)
        if not self.wrong:
            return Verdict(self.task, "right" if self.results else "not judged", way=way)
        symptom = symptom_of(self.best, self.caller.layout)
        return Verdict(self.task, "wrong", symptom, call=self.best.call, part=self.best.first, way=way)


def outcome_of(caller: Caller, task: Task) -> Outcome:
    """Call the function in every test case, up to the first call that settles the verdict by itself."""
    results, settled = list[Result](), None
    for asked in caller.asked(task, twice=2):
        if isinstance(asked, Verdict):
            results, settled = [], asked
            break
        results.append(asked)
    outcome = Outcome(caller, task, results, settled)
    state, symptom = STATES[outcome.verdict.state], outcome.verdict.symptom
    found = CALLED.fill(state=state, symptom=symptom) if symptom else state
    caller.trail.append(Step("call", caller.way.label, found, place_of(task.calls)))
    return outcome


@dataclass(frozen=True)
class Claim:
    """A verdict by the calls of a function, whose calls they were, and the verdicts on the functions before it."""

    caller: Caller
    verdict: Verdict
    earlier: Earlier

    @property
    def source(self) -> Source:
        return self.caller.source

    @property
    def function(self) -> Function:
        """The learner's function."""
        return self.source.functions[self.verdict.task.name]
