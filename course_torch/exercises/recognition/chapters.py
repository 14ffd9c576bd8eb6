"""Which chapters a file belongs to, and a file that holds the functions of several."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from course_torch.errors import InputError, check_name
from course_torch.exercises.learners_file.cells import Piece
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import text_at
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.no_chapter import what_else
from course_torch.exercises.recognition.signatures import takes
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Chapter, Task

ENOUGH = 2
"""Functions that show that a file holds a second assignment: week 4 with the `propagate` of week 2 is week 4 alone."""


def chapters_of(source: Source) -> list[Chapter]:
    """The chapter that the file names, or those whose assignments it holds.

    The chapter with most functions is the first. Raises InputError.
    """
    named = source.constants.get("CHAPTER")
    if named is not None:
        check_name(f"{source.path}: CHAPTER", str(named), CHAPTERS)
        return [CHAPTERS[named]]
    first, *others = every = contents_of(source)
    if what := what_else(every):
        raise InputError(f"{source.path}: {what.en}", f"{source.path}：{what.zh}")
    found, known = [first.chapter], {name for task in first.chapter.tasks for name in task.names}
    for contents in others:
        asked = {task.name for task in contents.fitting if task.in_assignment} - known
        if len(asked) >= ENOUGH:
            found.append(contents.chapter)
            known |= asked
    return found


def contents_of(source: Source) -> list[Contents]:
    """What the file holds of each chapter, the chapter for which most speaks first."""
    found = (Contents(source, chapter) for chapter in CHAPTERS.values())
    return sorted(found, key=lambda contents: contents.evidence, reverse=True)


def parts_beside(source: Source, chapter: Chapter, found: Sequence[Chapter], *, other_parts: bool) -> list[Chapter]:
    """Other chapters, reduced to the functions of the file that the assignment of this chapter has too.

    found         the chapters whose functions are all judged
    other_parts   whether functions of another part of the assignment belong to them
    """
    if source.is_exercise:
        return []
    further = {**chapter.assignment.asks_too, **(chapter.assignment.other_part if other_parts else {})}
    parts = []
    for name, functions in further.items():
        other = CHAPTERS[name]
        contents = Contents(source, other)
        fit = {task.names: task for task in (*contents.renamed, *contents.fitting)}
        asked = [fit.get(task.names, task) for task in other.tasks if task.key in functions]
        absent_too = name in chapter.assignment.asks_too
        tasks = tuple(task for task in asked if task.names in fit or (absent_too and task.name not in source.functions))
        if tasks and other not in found:
            parts.append(replace(other, tasks=tasks))
    return parts


def for_chapter(source: Source, chapter: Chapter) -> Source:
    """The file with the chapter's functions defined again at its end, where something else has their name later.

    In the assignments of two weeks in one file, both define `predict`, and one imports the `sigmoid` of the other.
    """
    if source.is_exercise:
        return source
    hidden = [
        task
        for task in Contents(source, chapter).defined
        if (task.in_assignment and task.name in source.imported_names) or not takes(source.functions[task.name], task)
    ]
    again = (piece for task in hidden for piece in [*definitions(source, task)][-1:])
    return replace(source, pieces=(*source.pieces, *again))


def definitions(source: Source, task: Task) -> Iterator[Piece]:
    """The definitions of a function that take the arguments of the task, each alone on its own lines."""
    for piece, tree in zip(source.pieces, source.trees, strict=True):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == task.name and takes(node, task) and not piece.problem:
                yield piece._replace(code="\n" * (node.lineno - 1) + text_at(piece.code, node))
