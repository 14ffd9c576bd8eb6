"""Who is to blame for a wrong call: the function, or its own form, a place to fill, or a function that it calls.

A rule takes the verdict by the calls and the searches, as a `Claim`. It returns the verdict that holds in its place, or
None. OF_WRONG has the rules in their order.
"""

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from course_torch.exercises.explain.missing import UNDEFINED_NAME
from course_torch.exercises.judge import reasons
from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.judge.outcome import Claim
from course_torch.exercises.judge.verdicts import UNKNOWN, Verdict
from course_torch.exercises.learners_file.problems import line_of
from course_torch.exercises.learners_file.syntax import Function, arguments_of, nodes_of, used_by
from course_torch.exercises.learners_file.unwritten import blank_places, does_nothing, lacks_values, left_none
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.tasks.task import FREE, finding
from course_torch.exercises.trail import Step
from course_torch.language import NOTHING, Text
from course_torch.mistakes.solution import solution_functions
from course_torch.places import place_of

LACKING = ("NameError", "UnboundLocalError", "KeyError")
"""Exceptions of a function in which a value is not there yet."""
Rule = Callable[[Claim], Verdict | None]


def attributed(claim: Claim) -> Verdict:
    """What the first rule with an answer says, otherwise the verdict as it is.

    A rule of MAY_FAIL that crashes is skipped. If another rule crashes, the function is not judged, because that rule
    might have excused it.
    """
    for rule in OF_WRONG if claim.verdict.state == "wrong" else OF_UNJUDGED:
        found = claim.caller.attempt(partial(rule, claim), None) if rule in MAY_FAIL else rule(claim)
        if found is not None:
            claim.caller.trail.append(Step("rule", rule_name(rule), found.label, place_of(rule)))
            return found
    return claim.verdict


def by_its_repair(claim: Claim) -> Verdict | None:
    """It is right with a change of its text, so it is wrong, whatever it calls."""
    return (only_with(claim) or claim.verdict) if claim.verdict.is_repaired else None


def by_a_blank_place(claim: Claim) -> Verdict | None:
    """It is a template with places still to fill.

    Wrong numbers of which a mistake is known come from this mistake, although a name may still be None.
    """
    wrong, task, source, function = claim.verdict, claim.verdict.task, claim.source, claim.function
    if does_nothing(function):
        return Verdict(task, "missing")
    label, first, code = source.text_of(task.name)
    lines = list(blank_places(code))
    uncalled = solution_functions(claim.caller.chapter.name).get(task.key, frozenset()) & source.functions.keys()
    uncalled -= used_by(source.functions, task.name) | {task.name}
    given = arguments_of(function)[: len(task.argument_names)]
    raised = wrong.raised and wrong.raised.failure.type in LACKING and wrong.raised.line
    if lines and (raised or uncalled or lacks_values(function, given)):
        places = ", ".join(f"{label}:{first + line - 1}" for line in lines)
        return Verdict(task, "missing", said.UNFINISHED.fill(why=said.BLANK.fill(places=places)), (), wrong.call)
    known = wrong.part is not None and wrong.findings not in ((), (UNKNOWN,))
    if not known and (names := left_none(function)):
        left = finding("still None", names=", ".join(names))
        return Verdict(task, "missing", said.UNFINISHED.fill(why=left.text), (left,), wrong.call)
    return None


def by_what_it_calls(claim: Claim) -> Verdict | None:
    """It calls a function of the chapter that is not written, or not judged."""
    source, verdict = claim.source, claim.verdict
    called = called_by(claim.function) - (made_elsewhere(claim) if verdict.state == "wrong" else set())
    if verdict.has_cause("not imported"):  # tanh for np.tanh
        called.discard(undefined_by(verdict))
    for state, text in (("missing", said.WAITS), ("not judged", said.UNJUDGED)):
        for name, before in claim.earlier.items():
            is_helper = state == "not judged" and not (source.is_exercise or before.task.in_assignment)
            if name in called and before.state == state and not is_helper:
                text = text if name in source.functions else said.ELSEWHERE
                return Verdict(verdict.task, "not judged", text.fill(name=name))  # the other function comes first
    return None


def by_a_name_without_value(claim: Claim) -> Verdict | None:
    """It reads a name of the file whose statement failed, or that a module may give which is not here."""
    undefined, caller = undefined_by(claim.verdict), claim.caller
    of_star = "*" in claim.source.imported_names and any(undefined in task.names for task in caller.chapter.tasks)
    elsewhere = said.ELSEWHERE.fill(name=undefined) if of_star and not claim.verdict.has_cause("not imported") else None
    return not_judged(claim, why_without_value(caller, undefined) or elsewhere)


def only_with(claim: Claim) -> Verdict | None:
    """It is wrong only with one layer, or only with one example, which its verdict says.

    Nothing is said of a function that raises an exception before it returns caches: they may be wrong in any case.
    """
    caller, wrong, call = claim.caller, claim.verdict, claim.verdict.call
    if wrong.raised and isinstance(wrong.raised.call.right, tuple) and FREE in wrong.raised.call.right:
        return None
    for what, size in said.ONLY_WITH.items():
        others = [case for case in caller.cases if getattr(case, size) != 1]
        if call is None or getattr(call.case, size) != 1 or not others:
            continue
        if replace(caller, cases=others).is_right(wrong.task):
            grader = NOTHING if caller.source.is_exercise else said.NOT_TRIED
            symptom = said.ONLY.fill(what=what, grader=grader, symptom=wrong.symptom)
            return replace(wrong, symptom=symptom)
    return None


def in_assignment(reason: Callable[[Claim], Text | None]) -> Rule:
    """The rule that a function of an assignment is not judged if there is this reason."""
    return partial(excused, reason)


def rule_name(rule: Rule) -> str:
    """The name of a rule, or of its reason."""
    return str((rule.args[0] if isinstance(rule, partial) else rule).__name__)


def excused(reason: Callable[[Claim], Text | None], claim: Claim) -> Verdict | None:
    """The verdict that a function of an assignment is not judged, if there is this reason."""
    return None if claim.source.is_exercise else not_judged(claim, reason(claim))


OF_UNJUDGED: tuple[Rule, ...] = (by_what_it_calls, by_a_name_without_value)
OF_WRONG: tuple[Rule, ...] = (
    # A form of its own raises the exception, or it may not be this function at all.
    in_assignment(reasons.raised_elsewhere),
    in_assignment(reasons.for_numbers),
    in_assignment(reasons.another_container),
    in_assignment(reasons.guessed),
    in_assignment(reasons.other_layout),
    # A change of its text makes it right: what follows excuses nothing.
    by_its_repair,
    # Something is not written, not judged, or has no value.
    by_a_blank_place,
    by_what_it_calls,
    by_a_name_without_value,
    # The file is another program, or the result has another form.
    in_assignment(reasons.several_outputs),
    in_assignment(reasons.own_activation),
    in_assignment(reasons.beside_another_network),
    in_assignment(reasons.unasked),
    in_assignment(reasons.in_another_network),
    in_assignment(reasons.other_results),
    only_with,
)
"""The rules for a function that is wrong by its calls, in their order."""
MAY_FAIL: tuple[Rule, ...] = (by_its_repair, by_a_blank_place, only_with)
"""The rules that look for more to say of a wrong function."""


def not_judged(claim: Claim, why: Text | None) -> Verdict | None:
    """The verdict that a function is not judged, if there is a reason."""
    return Verdict(claim.verdict.task, "not judged", why, call=claim.verdict.call) if why else None


def made_elsewhere(claim: Claim) -> set[str]:
    """The names of functions that the file does not define, because it imports them."""
    functions, imported = claim.source.functions.keys(), claim.source.imported_names
    if "*" in imported:
        imported |= {name for task in claim.caller.chapter.tasks for name in task.names} - {undefined_by(claim.verdict)}
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


def undefined_by(verdict: Verdict) -> str:
    """The name that the exception of a call says is not defined, or no text."""
    return undefined_in(verdict.raised.failure) if verdict.raised else ""


def called_by(function: Function) -> set[str]:
    """The names that the function calls."""
    return {call.func.id for call in nodes_of(function, ast.Call) if isinstance(call.func, ast.Name)}
