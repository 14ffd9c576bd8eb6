"""The form of a function of an assignment: the order of its arguments, and how it returns its results."""

import ast
from dataclasses import replace

from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.outcome import Outcome
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import arguments_of, nodes_of
from course_torch.exercises.recognition.signatures import names_of_results, order_of, own_keys, places
from course_torch.exercises.tasks.task import Task, finding


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
        note = finding("own cache")
        return replace(verdict, symptom=note.text, findings=(note,))
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
