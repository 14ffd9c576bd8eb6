"""Who is to blame for a wrong call: the function, or its own form, a place to fill, or a function that it calls.

Each rule takes the caller, the verdict by the calls and the searches, and the verdicts on the functions before. It
returns the verdict that holds in its place, or None.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from course_torch.exercises.explain.exception import UNDEFINED_NAME
from course_torch.exercises.explain.unwritten import blank_places, does_nothing, lacks_values, left_none
from course_torch.exercises.judge import own_form
from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.judge.verdicts import UNKNOWN, Verdict
from course_torch.exercises.learners_file.problems import line_of
from course_torch.exercises.learners_file.syntax import Function, arguments_of, nodes_of, used_by
from course_torch.exercises.recognition.contents import Contents, imported_names
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.tasks.task import FREE, finding
from course_torch.language import NOTHING, Text
from course_torch.mistakes.solution import solution_functions

LACKING = ("NameError", "UnboundLocalError", "KeyError")
"""Exceptions of a function in which a value is not there yet."""
REPAIRED = ("one change", "one statement moved")
"""Causes with which the function is right: then nothing that it calls is to blame."""
Earlier = Mapping[str, Verdict]
"""The verdicts on the functions before a function, which it may call."""
Rule = Callable[[Caller, Verdict, Earlier], Verdict | None]
Reason = Callable[[Contents, Verdict], Text | None]


def attributed(caller: Caller, verdict: Verdict, earlier: Earlier) -> Verdict:
    """What the first rule with an answer says, otherwise the verdict as it is.

    A rule of MAY_FAIL that crashes is skipped. If another rule crashes, the function is not judged, because that rule
    might have excused it.
    """
    for rule in OF_WRONG if verdict.state == "wrong" else OF_UNJUDGED:
        ask = partial(rule, caller, verdict, earlier)
        if (found := caller.attempt(ask, None) if rule in MAY_FAIL else ask()) is not None:
            return found
    return verdict


def by_its_repair(caller: Caller, verdict: Verdict, earlier: Earlier) -> Verdict | None:
    """It is right with a change of its text, so it is wrong, whatever it calls."""
    is_repaired = bool(verdict.findings) and verdict.findings[0].key in REPAIRED
    return (only_with(caller, verdict, earlier) or verdict) if is_repaired else None


def by_a_blank_place(caller: Caller, wrong: Verdict, earlier: Earlier) -> Verdict | None:
    """It is a template with places still to fill.

    Wrong numbers of which a mistake is known come from this mistake, although a name may still be None.
    """
    task, source = wrong.task, caller.source
    function = source.functions[task.name]
    if does_nothing(function):
        return Verdict(task, "missing")
    label, first, code = source.text_of(task.name)
    lines = list(blank_places(code))
    uncalled = solution_functions(caller.chapter.name).get(task.key, frozenset()) & source.functions.keys()
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


def by_what_it_calls(caller: Caller, verdict: Verdict, earlier: Earlier) -> Verdict | None:
    """It calls a function of the chapter that is not written, or not judged."""
    source, wrong = caller.source, verdict.state == "wrong"
    called = called_by(source.functions[verdict.task.name]) - (made_elsewhere(caller, verdict) if wrong else set())
    for state, text in (("missing", said.WAITS), ("not judged", said.UNJUDGED)):
        for name, before in earlier.items():
            is_helper = state == "not judged" and not (source.is_exercise or before.task.in_assignment)
            if name in called and before.state == state and not is_helper:
                text = text if name in source.functions else said.ELSEWHERE
                return Verdict(verdict.task, "not judged", text.fill(name=name))  # the other function comes first
    return None


def by_a_name_without_value(caller: Caller, verdict: Verdict, earlier: Earlier) -> Verdict | None:
    """It reads a name of the file whose statement failed, or that a module may give which is not here."""
    undefined = undefined_in(verdict.raised.failure) if verdict.raised else ""
    of_star = "*" in imported_names(caller.source) and any(undefined in task.names for task in caller.chapter.tasks)
    elsewhere = said.ELSEWHERE.fill(name=undefined) if of_star else None
    return not_judged(verdict, why_without_value(caller, undefined) or elsewhere)


def only_with(caller: Caller, wrong: Verdict, earlier: Earlier) -> Verdict | None:
    """It is wrong only with one layer, or only with one example, which its verdict says.

    Nothing is said of a function that raises an exception before it returns caches: they may be wrong in any case.
    """
    task, call = wrong.task, wrong.call
    if wrong.raised and isinstance(wrong.raised.call.right, tuple) and FREE in wrong.raised.call.right:
        return None
    for what, size in said.ONLY_WITH.items():
        others = [case for case in caller.cases if getattr(case, size) != 1]
        if call is None or getattr(call.case, size) != 1 or not others:
            continue
        if replace(caller, cases=others).is_right(task):
            grader = NOTHING if caller.source.is_exercise else said.NOT_TRIED
            symptom = said.ONLY.fill(what=what, grader=grader, symptom=wrong.symptom)
            return replace(wrong, symptom=symptom)
    return None


def by_reasons(*reasons: Reason) -> Rule:
    """The rule that a function of an assignment is not judged, for the first of the reasons that there is."""

    def rule(caller: Caller, wrong: Verdict, earlier: Earlier) -> Verdict | None:
        contents = Contents(caller.source, caller.chapter)
        texts = () if caller.source.is_exercise else (reason(contents, wrong) for reason in reasons)
        return not_judged(wrong, next(filter(None, texts), None))

    return rule


OF_UNJUDGED: tuple[Rule, ...] = (by_what_it_calls, by_a_name_without_value)
OF_WRONG: tuple[Rule, ...] = (
    by_reasons(own_form.raised_elsewhere, own_form.for_numbers, own_form.another_container, own_form.guessed),
    *(by_its_repair, by_a_blank_place, *OF_UNJUDGED),
    by_reasons(own_form.other_subject, own_form.several_outputs, own_form.unasked),
    *(by_reasons(own_form.other_results), only_with),
)
"""The rules for a function that is wrong by its calls, in their order."""
MAY_FAIL: tuple[Rule, ...] = (by_its_repair, by_a_blank_place, only_with)
"""The rules that look for more to say of a wrong function."""


def not_judged(verdict: Verdict, why: Text | None) -> Verdict | None:
    """The verdict that a function is not judged, if there is a reason."""
    return Verdict(verdict.task, "not judged", why, call=verdict.call) if why else None


def made_elsewhere(caller: Caller, verdict: Verdict) -> set[str]:
    """The names of functions that the file does not define, because it imports them."""
    functions, imported = caller.source.functions.keys(), imported_names(caller.source)
    if "*" in imported:
        undefined = undefined_in(verdict.raised.failure) if verdict.raised else ""
        imported |= {name for task in caller.chapter.tasks for name in task.names} - {undefined}
    return imported - functions


def why_without_value(caller: Caller, name: str) -> Text | None:
    """Why a name of the file has no value, if its statement failed or its definition is not Python.

    The statement that failed first is the cause: `X = load()`, although the function uses `m = X.shape[1]`.
    """
    absent = caller.learner.absent
    if name in absent:
        failure = absent[name]
        for _ in absent:
            failure = absent.get(undefined_in(failure), failure)
        text = said.NEEDS_STUB if failure.type == "StubResultError" else said.HAS_NO_VALUE
        place = line_of(*failure.place) if failure.place else NOTHING
        return text.fill(name=name, line=place, type=failure.type, message=failure.message)
    if (problem := caller.source.broken.get(name)) is not None:
        return said.CALLS_BROKEN.fill(name=name, why=problem.why)
    return None


def undefined_in(failure: Failure) -> str:
    """The name that a NameError says is not defined, or no text."""
    found = UNDEFINED_NAME.match(failure.message) if failure.type == "NameError" else None
    return found[1] if found else ""


def called_by(function: Function) -> set[str]:
    """The names that the function calls."""
    return {call.func.id for call in nodes_of(function, ast.Call) if isinstance(call.func, ast.Name)}
