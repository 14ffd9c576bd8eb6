"""Call a function of a learner's file, in the learner's form, and compare the results with the right ones.

A call settles the verdict by itself if it raises an exception, does not return, changes its arguments, gives another
result when it is called again, or returns another structure.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from traceback import extract_tb
from typing import Any, TypeVar

import torch

from course_torch.errors import InputError
from course_torch.exercises.comparing import Result, same_parts, wrong_parts
from course_torch.exercises.explain.raised_call import RaisedCall, loop_around
from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.epsilons import epsilons, is_right_with
from course_torch.exercises.judge.own_form import results_by_name
from course_torch.exercises.judge.verdicts import AS_WRITTEN, Verdict, Way
from course_torch.exercises.learners_file.problems import line_of
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.signatures import in_own_order, own_arguments
from course_torch.exercises.sandbox.client import Answer, Failure, Learner
from course_torch.exercises.sandbox.layout import Mismatch, Part, all_handed, parts
from course_torch.exercises.tasks.cases import TestCase
from course_torch.exercises.tasks.task import Call, Chapter, Finding, Initial, LearnersCache, Task, finding
from course_torch.exercises.trail import Step
from course_torch.language import Text
from course_torch.places import place_of

PATIENCE = 5.0
"""Processor time of a call in seconds. A function that trains makes few iterations here."""
Found = TypeVar("Found")


def arguments_for(learner: Learner, task: Task, call: Call) -> list[Any]:
    """The arguments in the learner's form and order, and further arguments that the learner's function requires."""
    given = own_arguments(call, learner.source.functions[task.name], task)
    return all_handed(given, learner.source.layout)


def trouble(error: Exception) -> str:
    """One line about an exception of the checker itself, with its place. The tests raise the exception instead."""
    place = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"


def wrong_by(task: Task, call: Call, *findings: Finding) -> Verdict:
    """The verdict on a function whose result shows its first cause by itself."""
    return Verdict(task, "wrong", findings[0].text, findings, call)


@dataclass(frozen=True)
class Caller:
    """Calls functions of a chapter in one way. `equal_cases` only help with an exception.

    troubles   a line for each search for a cause that raised an exception
    trail      the steps of the judge so far
    """

    learner: Learner
    chapter: Chapter
    cases: list[TestCase]
    equal_cases: list[TestCase]
    way: Way = AS_WRITTEN
    troubles: list[str] = field(default_factory=list, compare=False)
    trail: list[Step] = field(default_factory=list, compare=False)

    def attempt(self, find: Callable[[], Found], otherwise: Found) -> Found:
        """What a search for a cause finds.

        A search that raises an exception finds nothing: a function is right or wrong by its calls alone.
        """
        try:
            return find()
        except InputError:
            raise
        except Exception as error:
            self.troubles.append(trouble(error))
            return otherwise

    def causes(self, find: Callable[..., Iterable[Finding]], *arguments: Any) -> tuple[Finding, ...]:
        """The causes that a search finds: none if it raises an exception."""
        found: tuple[Finding, ...] = self.attempt(lambda: tuple(find(*arguments)), ())
        keys, places = ", ".join(one.key for one in found), dict.fromkeys(one.maker for one in found if one.maker)
        self.trail.append(Step("search", find.__name__, Text(keys, keys), "; ".join(places) or place_of(find)))
        return found

    def by(self, **changed: Any) -> "Caller":
        """Calls the functions in another way."""
        return replace(self, way=self.way._replace(**changed))

    def elsewhere(self) -> "Caller":
        """Calls the functions in further test cases."""
        cases, equal_cases = self.chapter.further_cases()
        return replace(self, cases=cases, equal_cases=equal_cases)

    def again(self, verdict: Verdict) -> "Caller":
        """Calls a function as it was called for a verdict."""
        return replace(self, way=verdict.way)

    @property
    def source(self) -> Source:
        return self.learner.source

    @property
    def layout(self) -> str:
        return self.source.layout

    @cached_property
    def contents(self) -> Contents:
        """What the file has of the chapter."""
        return Contents(self.source, self.chapter)

    @cached_property
    def present(self) -> dict[str, Task]:
        """Name in the solution -> the function of the chapter that the file defines, under any name."""
        return {task.key: task for task in self.contents.present}

    def cache_call(self, made: LearnersCache) -> tuple[str, list[Any]]:
        """The name of the learner's function that makes a cache, and its arguments in the learner's form and order."""
        if (task := self.present.get(made.function)) is None:
            return made.function, all_handed(made.arguments, self.layout)
        arguments = in_own_order(made.arguments, self.source.functions[task.name], task)
        return task.name, all_handed(arguments, self.layout)

    def own_caches(self, task: Task, call: Call, other: Call) -> list[list[Any]]:
        """The caches of a call that the learner's own functions make, as `learner/main.py` reads them.

        other   the call whose caches the same functions make afterwards, if the way's caches are "own"
        """
        function = self.source.functions[task.name]
        positions = {name: i for i, name in enumerate(own_arguments(call, function, task))}
        afterwards = other.learners if self.way.caches == "own" else {}
        others = {name: self.cache_call(made)[1] for name, made in afterwards.items()}
        return [[positions[name], *self.cache_call(made), others.get(name)] for name, made in call.learners.items()]

    def calls(self, task: Task) -> list[Call]:
        """The calls that judge a function."""
        return [call for case in self.cases for call in task.calls_in(case)]

    def asked(self, task: Task, twice: int = 0) -> Iterator[Verdict | Result]:
        """The answer to each call that judges a function. The first `twice` calls are made twice."""
        calls = self.calls(task)
        for number, call in enumerate(calls):
            caches = self.own_caches(task, call, calls[number - 1]) if self.way.caches != "given" else None
            yield self.ask(task, call, caches, twice=number < twice)

    def ask(
        self, task: Task, call: Call, caches: list[list[Any]] | None = None, *, twice: bool = False
    ) -> Verdict | Result:
        """Call once. Returns a verdict if the call already settles it, otherwise the tensors of the result."""
        answer = self.answer_to(task, call, caches, twice=twice)
        if isinstance(answer, Failure):
            return self.ask(task, call.otherwise) if call.otherwise else self.verdict_on_failure(task, call, answer)
        if answer.changed or answer.foreign:
            return wrong_by(task, call, finding("arguments changed" if answer.changed else "NumPy in torch"))
        result = self.compare(task, call, answer.result)
        if isinstance(result, Verdict):
            return result
        if call.initial is not None:
            return result if result.wrong else self.from_initial(task, call.initial, result)
        if twice and not same_parts(answer, call, task, self.layout):
            return wrong_by(task, call, finding("another result"))
        return result

    def answer_to(self, task: Task, call: Call, caches: list[list[Any]] | None, *, twice: bool) -> Answer | Failure:
        """What the function returns, with its results by name if the way says so.

        `caches` are those that the learner's own functions make. They do not come back.
        """
        answer = self.learner.call(
            task.name,
            arguments_for(self.learner, task, call),
            caches,
            twice=twice,
            arguments_back=not task.changes and not caches,
            code=self.way.code,
            given=self.way.given,
            patience=PATIENCE,
        )
        if isinstance(answer, Failure) or not self.way.named:
            return answer
        named = partial(results_by_name, self.source, task, call.right)
        return answer._replace(result=named(answer.result), again=named(answer.again))

    def compare(self, task: Task, call: Call, value: Any) -> Verdict | Result:
        """The tensors of a result and those that are wrong, or the verdict on another structure.

        Of numbers drawn at random only the shapes are compared.
        """
        structures = [list(parts(value, right, task.result, self.layout)) for right in (call.right, *call.also_right)]
        tensors = [[part for part in found if isinstance(part, Part)] for found in structures]
        choices = [found for found, structure in zip(tensors, structures, strict=True) if len(found) == len(structure)]
        if not choices:
            mismatch = next(part for part in structures[0] if isinstance(part, Mismatch))
            return Verdict(task, "wrong", said.STRUCTURE.fill(**mismatch._asdict()), call=call, result=value)
        if call.initial is not None:
            other_shapes = [part.name for part in choices[0] if part.found.shape != part.right.shape]
            return Result(call, choices[0], other_shapes, value)
        results = [Result(call, found, wrong_parts(found, call), value) for found in choices]
        result = min(results, key=lambda result: len(result.wrong))
        small = epsilons(self.source, task.name) if result.wrong else []
        with_epsilon = is_right_with(small, result, self.chapter.name, task, self.layout)
        return replace(result, wrong=[]) if with_epsilon else result

    def from_initial(self, task: Task, initial: Initial, start: Result) -> Verdict | Result:
        """Judge initial parameters, then the call that follows from them.

        A wrong result of that call says nothing if each call starts from other parameters.
        """
        found = {part.name: part.found for part in start.parts}
        if cause := initial.fails(found):
            return wrong_by(task, start.call, cause)
        if initial.then is None:
            return start
        asked = self.ask(task, initial.then(found))
        if isinstance(asked, Result) and asked.wrong:
            again = self.ask(task, replace(start.call, initial=initial._replace(then=None)))
            if isinstance(again, Verdict) or any(
                not torch.equal(one.found, other.found) for one, other in zip(start.parts, again.parts, strict=True)
            ):
                return Verdict(task, "not judged", said.OTHER_START, call=start.call)
        return asked

    def verdict_on_failure(self, task: Task, call: Call, failure: Failure) -> Verdict:
        """The verdict on a call that gave no result."""
        if failure.type == "unmade":
            return Verdict(task, "not judged", call=call)
        if failure.is_missing:
            inside = failure.place is None or self.source.is_inside(task.name, failure.place)
            unjudged = Verdict(task, "not judged", said.UNWRITTEN.fill(place=failure.where))
            return Verdict(task, "missing") if inside else unjudged
        source, symptom = self.source, said.without_result(failure, self.source.path.name)
        if failure.type == "StubResultError":
            is_own_mistake = source.is_exercise or failure.message.startswith("course_torch.")
            return Verdict(task, "wrong" if is_own_mistake else "not judged", symptom, call=call)
        if failure.type == "NotReturning":
            if failure.place is not None:
                symptom = said.RUNNING.fill(line=line_of(*loop_around(source, failure.place)))
            return Verdict(task, "wrong", symptom, call=call, stuck=True)
        if failure.type in said.NO_ANSWER:
            return Verdict(task, "not judged", symptom, call=call)
        own_call = replace(call, arguments=own_arguments(call, source.functions[task.name], task))
        return Verdict(task, "wrong", symptom, call=call, raised=RaisedCall(failure, own_call, source, task.name))

    def is_right(self, task: Task) -> bool:
        """Whether every call gives the right result."""
        return all(isinstance(result, Result) and not result.wrong for result in self.asked(task))
