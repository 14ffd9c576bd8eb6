"""Which chapter a file belongs to, which of its functions are judged, and which functions they use."""

import ast
from collections.abc import Iterable
from dataclasses import replace

from course_torch.errors import InputError, one_of
from course_torch.exercises.sandbox.source import Piece, Source, nodes_of
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.language import Text

UNCHECKED: tuple[str, ...] = ()
"""Functions of the course's assignments that only call the other functions."""
NOT_CHECKED = Text(
    "{name}: not checked, because it only calls functions that are checked by themselves",
    "{name}：不检查，因为它只调用其他函数，而那些函数会单独检查",
)

ANSWERS = Text(
    "the file imports course_torch, which is empty while the file is judged, because its formulas are the answers",
    "文件导入了 course_torch；检查时它是空的，因为其中的公式就是答案",
)


def chapter_of(source: Source) -> Chapter:
    """The chapter that the file names, or the chapter with most of the functions that the file defines.

    Raises InputError if there is none.
    """
    check_python(source, CHAPTERS.values())
    named = source.constants.get("CHAPTER")
    if named is not None:
        if named not in CHAPTERS:
            raise InputError(f"{source.path}: CHAPTER: found {named!r}, expected {one_of(CHAPTERS)}")
        return CHAPTERS[named]
    best = best_chapter(source)
    if not defined(source, best):
        none = f"{source.path}: found no function of a chapter, such as linear_forward or propagate"
        raise InputError("; ".join([none, *(note.en for note in not_checked(source))]))
    return best


def check_python(source: Source, chapters: Iterable[Chapter]) -> None:
    """Reject a file that is not Python where functions of the chapters may have been. Raises InputError."""
    if source.problems and not any(defined(source, chapter) for chapter in chapters):
        raise InputError(source.not_python)


def best_chapter(source: Source) -> Chapter:
    """The chapter with most of the functions that the file defines."""
    return max(CHAPTERS.values(), key=lambda chapter: len(defined(source, chapter)))


def tasks_of(source: Source, chapter: Chapter) -> list[Task]:
    """All functions of the chapter, or of an assignment of the course those that it asks for or that are defined."""
    present = {task.names: task for task in defined(source, chapter)}
    asked = [task for task in chapter.tasks if source.is_exercise or task.in_assignment or task.names in present]
    return [present.get(task.names, task) for task in asked]


def not_checked(source: Source) -> list[Text]:
    """One sentence for each function of an assignment that is not checked."""
    return [NOT_CHECKED.fill(name=name) for name in UNCHECKED if name in source.functions]


def answers_imported(source: Source) -> list[Text]:
    """The sentence for a file that imports course_torch."""
    return [ANSWERS] if any(name.partition(".")[0] == "course_torch" for name in source.imported) else []


def defined(source: Source, chapter: Chapter) -> list[Task]:
    """The functions of the chapter that the file defines, under the names that they have there."""
    written = ((task, name) for task in chapter.tasks for name in task.names if name in source.functions)
    return [replace(task, name=name) for task, name in {task.names: (task, name) for task, name in written}.values()]


NAME = "course_torch_pass"
"""The function that is added to a learner's file: it calls the learner's functions, from X to the gradients."""


def with_pass(source: Source, chapter: Chapter) -> Source:
    """The file with the chapter's function NAME at its end. Only what the chapter's functions need runs."""
    training = [chapter.training.function] if chapter.training else []
    asked = frozenset([NAME, *training, *(task.name for task in defined(source, chapter))])
    return replace(source, pieces=(*source.pieces, Piece("course_torch", chapter.whole_pass)), asked=asked)


def used_by(source: Source, name: str) -> set[str]:
    """The functions of the file that a function calls, directly or through others."""
    used: set[str] = set()
    waiting = [name]
    while waiting:
        names = {name.id for name in nodes_of(source.functions[waiting.pop()], ast.Name)}
        new = (names & source.functions.keys()) - used
        used |= new
        waiting += new
    return used
