"""Right functions in place of the learner's wrong functions that a function calls, and the verdict with these."""

import ast
from dataclasses import replace

from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.verdicts import Verdict, is_unknown
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import arguments_of, nodes_of
from course_torch.exercises.recognition.signatures import places
from course_torch.exercises.sandbox.client import Given
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import NUMPY, definitions, in_form, solution_functions

WITH_CACHE = "\n{name} = (lambda right: lambda Z: (right(Z), Z))({name})\n"
IN_OWN_ORDER = (
    "\n{name} = (lambda right: lambda *given: right(*(given[i] for i in {order} if i < len(given))))({name})\n"
)


def verdict_with_right(helpers: list[Verdict], verdict: Verdict) -> Verdict:
    """The verdict on a function that was judged with right functions in place of wrong functions which it uses.

    Right functions fit if the learner's return the same structure. If they may not fit, only a known cause of wrong
    numbers is the function's own; if they fit, a wrong number or a known cause is.
    """
    fit = all(helper.part is not None and not helper.way.named for helper in helpers)
    names = ", ".join(helper.task.name for helper in helpers)
    if verdict.state == "right":
        return replace(verdict, symptom=said.RIGHT_WITH.fill(names=names), findings=())
    signs_of_own = (not is_unknown(verdict.findings), verdict.raised is None)
    is_own = any(signs_of_own) if fit else all(signs_of_own)
    if verdict.state == "wrong" and verdict.symptom and is_own:
        return replace(verdict, symptom=said.WRONG_WITH.fill(names=names, symptom=verdict.symptom))
    blamed = said.BLAMED.fill(name=helpers[0].task.name)
    return verdict if verdict.state == "missing" else Verdict(verdict.task, "not judged", blamed)


def right_solutions(source: Source, chapter: str, helpers: list[Verdict]) -> Given:
    """The solutions of wrong functions, by this chapter or the first that has them, in the form of the file.

    A function that takes more arguments, as in an older edition of the course, or takes them in another order, is
    called so. An activation that returns two values returns its argument as the cache, too.
    """
    names = {name: helper.task.key for helper in helpers for name in (helper.task.name, helper.task.key)}
    chapters = (chapter, *CHAPTERS)
    of_chapter = {name: next(one for one in chapters if name in solution_functions(one)) for name in names.values()}
    code = "".join(definitions(one, [name]) for name, one in of_chapter.items())
    for helper in helpers:
        function = source.functions[helper.task.name]
        at = places(function, helper.task)
        if at and at != [*range(len(arguments_of(function)))]:
            order = [at.index(place) for place in sorted(at)]
            code += IN_OWN_ORDER.format(name=helper.task.key, order=order)
        returns = nodes_of(function, ast.Return)
        if helper.task.signature == "Z" and any(isinstance(node.value, ast.Tuple) for node in returns):
            code += WITH_CACHE.format(name=helper.task.key)
    return Given(names, in_form(f"{NUMPY}\n{code}", source.library, source.layout))
