"""The searches for the cause of a wrong function, in their order. The first search that finds a cause ends the looking.

A cause is named only if it makes the numbers of every call, or if the function is right with a change of its text, also
in further test cases. If the numbers of a function show no cause, those of the further test cases may show one.
"""

import ast
from collections.abc import Callable, Iterable
from dataclasses import replace

from course_torch.exercises.comparing import Result
from course_torch.exercises.explain import repairs, result_form, sizes
from course_torch.exercises.explain.exception import of_exception
from course_torch.exercises.explain.function_text import in_words_of_text, not_contradicted, shown_by_text
from course_torch.exercises.explain.known_mistakes import matching, tried_in_turn, two_matching
from course_torch.exercises.explain.missing import of_own_dicts
from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.calling import arguments_for
from course_torch.exercises.judge.outcome import Outcome, outcome_of
from course_torch.exercises.judge.verdicts import UNKNOWN, Verdict, is_unknown
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.exercises.trail import Step
from course_torch.language import NOTHING

Causes = Iterable[Finding]
Search = Callable[[Outcome], Causes]


def with_causes(outcome: Outcome) -> Verdict:
    """The verdict by the calls, with the causes of the first search that finds any."""
    verdict, caller = outcome.verdict, outcome.caller
    # A function is not judged, for example, if the data of a variable is missing: perhaps an argument was meant.
    if verdict.state == "not judged" and verdict.call and (findings := caller.causes(variable_outside, outcome)):
        return replace(verdict, state="wrong", symptom=said.OUTSIDE, findings=findings)
    if verdict.state != "wrong" or verdict.stuck:
        return verdict
    for find in searches(outcome):
        if findings := caller.causes(find, outcome):
            return replace(verdict, findings=findings)
    if not outcome.wrong:
        return verdict
    elsewhere = outcome_of(caller.elsewhere(), outcome.task)
    found = (caller.causes(find, elsewhere) for find in OF_NUMBERS if elsewhere.wrong)
    return replace(verdict, findings=next(filter(None, found), (UNKNOWN,)))


def searches(outcome: Outcome) -> tuple[Search, ...]:
    """The searches for what the calls show, in their order."""
    verdict = outcome.verdict
    if verdict.findings:
        return (beside_the_first,) if verdict.has_cause("caches not used") else (surely_repaired, beside_the_first)
    if verdict.raised is None:
        return surely_repaired, *(AFTER_NUMBERS if outcome.wrong else AFTER_STRUCTURE)
    if verdict.raised.failure.type == "AssertionError" and verdict.raised.line:
        return surely_repaired, behind_an_assert
    after_key = (repaired, in_its_own_dicts) if verdict.raised.failure.type == "KeyError" else ()
    return surely_repaired, in_the_message, *after_key, *AFTER_EXCEPTION


def variable_outside(outcome: Outcome) -> Causes:
    """A variable of the file in whose place the function is right with an argument, a local variable or a size."""
    copied = repairs.changeable(outcome.function)
    return first_right(outcome, repairs.outside_names(copied, outcome.caller.source.variables)) if copied else ()


def surely_repaired(outcome: Outcome) -> Causes:
    """A change that any numbers need."""
    return first_right(outcome, repairs.sure_repairs(outcome.function, outcome.caller.source.variables))


def repaired(outcome: Outcome) -> Causes:
    """A change of one place of the text that makes the function right."""
    place = outcome.raised.failure.outermost if outcome.verdict.raised else None
    return first_right(outcome, repairs.likely_repairs(outcome.function, place[1] if place else 0))


def first_right(outcome: Outcome, changes: Iterable[repairs.Repair]) -> Causes:
    """The first change that makes the function right. A text that is changed already is not changed again."""
    if outcome.caller.way.code:
        return
    tried, task, caller = 0, outcome.task, outcome.caller
    for tried, (cause, code) in enumerate(changes, 1):
        by = caller.by(code=code)
        if by.is_right(task) and by.elsewhere().is_right(task):
            caller.trail.append(Step("change", cause.maker, said.RIGHT_CHANGE.fill(n=tried - 1)))
            yield cause
            return
    if tried:
        caller.trail.append(Step("change", f"{tried} tried", NOTHING))


def beside_the_first(outcome: Outcome) -> Causes:
    """The cause that a call shows by itself, and what the text shows, or a call with copies of the arguments."""
    findings, function = outcome.verdict.findings, outcome.function
    if outcome.verdict.has_cause("caches not used"):
        return findings
    if not outcome.verdict.has_cause("arguments changed"):
        return (*findings, *shown_by_text(function))
    if not isinstance(function, ast.FunctionDef) or outcome.caller.way.code:
        return findings
    on_copies = with_causes(outcome_of(outcome.caller.by(code=repairs.on_copies(function)), outcome.task))
    return (*findings, *(cause for cause in on_copies.findings if cause != UNKNOWN))


def in_another_form(outcome: Outcome) -> Causes:
    """Nothing is returned, a key is misspelt, or the right results are returned in another order."""
    verdict, best = outcome.verdict, outcome.best if outcome.wrong else None
    if best is not None and best.first.found.shape == best.first.right.shape:
        return ()
    assert verdict.call is not None
    value = verdict.result if best is None else best.value
    return result_form.by_structure(value, verdict.call, outcome.task.result, outcome.caller.layout, outcome.function)


def known_mistakes(outcome: Outcome) -> Causes:
    """The known mistakes in the function, otherwise in the functions that it uses, that make the numbers.

    If no mistake makes all numbers: two mistakes together, otherwise a mistake that makes some tensors.
    """
    task, layout, chapter = outcome.task, outcome.caller.layout, outcome.caller.chapter.name
    results = [outcome.best, *outcome.results]
    parts = list[Finding]()
    for tried in tried_in_turn(chapter, task.key):
        whole, part = matching(chapter, task, results, layout, tried)
        if whole:
            return in_words_of(
                outcome, not_contradicted(outcome.function, tuple(whole), outcome.best.first.name, layout)
            )
        parts = parts or part
    found = tuple(two_matching(chapter, task, results, layout) or parts)
    return in_words_of(outcome, not_contradicted(outcome.function, found, outcome.best.first.name, layout))


def in_words_of(outcome: Outcome, causes: Causes) -> tuple[Finding, ...]:
    """The causes in the words of the function's text."""
    return tuple(in_words_of_text(outcome.function, cause, outcome.caller.layout) for cause in causes)


def in_shape_axis_or_factor(outcome: Outcome) -> Causes:
    """The right numbers in another shape, an axis of a fixed length, or a factor."""
    best, wrong = outcome.best, outcome.wrong
    return in_words_of(
        outcome,
        result_form.by_shape(outcome.task, best.first, drawn=best.call.initial is not None)
        or result_form.as_another(best.first.name, wrong)
        or result_form.by_axis(best.first.name, outcome.results, outcome.caller.layout)
        or result_form.by_factor(best.first.name, wrong),
    )


def in_the_text(outcome: Outcome) -> Causes:
    """What the text of the function shows."""
    return shown_by_text(outcome.function)


def in_the_exception(outcome: Outcome) -> Causes:
    """What the exception says, also that a name has no value yet."""
    return of_exception(outcome.raised)


def in_sizes(outcome: Outcome) -> Causes:
    """The sizes that do not fit."""
    return sizes.of_sizes(outcome.raised)


def in_certain_sizes(outcome: Outcome) -> Causes:
    """The sizes that the message names."""
    return [cause for cause in in_sizes(outcome) if cause.key in sizes.CERTAIN]


def in_the_message(outcome: Outcome) -> Causes:
    """What the exception says for certain. Why a name has no value yet, another search may know."""
    return [cause for cause in of_exception(outcome.raised) if cause.key != "no value yet"]


def behind_an_assert(outcome: Outcome) -> Causes:
    """The causes that the function shows without its asserts, otherwise the assert itself."""
    assert isinstance(outcome.function, ast.FunctionDef)
    without = with_causes(outcome_of(outcome.caller.by(code=repairs.without_asserts(outcome.function)), outcome.task))
    key = "assert of a right result" if without.state == "right" else "assert"
    own = [finding(key, code=ast.unparse(node.test)) for node in outcome.raised.on_line(ast.Assert)]
    if without.state != "wrong" or "isinstance" in {node.id for node in outcome.raised.on_line(ast.Name)}:
        return own
    unknown = is_unknown(without.findings) or without.raised
    return ([*repaired(outcome)] or own) if unknown else without.findings


def in_its_own_dicts(outcome: Outcome) -> Causes:
    """The keys of the dict of the function in which a key is missing."""
    caller, task, call = outcome.caller, outcome.task, outcome.verdict.call
    assert call is not None
    assert isinstance(outcome.function, ast.FunctionDef)
    arguments, code = arguments_for(caller.learner, task, call), repairs.returning_keys(outcome.function)
    answer = caller.learner.call(task.name, arguments, code=code, given=caller.way.given)
    return () if isinstance(answer, Failure) else of_own_dicts(outcome.raised, answer.result)


def where_sizes_are_equal(outcome: Outcome) -> Causes:
    """The known mistake where all sizes are equal.

    There a product of the wrong matrices has a result, and the numbers show which matrices were used.
    """
    caller, task = outcome.caller, outcome.task
    asked = [caller.ask(task, call) for case in caller.equal_cases for call in task.calls_in(case)]
    equal = Outcome(caller, task, [result for result in asked if isinstance(result, Result)])
    found = tuple(known_mistakes(equal) or in_shape_axis_or_factor(equal)) if equal.wrong else ()
    return sizes.that_can_raise(found) if outcome.verdict.raised else found


OF_NUMBERS: tuple[Search, ...] = (in_another_form, known_mistakes, in_shape_axis_or_factor)
AFTER_NUMBERS: tuple[Search, ...] = (*OF_NUMBERS, in_the_text, repaired)
"""The searches after wrong numbers."""
AFTER_STRUCTURE: tuple[Search, ...] = (in_another_form, where_sizes_are_equal, in_the_text, repaired)
"""The searches after a result of another structure."""
OF_SIZES: tuple[Search, ...] = (in_certain_sizes, repaired, in_the_exception, in_sizes)
AFTER_EXCEPTION: tuple[Search, ...] = (where_sizes_are_equal, in_the_text, *OF_SIZES)
"""The searches after an exception, if its message alone does not show the cause."""
