"""A wrong function of an assignment that is not called wrong: it has a form of the file's own, as other keys or single
numbers, or its file is a program of another kind. Each of these reasons reads a `Claim`.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.calling import Caller, Outcome
from course_torch.exercises.judge.verdicts import Verdict, is_unknown
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import Function, arguments_of, name_of, nodes_of, used_by
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.signatures import (
    first_name,
    keys_in,
    names_of_results,
    order_of,
    own_keys,
    places,
    reads_others,
)
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Task
from course_torch.language import Text

OF_THE_COURSE = ("", "numpy", "torch", "random", "copy")
"""Whose exceptions are the learner's. Another library may need a window, a file or another version."""
ARRAY_FOR_NUMBER = re.compile(r"truth value of an? |only (length-1|size-1|0-dim)|must be real number")
"""What a function of single numbers says of an array."""
OF_CLASSES = re.compile(r"softmax|arg_?max|one_?hot|to_categorical", re.IGNORECASE)
"""Names that speak of several classes."""
ARGMAX = re.compile("arg_?max", re.IGNORECASE)
"""Shows no several outputs by itself: in a network with one output it is a mistake."""
Earlier = Mapping[str, Verdict]
"""The verdicts on the functions before a function, which it may call."""


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

    @cached_property
    def contents(self) -> Contents:
        """What the file has of the chapter."""
        return Contents(self.source, self.caller.chapter)


def may_have_own_results(source: Source, wrong: Verdict) -> bool:
    """Whether a wrong function returns another structure, or names its results in another order."""
    if source.is_exercise or wrong.state != "wrong" or wrong.call is None or wrong.raised or wrong.stuck:
        return False
    expected = getattr(wrong.call.right, "_fields", ())
    names = names_of_results(source, wrong.task.name)
    return wrong.part is None or (bool(expected) and order_of(names, expected) not in ([], [*range(len(expected))]))


def with_note(outcome: Outcome) -> Verdict:
    """The verdict on a right function; in an assignment with a note on its form, if the course's is another."""
    verdict, caller, task, source = outcome.verdict, outcome.caller, outcome.task, outcome.caller.source
    if verdict.state != "right" or source.is_exercise:
        return verdict
    if has_own_order(source, task):
        found = ", ".join(arguments_of(outcome.function))
        symptom = said.OWN_ARGUMENTS.fill(found=found, right=task.signature)
        return replace(verdict, symptom=symptom)
    if caller.way.named:
        expected = outcome.results[0].call.right
        keys = own_keys(source, task.name, [expected])
        found = ", ".join(keys or names_of_results(source, task.name)) or task.result
        right = ", ".join(keys.values() or getattr(expected, "_fields", ())) or task.result
        return replace(verdict, symptom=said.OWN_RESULTS.fill(found=found, right=right))
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
    return [name for name in task.argument_names if name in {node.id for node in names} - given]


def raised_elsewhere(claim: Claim) -> Text | None:
    """Another library than those of the course raised the exception."""
    wrong = claim.verdict
    failure = wrong.raised and wrong.raised.failure
    if not failure or failure.library in OF_THE_COURSE:
        return None
    return said.ELSEWHERE_RAISED.fill(symptom=wrong.symptom, library=failure.library)


def for_numbers(claim: Claim) -> Text | None:
    """The function is written for single numbers, and the file uses it so."""
    wrong = claim.verdict
    raised = wrong.raised is not None and ARRAY_FOR_NUMBER.search(wrong.raised.message)
    return said.FOR_NUMBERS if raised and used_for_numbers(claim.source, wrong.task.name) else None


def another_container(claim: Claim) -> Text | None:
    """The function takes a dict of the course for a tuple or a list, or has other keys or words than the course's."""
    wrong = claim.verdict
    if wrong.raised is None or wrong.call is None:
        return None
    if unpacked := wrong.raised.unpacked():
        name, count, value = unpacked
        if isinstance(value, list):
            return said.OF_ANY_LENGTH.fill(name=name, count=count)
        return said.UNPACKED.fill(name=name, count=count, keys=", ".join(value))
    if wrong.raised.failure.type not in ("KeyError", "UnboundLocalError"):  # if activation == "Sigmoid":
        return None
    values, message = wrong.call.arguments.values(), wrong.raised.message
    if own := own_keys(claim.source, wrong.task.name, [*values, wrong.call.right]):
        return said.OWN_KEYS.fill(found=", ".join(own), right=", ".join(own.values()))
    given, key = [name for value in values for name in keys_in(value)], message.strip("'")
    if given and message.isdecimal():  # the keys of the course are texts
        return said.A_LIST.fill(found=key, right=", ".join(given))
    reads_dict = any(isinstance(held, dict) for held in wrong.raised.looked_up().values())
    if given and key not in given and reads_dict and makes_key(claim.source, wrong.task.name, key):
        return said.OWN_KEYS.fill(found=key, right=", ".join(given))
    return None


def guessed(claim: Claim) -> Text | None:
    """Only the arguments say which function of the chapter it is, and no mistake is known that makes its numbers."""
    wrong = claim.verdict
    is_known = wrong.part is not None and not is_unknown(wrong.findings)
    return said.GUESSED.fill(name=wrong.task.key) if wrong.task.by_arguments and not is_known else None


def used_for_numbers(source: Source, name: str) -> bool:
    """Whether the file calls a function number by number: by vectorize or map, or for an entry in a loop."""
    for tree in source.trees:
        calls = nodes_of(tree, ast.Call)
        mapped = (call.args[:1] for call in calls if first_name(call.func) in ("map", "np"))
        if any([ast.unparse(one) for one in given] == [name] for given in mapped):
            return True
        targets = [loop.target for loop in ast.walk(tree) if isinstance(loop, ast.For | ast.comprehension)]
        entries = {node.id for target in targets for node in nodes_of(target, ast.Name)}
        given = [call.args[0] for call in calls if name_of(call.func) == name and call.args]
        if any(one.id in entries if isinstance(one, ast.Name) else is_entry(one) for one in given):
            return True
    return False


def is_entry(value: ast.expr) -> bool:
    """Whether a value is one entry of a table, as Z[0, i] and Z[0][i] are."""
    if not isinstance(value, ast.Subscript):
        return False
    return isinstance(value.slice, ast.Tuple) or isinstance(value.value, ast.Subscript)


def makes_key(source: Source, name: str, key: str) -> bool:
    """Whether a function of the file other than this one gives a dict a value under this key."""
    others = [tree for function, tree in source.functions.items() if function != name]
    entries = (node for tree in others for node in nodes_of(tree, ast.Subscript))
    stored = [node.slice for node in entries if isinstance(node.ctx, ast.Store)]
    stored += [key for tree in others for node in nodes_of(tree, ast.Dict) for key in node.keys if key is not None]
    return any(isinstance(one, ast.Constant) and one.value == key for one in stored)


def other_results(claim: Claim) -> Text | None:
    """Nothing says which of the results of the function is which."""
    wrong = claim.verdict
    if not is_unknown(wrong.findings) or wrong.call is None or wrong.symptom is None:
        return None
    if wrong.part is not None:  # one number under another name, as in `return accuracy`
        returned = [node.value for node in nodes_of(claim.function, ast.Return)]
        is_named = all(isinstance(value, ast.Name) and value.id != wrong.part.name for value in returned)
        is_number = wrong.part.found.ndim == 0 and wrong.part.right.numel() > 1
        return said.OTHER_FORM.fill(symptom=wrong.symptom) if is_number and is_named else None
    if reads_others(claim.source, wrong.task.name):
        return None
    lacks_key = isinstance(wrong.result, dict) and isinstance(wrong.call.right, dict)
    if lacks_key or not isinstance(wrong.result, tuple | list | dict | np.ndarray):
        return None
    return said.OTHER_FORM.fill(symptom=wrong.symptom)


def other_subject(claim: Claim) -> Text | None:
    """The file seems to have nothing to do with the course.

    It has fewer than half of the functions of the assignment, and more others: a program with `sigmoid`,
    `read_pictures` and `plot`.
    """
    wrong = claim.verdict
    present, others = claim.contents.present, claim.contents.others
    asked = sum(task.in_assignment for task in claim.contents.chapter.tasks)
    if 2 * len(present) >= asked or len(others) <= len(present):
        return None
    counts = {"n": len(present), "others": len(others)}
    return said.OTHER_PROGRAM.fill(symptom=wrong.symptom, chapter=claim.contents.chapter.name, **counts)


def several_outputs(claim: Claim) -> Text | None:
    """Its network seems to have several outputs, and no mistake is known that makes the result."""
    wrong = claim.verdict
    found = [name for name in names_of_classes(claim.contents) if not ARGMAX.search(name)]
    is_other = bool(found) and is_unknown(wrong.findings)
    return said.SEVERAL_OUTPUTS.fill(symptom=wrong.symptom, found=", ".join(found)) if is_other else None


def names_of_classes(contents: Contents) -> list[str]:
    """The names in the functions of the file that speak of several classes. None if the chapter has such names."""
    if any(OF_CLASSES.search(task.key) for task in contents.chapter.tasks):
        return []
    nodes = (node for function in contents.source.functions.values() for node in ast.walk(function))
    return sorted({*filter(OF_CLASSES.search, (getattr(node, "attr", getattr(node, "id", "")) for node in nodes))})


def unasked(claim: Claim) -> Text | None:
    """No assignment has such a function, nothing calls it, and no mistake is known that makes its numbers."""
    wrong = claim.verdict
    key, name, functions = wrong.task.key, wrong.task.name, claim.source.functions
    asked = {task.key for chapter in CHAPTERS.values() for task in chapter.tasks if task.in_assignment}
    is_used = any(name in used_by(functions, other) for other in functions.keys() - {name})
    is_known = wrong.raised is None and not is_unknown(wrong.findings)
    if key in asked or key in claim.contents.chapter.assignment.helpers or is_used or is_known:
        return None
    return said.UNASKED.fill(symptom=wrong.symptom, name=key)
