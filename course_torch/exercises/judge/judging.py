"""Judge one function of a learner's file by its calls (`calling.py`), and look for the cause if it is wrong."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from course_torch.errors import InputError
from course_torch.exercises.explain.changed_text import repairs, returning_keys, with_copies, without_asserts
from course_torch.exercises.explain.exceptions import is_certain, of_assertion, of_own_dicts, of_sizes, that_raise
from course_torch.exercises.explain.numbers import UNKNOWN, by_tensor, explain, shown, telling
from course_torch.exercises.explain.raised_call import RaisedCall
from course_torch.exercises.explain.signs import of_signs
from course_torch.exercises.explain.symptoms import Result, in_text, not_contradicted, symptom_of
from course_torch.exercises.explain.unwritten import blank_places, is_blank, lacks_values, left_none
from course_torch.exercises.judge import verdicts as said
from course_torch.exercises.judge.calling import Caller, arguments_for, trouble
from course_torch.exercises.judge.own_form import (
    has_own_order,
    in_own_form,
    lacking_arguments,
    of_own_kind,
    right_functions,
    with_right_functions,
)
from course_torch.exercises.judge.verdicts import Verdict, is_unknown
from course_torch.exercises.recognition.chapters import imported_names, used_by
from course_torch.exercises.recognition.signatures import arguments_of, names_in, takes
from course_torch.exercises.sandbox.not_python import line_of
from course_torch.exercises.sandbox.process import Failure
from course_torch.exercises.sandbox.source import Function, nodes_of
from course_torch.exercises.tasks.task import Finding, Task, finding
from course_torch.language import NOTHING, Text
from course_torch.mistakes.solution import functions as solution_functions

LACKING = ("NameError", "UnboundLocalError", "KeyError")
"""Exceptions of a function in which a value is not there yet."""
APART = 100
"""Distance of the seeds of two functions: each test case takes the next seed."""
UNDEFINED = re.compile(r"name '(\w+)' is not defined")


@dataclass(frozen=True)
class Judge(Caller):
    """Judges functions of a chapter by calling them, and looks for the cause of a wrong result."""

    def judge(self, task: Task, earlier: Mapping[str, Verdict]) -> Verdict:
        """Judge a function. `earlier` are the verdicts on the functions before it, which it may call."""
        try:
            return self.explained(task, earlier)
        except RecursionError:  # of ast.unparse and deepcopy, which only the causes of a wrong result need
            return Verdict(task, "wrong", said.TOO_DEEP)
        except InputError:
            raise
        except Exception as error:  # one function must not end the judgement of the others
            self.troubles.append(trouble(error))
            return Verdict(task, "not judged", said.TROUBLE)

    def explained(self, task: Task, earlier: Mapping[str, Verdict]) -> Verdict:
        """Judge a function, and look for the cause if it is wrong."""
        functions = self.learner.source.functions
        if task.name not in functions:
            return Verdict(task, "missing", said.NOT_DEFINED)
        function, source = functions[task.name], self.learner.source
        if (problem := source.broken.get(task.name)) is not None:
            if problem.blank:
                return Verdict(task, "missing")
            piece = next(piece for piece in source.pieces if piece.problem is problem)
            findings = self.causes(of_signs, piece, lambda code: self.changed(code).is_right(task))
            return Verdict(task, "wrong", problem.why, findings)
        if not takes(function, task) or (source.is_exercise and has_own_order(source, task)):
            if lacking := lacking_arguments(source, task):
                return Verdict(task, "wrong", said.NO_ARGUMENT.fill(name=lacking[0], right=task.signature))
            found = ", ".join(arguments_of(function))
            return Verdict(task, "not judged", said.ANOTHER_SIGNATURE.fill(found=found, right=task.signature))
        if (unset := self.without_value(task.name)) is not None:
            return Verdict(task, "not judged", unset)
        used = used_by(source, task.name)
        helpers = [before for name, before in earlier.items() if before.state == "wrong" and name in used]
        blamed: Verdict | None = None
        if helpers and (any(helper.stuck for helper in helpers) or not self.is_right(task)):
            given = right_functions(source, self.chapter.name, [helper.task for helper in helpers])
            others = {name: before for name, before in earlier.items() if before not in helpers}
            with_right = replace(replace(self, given=given).judge(task, others), given=given)
            blamed = with_right_functions(helpers, with_right)
            if blamed.state != "not judged":
                return blamed
        verdict = self.by_every_call(task)
        if verdict.stuck:
            return verdict
        if not (source.is_exercise or self.order):
            verdict = in_own_form(source, verdict, lambda order: replace(self, order=order).judge(task, earlier))
        if verdict.state not in ("wrong", "not judged"):
            return verdict
        if blamed:
            return blamed
        if verdict.state == "wrong":
            if own := of_own_kind(source, verdict):
                return Verdict(task, "not judged", own, call=verdict.call)
            if said.LEFT_BEHIND not in verdict.findings and (sure := self.by_repair(task, surely=True)):
                return replace(verdict, findings=sure)
            if unwritten := self.sought(partial(self.unwritten, verdict), None):
                return unwritten
            verdict = self.sought(partial(self.only_with, verdict), verdict)
        called = called_by(function) - (self.made_elsewhere(verdict) if verdict.state == "wrong" else set())
        for state, text in (("missing", said.WAITS), ("not judged", said.UNJUDGED)):
            for name, before in earlier.items():
                is_helper = state == "not judged" and not (source.is_exercise or before.task.in_assignment)
                if name in called and before.state == state and not is_helper:
                    return Verdict(task, "not judged", (text if name in functions else said.ELSEWHERE).fill(name=name))
        unset = self.without_value(undefined_in(verdict.raised.failure)) if verdict.raised else None
        return Verdict(task, "not judged", unset, call=verdict.call) if unset else verdict

    def by_every_call(self, task: Task) -> Verdict:
        """Call the function with the caches of the solution, and if it is wrong so, with those of the learner's own."""
        verdict = self.by_calls(task, learners=False)
        takes_cache = any(call.learners for call in self.calls(task))
        if takes_cache and verdict.state == "wrong" and not verdict.stuck and said.CHANGED not in verdict.findings:
            with_learners = self.by_calls(task, learners=True)
            if with_learners.state == "right":
                noted = replace(with_learners, symptom=said.LEARNERS_CACHE.text, findings=(said.LEARNERS_CACHE,))
                verdict = with_learners if self.learner.source.is_exercise else noted
            elif with_learners.state == "wrong" and self.by_calls(task, learners=True, in_turn=True).state == "right":
                verdict = replace(verdict, findings=(said.LEFT_BEHIND,))
            elif with_learners.state == "wrong" and verdict.raised and with_learners.symptom != verdict.symptom:
                verdict = with_learners
        return verdict

    def again(self, verdict: Verdict) -> "Judge":
        """The judge that calls a function as it was called for a verdict."""
        return replace(self, given=verdict.given, order=verdict.order)

    def made_elsewhere(self, verdict: Verdict) -> set[str]:
        """The names of functions that the file does not define, because it imports them."""
        functions, imported = self.learner.source.functions.keys(), imported_names(self.learner.source)
        if "*" in imported:
            undefined = undefined_in(verdict.raised.failure) if verdict.raised else ""
            imported |= {name for task in self.chapter.tasks for name in task.names} - {undefined}
        return imported - functions

    def only_with(self, wrong: Verdict) -> Verdict:
        """Say of a wrong function if it is wrong only with one layer, or only with one example."""
        task, call = wrong.task, wrong.call
        for what, size in said.ONLY_WITH.items():
            others = [case for case in self.cases if getattr(case, size) != 1]
            if call is None or getattr(call.case, size) != 1 or not others:
                continue
            if replace(self, cases=others).is_right(task):
                grader = NOTHING if self.learner.source.is_exercise else said.NOT_TRIED
                symptom = said.ONLY.fill(what=what, grader=grader, symptom=wrong.symptom)
                return replace(wrong, symptom=symptom)
        return wrong

    def unwritten(self, wrong: Verdict) -> Verdict | None:
        """The verdict on a wrong function that is a template with places still to fill, otherwise None.

        Wrong numbers of which a mistake is known come from this mistake, although a name may still be None.
        """
        task, source = wrong.task, self.learner.source
        function = source.functions[task.name]
        if is_blank(function):
            return Verdict(task, "missing")
        label, first, code = source.text_of(task.name)
        lines = list(blank_places(code))
        uncalled = solution_functions(self.chapter.name).get(task.names[0], frozenset()) & source.functions.keys()
        uncalled -= used_by(source, task.name) | {task.name}
        given = arguments_of(function)[: len(names_in(task.signature))]
        raised = wrong.raised and wrong.raised.failure.type in LACKING
        if lines and (raised or uncalled or lacks_values(function, given)):
            places = ", ".join(f"{label}:{first + line - 1}" for line in lines)
            return Verdict(task, "missing", said.UNFINISHED.fill(why=said.BLANK.fill(places=places)), (), wrong.call)
        known = wrong.part is not None and wrong.findings not in ((), (UNKNOWN,))
        if not known and (names := left_none(function)):
            left = finding("still None", names=", ".join(names))
            return Verdict(task, "missing", said.UNFINISHED.fill(why=left.text), (left,), wrong.call)
        return None

    def by_calls(self, task: Task, *, learners: bool, in_turn: bool = False) -> Verdict:
        """Call the function in every test case, and explain the first wrong result.

        learners   whether the learner's own functions make the caches among the arguments
        in_turn    whether each cache is made just before its call. Otherwise the cache of another call is made in
                   between, so that the function cannot use what the other function left behind
        """
        every: list[Result] = []
        calls = self.calls(task)
        for number, call in enumerate(calls):
            made = self.learners_caches(task, call, None if in_turn else calls[number - 1]) if learners else None
            asked = self.ask(task, call, made, twice=number < 2)
            if isinstance(asked, Verdict):
                if said.CHANGED in asked.findings:
                    return self.behind_change(task, asked)
                why = asked.state == "wrong" and unexplained(asked) and not (asked.stuck or (learners and asked.raised))
                return self.sought(partial(self.with_reason, task, asked), asked) if why else asked
            every.append(asked)
        wrong = [result for result in every if result.wrong]
        if not wrong:
            return Verdict(task, "right") if every else Verdict(task, "not judged")
        otherwise: tuple[Result, tuple[Finding, ...]] = (telling(wrong)[0], (UNKNOWN,))
        best, findings = self.sought(partial(self.of_numbers, task, wrong, every), otherwise)
        if is_unknown(findings) and not learners:
            findings = self.of_text(task) or self.by_repair(task) or self.causes(by_tensor, wrong) or findings
        if UNKNOWN in findings and not self.code:
            best, unknown = self.sought(partial(shown, wrong), (best, UNKNOWN))
            findings = (unknown,)
        return Verdict(task, "wrong", symptom_of(best, self.layout), findings, best.call, best.first)

    def of_numbers(self, task: Task, wrong: list[Result], every: list[Result]) -> tuple[Result, tuple[Finding, ...]]:
        """The wrong result that tells most, and the known mistakes that make the numbers, in the words of the text."""
        best, findings = explain(self.chapter.name, task, wrong, every, self.layout)
        text = self.learner.source.functions[task.name]
        findings = not_contradicted(text, findings, best.first.name, self.layout)
        return best, tuple(in_text(text, cause, self.layout) for cause in findings)

    def without_value(self, name: str) -> Text | None:
        """Why a name of the file has no value, if its statement failed or its definition is not Python.

        The statement that failed first is the cause: `X = load()`, although the function uses `m = X.shape[1]`.
        """
        absent = self.learner.absent
        if name in absent:
            failure = absent[name]
            for _ in absent:
                failure = absent.get(undefined_in(failure), failure)
            text = said.NEEDS_STUB if failure.type == "StubResultError" else said.HAS_NO_VALUE
            place = line_of(*failure.place) if failure.place else NOTHING
            return text.fill(name=name, line=place, type=failure.type, message=failure.message)
        if (problem := self.learner.source.broken.get(name)) is not None:
            return said.CALLS_BROKEN.fill(name=name, why=problem.why)
        return None

    def with_reason(self, task: Task, verdict: Verdict) -> Verdict:
        """Look for the cause of an exception or of a wrong structure where all sizes are equal.

        There a product of the wrong matrices has a result, and the numbers show which matrices were used. Otherwise
        the text may show that the function is not finished, and the exception which sizes do not fit.
        """
        raised = verdict.raised
        if raised is not None and raised.failure.type == "AssertionError" and raised.line:
            return replace(verdict, findings=self.behind_assert(task, raised))
        if (
            raised is not None
            and raised.failure.type == "KeyError"
            and (findings := self.by_repair(task) or self.of_own_dicts(verdict, raised))
        ):
            return replace(verdict, findings=findings)
        asked = [self.ask(task, call) for case in self.equal_cases for call in task.calls_in(case)]
        every = [result for result in asked if isinstance(result, Result)]
        wrong = [result for result in every if result.wrong]
        findings = explain(self.chapter.name, task, wrong, every, self.layout)[1] if wrong else (UNKNOWN,)
        if is_unknown(findings):
            findings = self.of_text(task)
        sizes: tuple[Finding, ...] = ()
        if raised is not None:
            findings, sizes = that_raise(findings), tuple(of_sizes(raised))
        if not (findings or is_certain(sizes)):
            findings = self.by_repair(task) or verdict.findings
        return replace(verdict, findings=findings or sizes)

    def changed(self, code: str) -> "Judge":
        """The judge of a function with this text."""
        return replace(self, code=code)

    def behind_change(self, task: Task, changed: Verdict) -> Verdict:
        """The verdict on a function that changes its arguments, with the causes that it shows if it gets copies."""
        function = self.learner.source.functions[task.name]
        if self.code or not isinstance(function, ast.FunctionDef):
            return changed
        causes = self.changed(with_copies(function)).by_calls(task, learners=False).findings
        known = (cause for cause in causes if not is_unknown((cause,)))
        return replace(changed, findings=(*changed.findings, *known))

    def behind_assert(self, task: Task, raised: RaisedCall) -> tuple[Finding, ...]:
        """Why an assert of the learner's fails: the causes that the function shows without its asserts."""
        assert isinstance(raised.function, ast.FunctionDef)
        without = self.changed(without_asserts(raised.function)).by_calls(task, learners=False)
        own = tuple(of_assertion(raised, is_right=without.state == "right"))
        if without.state != "wrong":
            return own
        return self.by_repair(task) or own if is_unknown(without.findings) or without.raised else without.findings

    def of_own_dicts(self, wrong: Verdict, raised: RaisedCall) -> tuple[Finding, ...]:
        """The keys of the dict of the function in which a key is missing."""
        assert isinstance(raised.function, ast.FunctionDef)
        assert wrong.call is not None
        arguments = arguments_for(self.learner, wrong.task, wrong.call)
        answer = self.learner.call(wrong.task.name, arguments, code=returning_keys(raised.function), given=self.given)
        return () if isinstance(answer, Failure) else tuple(of_own_dicts(raised, answer.result))

    def by_repair(self, task: Task, *, surely: bool = False) -> tuple[Finding, ...]:
        """A change of one place of the text that makes the function right."""

        def found() -> Iterator[Finding]:
            tried = repairs(self.learner.source.functions[task.name], surely=surely) if not self.code else ()
            yield from (cause for cause, code in tried if self.changed(code).is_right(task))

        return self.causes(islice, found(), 1)


def unexplained(verdict: Verdict) -> bool:
    """Whether a reason beyond the exception may be found."""
    return not verdict.findings or verdict.findings[0].key == "no value yet"


def undefined_in(failure: Failure) -> str:
    """The name that a NameError says is not defined, or no text."""
    found = UNDEFINED.match(failure.message) if failure.type == "NameError" else None
    return found[1] if found else ""


def called_by(function: Function) -> set[str]:
    """The names that the function calls."""
    return {call.func.id for call in nodes_of(function, ast.Call) if isinstance(call.func, ast.Name)}


def in_order(
    judge: Judge, tasks: Iterable[Task], earlier: Iterable[Verdict] = (), apart: int | None = None
) -> list[Verdict]:
    """Judge the functions one after the other, which may call the functions of the earlier verdicts.

    apart   a seed from which each function gets test cases of its own: otherwise the right result of a function may be
            the argument of another one before, and a file that keeps its arguments returns it
    """
    verdicts: dict[str, Verdict] = {}
    before = {verdict.task.name: verdict for verdict in earlier}
    for n, task in enumerate(tasks):
        one = judge if apart is None else replace(judge, cases=judge.chapter.cases(apart + APART * n))
        verdicts[task.name] = one.judge(task, before | verdicts)
    return list(verdicts.values())
