"""A function in a form of the file's own: the order of its arguments or results, its keys, single numbers."""

import ast
import re
from dataclasses import replace

import torch

from course_torch.exercises.judge import verdicts as said
from course_torch.exercises.judge.calling import Outcome
from course_torch.exercises.judge.verdicts import Verdict, is_unknown
from course_torch.exercises.recognition.signatures import (
    arguments_of,
    names_in,
    names_of,
    order_of_results,
    own_keys,
    places,
    used_for_numbers,
)
from course_torch.exercises.sandbox.source import Source, nodes_of
from course_torch.exercises.tasks.task import Task
from course_torch.language import Text

FOR_A_NUMBER = re.compile(r"truth value of an? |only (length-1|size-1|0-dim)|must be real number")
"""Messages of an exception where an array stands in place of a number."""


def order_of(source: Source, wrong: Verdict) -> list[int]:
    """The places of the expected results among those of a wrong function, if it returns them in another order."""
    if wrong.state != "wrong" or wrong.call is None or wrong.raised or wrong.stuck:
        return []
    expected = getattr(wrong.call.right, "_fields", ())
    is_one = torch.is_tensor(wrong.call.right)
    return order_of_results(source, wrong.task.name, expected) if expected or is_one else []


def with_note(outcome: Outcome) -> Verdict:
    """The verdict on a right function; in an assignment with a note on its form, if the course's is another."""
    verdict, caller, task = outcome.verdict, outcome.caller, outcome.task
    source = caller.learner.source
    if verdict.state != "right" or source.is_exercise:
        return verdict
    if has_own_order(source, task):
        found = ", ".join(arguments_of(outcome.function))
        symptom = said.OWN_ARGUMENTS.fill(found=found, right=task.signature)
        return replace(verdict, symptom=symptom, way=caller.way)
    if caller.way.order:
        returned = (names_of(node.value) for node in nodes_of(outcome.function, ast.Return))
        right = getattr(outcome.results[0].call.right, "_fields", ())
        words = {"found": ", ".join(next(filter(None, returned))), "right": ", ".join(right) or task.result}
        return replace(verdict, symptom=said.OWN_RESULTS.fill(**words), way=caller.way)
    if caller.way.caches == "own":
        return replace(verdict, symptom=said.LEARNERS_CACHE.text, findings=(said.LEARNERS_CACHE,))
    return verdict


def has_own_order(source: Source, task: Task) -> bool:
    """Whether the arguments of the function stand in another order."""
    order = places(source.functions[task.name], task)
    return order != sorted(order)


def lacking_arguments(source: Source, task: Task) -> list[str]:
    """The arguments of the task that the function uses, although it does not have them and nothing gives them."""
    function = source.functions[task.name]
    given = {*arguments_of(function)}.union(*(statement.binds for statement in source.needed))
    names = nodes_of(function, ast.Name)
    given |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return [name for name in names_in(task.signature) if name in {node.id for node in names} - given]


def of_own_kind(source: Source, wrong: Verdict) -> Text | None:
    """Why a function of an assignment is not judged, although its result is not the expected one."""
    task, failure = wrong.task, wrong.raised and wrong.raised.failure
    if source.is_exercise or wrong.call is None:
        return None
    if failure and FOR_A_NUMBER.search(failure.message) and used_for_numbers(source, task.name):
        return said.FOR_NUMBERS
    expected = [*wrong.call.arguments.values(), wrong.call.right]
    lacks_keys = failure.type == "KeyError" if failure else wrong.part is None
    if lacks_keys and (own := own_keys(source, task.name, expected)):
        return said.OWN_KEYS.fill(found=", ".join(own), right=", ".join(own.values()))
    guessed = task.by_arguments and (failure or is_unknown(wrong.findings))
    return said.GUESSED.fill(name=task.key) if guessed else None
