"""Right functions in place of the learner's wrong functions that a function calls, and the verdict with these."""

import ast
from dataclasses import replace

from course_torch.exercises.judge import verdicts as said
from course_torch.exercises.judge.verdicts import Verdict, is_unknown
from course_torch.exercises.recognition.signatures import names_of
from course_torch.exercises.sandbox.process import Given
from course_torch.exercises.sandbox.source import Source, nodes_of
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Task
from course_torch.mistakes.solution import NUMPY, definitions, functions, in_form

WITH_CACHE = "\n{name} = (lambda right: lambda Z: (right(Z), Z))({name})\n"


def with_right(helpers: list[Verdict], verdict: Verdict) -> Verdict:
    """The verdict on a function that was judged with right functions in place of wrong functions which it uses.

    If it is wrong for an unknown reason, the right functions may not fit the learner's.
    """
    names = ", ".join(helper.task.name for helper in helpers)
    if verdict.state == "right":
        return replace(verdict, symptom=said.RIGHT_WITH.fill(names=names), findings=())
    if verdict.state == "wrong" and verdict.symptom and not verdict.raised and not is_unknown(verdict.findings):
        return replace(verdict, symptom=said.WRONG_WITH.fill(names=names, symptom=verdict.symptom))
    blamed = said.BLAMED.fill(name=helpers[0].task.name)
    return verdict if verdict.state == "missing" else Verdict(verdict.task, "not judged", blamed)


def right_solutions(source: Source, chapter: str, tasks: list[Task]) -> Given:
    """The solutions of some functions, by this chapter or the first that has them, in the form of the file.

    An activation that returns two values returns its argument as the cache, too.
    """
    names = {name: task.key for task in tasks for name in (task.name, task.key)}
    of_chapter = {name: next(one for one in (chapter, *CHAPTERS) if name in functions(one)) for name in names.values()}
    code = "".join(definitions(one, [name]) for name, one in of_chapter.items())
    for task in tasks:
        returns = nodes_of(source.functions[task.name], ast.Return)
        if task.signature == "Z" and any(names_of(node.value) for node in returns):
            code += WITH_CACHE.format(name=task.key)
    return Given(names, in_form(f"{NUMPY}\n{code}", source.library, source.layout))
