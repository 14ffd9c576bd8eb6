"""Judge one function of a learner's file. The path of a verdict is `Judge.verdict_on`:

uncallable           it is missing, no Python, has other arguments, or uses a name without a value
with_right_helpers   if it calls wrong functions: the verdict with right ones in place of these (`right_helpers.py`)
best_outcome         the calls of the course (`calling.py`); if it is wrong so, with the caches of the learner's own
                     functions, or with its results by their names (`own_form.py`)
with_causes          the first search of `causes.py` that finds a cause: a change of what is wrong whatever the numbers
                     are; another form of the result; a known mistake that makes the same numbers; a shape, an axis or
                     a factor; a repair of the text that makes the function right; …
attributed           it is not called wrong if its own form, a blank place or a function that it calls may be the reason

Afterwards the verdicts of a file together show a cache that does not fit (`cache_mismatch.py`), and whether rows are
examples: then all functions are judged again in rows (`check/checking.py`).
"""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from course_torch.errors import InputError
from course_torch.exercises.explain.evidence import UNKNOWN
from course_torch.exercises.explain.slips import slips_in
from course_torch.exercises.explain.unwritten import blank_places, is_blank, lacks_values, left_none
from course_torch.exercises.judge import own_form
from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.calling import Caller, Outcome, trouble
from course_torch.exercises.judge.causes import with_causes
from course_torch.exercises.judge.right_helpers import right_solutions, verdict_with_right
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.problems import line_of
from course_torch.exercises.learners_file.syntax import Function, arguments_of, nodes_of, used_by
from course_torch.exercises.recognition.contents import Contents, imported_names
from course_torch.exercises.recognition.signatures import takes
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.tasks.task import FREE, Task, finding
from course_torch.language import NOTHING, Text
from course_torch.mistakes.solution import solution_functions

LACKING = ("NameError", "UnboundLocalError", "KeyError")
"""Exceptions of a function in which a value is not there yet."""
APART = 100
"""Distance of the seeds of two functions: each test case takes the next seed."""
REPAIRED = ("one change", "one statement moved")
"""Causes with which the function is right: then nothing that it calls is to blame."""
UNDEFINED = re.compile(r"name '(\w+)' is not defined")
Earlier = Mapping[str, Verdict]
"""The verdicts on the functions before a function, which it may call."""


@dataclass(frozen=True)
class Judge(Caller):
    """Judges functions of a chapter by calling them, and looks for the cause of a wrong result."""

    def judge(self, task: Task, earlier: Earlier) -> Verdict:
        """Judge a function. What fails in the checker itself ends no judgement of the other functions."""
        try:
            return self.verdict_on(task, earlier)
        except RecursionError:  # of ast.unparse and deepcopy, which only the causes of a wrong result need
            return Verdict(task, "wrong", said.TOO_DEEP)
        except InputError:
            raise
        except Exception as error:
            self.troubles.append(trouble(error))
            return Verdict(task, "not judged", said.TROUBLE)

    def verdict_on(self, task: Task, earlier: Earlier) -> Verdict:
        """The path of a verdict."""
        if (uncallable := self.uncallable(task)) is not None:
            return uncallable
        beside_right = self.with_right_helpers(task, earlier)
        if beside_right is not None and beside_right.state != "not judged":
            return beside_right
        outcome = self.best_outcome(task)
        if outcome.verdict.state in ("right", "missing"):
            return own_form.with_note(outcome)
        if beside_right is not None:
            return beside_right
        verdict = with_causes(outcome)
        return verdict if verdict.stuck else self.attributed(verdict, earlier)

    def uncallable(self, task: Task) -> Verdict | None:
        """The verdict on a function that cannot be called, or None."""
        source = self.source
        if task.name not in source.functions:
            return Verdict(task, "missing", said.NOT_DEFINED)
        if (problem := source.broken.get(task.name)) is not None:
            if problem.blank:
                return Verdict(task, "missing")
            piece = next(piece for piece in source.pieces if piece.problem is problem)
            return Verdict(task, "wrong", problem.why, self.causes(slips_in, piece))
        function = source.functions[task.name]
        if not takes(function, task) or (source.is_exercise and own_form.has_own_order(source, task)):
            if lacking := own_form.lacking_arguments(source, task):
                return Verdict(task, "wrong", said.NO_ARGUMENT.fill(name=lacking[0], right=task.signature))
            found = ", ".join(arguments_of(function))
            return Verdict(task, "not judged", said.ANOTHER_SIGNATURE.fill(found=found, right=task.signature))
        unset = self.without_value(task.name)
        return None if unset is None else Verdict(task, "not judged", unset)

    def with_right_helpers(self, task: Task, earlier: Earlier) -> Verdict | None:
        """The verdict with right functions in place of the wrong ones that it calls. None if it is right with these."""
        used = used_by(self.source.functions, task.name)
        helpers = [before for name, before in earlier.items() if before.state == "wrong" and name in used]
        if not helpers or not (any(helper.stuck for helper in helpers) or not self.is_right(task)):
            return None
        given = right_solutions(self.source, self.chapter.name, helpers)
        others = {name: before for name, before in earlier.items() if before not in helpers}
        judge = replace(self, way=self.way._replace(given=given))
        return verdict_with_right(helpers, replace(judge.judge(task, others), way=judge.way))

    def best_outcome(self, task: Task) -> Outcome:
        """Call the function with the caches of the solution; if it is wrong so, with those of the learner's own.

        In an assignment the results may have a form of their own. Their numbers are judged then.
        """
        outcome = self.with_own_caches(self.outcome(task))
        if self.way.named or not own_form.may_have_own_results(self.source, outcome.verdict):
            return outcome
        named = self.by(named=True).outcome(task)
        tells_more = outcome.verdict.part is None and named.verdict.part is not None
        return named if tells_more or named.verdict.state == "right" else outcome

    def with_own_caches(self, given: Outcome) -> Outcome:
        """The outcome with the caches of the learner's own functions, if it tells more than the given."""
        task, verdict = given.task, given.verdict
        takes_cache = any(call.learners for call in self.calls(task))
        if not takes_cache or verdict.state != "wrong" or verdict.stuck or said.CHANGED in verdict.findings:
            return given
        own = self.by(caches="own").outcome(task)
        if own.verdict.state == "right":
            return own
        if own.verdict.state == "wrong":
            if self.by(caches="own in turn").outcome(task).verdict.state == "right":
                return replace(given, settled=replace(verdict, findings=(said.LEFT_BEHIND,)))
            if verdict.raised and own.verdict.symptom != verdict.symptom:
                return own
        return given

    def attributed(self, verdict: Verdict, earlier: Earlier) -> Verdict:
        """The verdict, unless a form of its own, a blank place, or a function that it calls is to blame."""
        task, source, wrong = verdict.task, self.source, verdict.state == "wrong"
        if wrong and (own := own_form.unjudged_by_call(source, verdict)):
            return Verdict(task, "not judged", own, call=verdict.call)
        if verdict.findings and verdict.findings[0].key in REPAIRED:
            return self.attempt(partial(self.only_with, verdict), verdict)
        if wrong and (unwritten := self.attempt(partial(self.unwritten, verdict), None)):
            return unwritten
        called = called_by(source.functions[task.name]) - (self.made_elsewhere(verdict) if wrong else set())
        for state, text in (("missing", said.WAITS), ("not judged", said.UNJUDGED)):
            for name, before in earlier.items():
                is_helper = state == "not judged" and not (source.is_exercise or before.task.in_assignment)
                if name in called and before.state == state and not is_helper:
                    text = text if name in source.functions else said.ELSEWHERE
                    return Verdict(task, "not judged", text.fill(name=name))
        if verdict.raised and (unset := self.without_value(undefined_in(verdict.raised.failure))):
            return Verdict(task, "not judged", unset, call=verdict.call)
        if not wrong:
            return verdict
        other_program = own_form.unjudged_by_program(Contents(source, self.chapter), verdict)
        if own := other_program or own_form.unjudged_by_results(source, verdict):
            return Verdict(task, "not judged", own, call=verdict.call)
        return self.attempt(partial(self.only_with, verdict), verdict)

    def again(self, verdict: Verdict) -> "Judge":
        """The judge that calls a function as it was called for a verdict."""
        return replace(self, way=verdict.way)

    def made_elsewhere(self, verdict: Verdict) -> set[str]:
        """The names of functions that the file does not define, because it imports them."""
        functions, imported = self.source.functions.keys(), imported_names(self.source)
        if "*" in imported:
            undefined = undefined_in(verdict.raised.failure) if verdict.raised else ""
            imported |= {name for task in self.chapter.tasks for name in task.names} - {undefined}
        return imported - functions

    def only_with(self, wrong: Verdict) -> Verdict:
        """Say of a wrong function if it is wrong only with one layer, or only with one example.

        Nothing is said of a function that raises an exception before it returns caches: they may be wrong in any case.
        """
        task, call = wrong.task, wrong.call
        if wrong.raised and isinstance(wrong.raised.call.right, tuple) and FREE in wrong.raised.call.right:
            return wrong
        for what, size in said.ONLY_WITH.items():
            others = [case for case in self.cases if getattr(case, size) != 1]
            if call is None or getattr(call.case, size) != 1 or not others:
                continue
            if replace(self, cases=others).is_right(task):
                grader = NOTHING if self.source.is_exercise else said.NOT_TRIED
                symptom = said.ONLY.fill(what=what, grader=grader, symptom=wrong.symptom)
                return replace(wrong, symptom=symptom)
        return wrong

    def unwritten(self, wrong: Verdict) -> Verdict | None:
        """The verdict on a wrong function that is a template with places still to fill, otherwise None.

        Wrong numbers of which a mistake is known come from this mistake, although a name may still be None.
        """
        task, source = wrong.task, self.source
        function = source.functions[task.name]
        if is_blank(function):
            return Verdict(task, "missing")
        label, first, code = source.text_of(task.name)
        lines = list(blank_places(code))
        uncalled = solution_functions(self.chapter.name).get(task.key, frozenset()) & source.functions.keys()
        uncalled -= used_by(source.functions, task.name) | {task.name}
        given = arguments_of(function)[: len(task.argument_names)]
        raised = wrong.raised and wrong.raised.failure.type in LACKING
        if lines and (raised or uncalled or lacks_values(function, given)):
            places = ", ".join(f"{label}:{first + line - 1}" for line in lines)
            return Verdict(task, "missing", said.UNFINISHED.fill(why=said.BLANK.fill(places=places)), (), wrong.call)
        known = wrong.part is not None and wrong.findings not in ((), (UNKNOWN,))
        if not known and (names := left_none(function)):
            left = finding("still None", names=", ".join(names))
            return Verdict(task, "missing", said.UNFINISHED.fill(why=left.text), (left,), wrong.call)
        return None

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
        if (problem := self.source.broken.get(name)) is not None:
            return said.CALLS_BROKEN.fill(name=name, why=problem.why)
        return None


def undefined_in(failure: Failure) -> str:
    """The name that a NameError says is not defined, or no text."""
    found = UNDEFINED.match(failure.message) if failure.type == "NameError" else None
    return found[1] if found else ""


def called_by(function: Function) -> set[str]:
    """The names that the function calls."""
    return {call.func.id for call in nodes_of(function, ast.Call) if isinstance(call.func, ast.Name)}


def judge_all(
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
