"""Which chapter a file belongs to, which of its functions are judged, and which functions they use."""

import ast
from dataclasses import replace

from course_torch.errors import InputError, one_of
from course_torch.exercises.sandbox.source import Piece, Source
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.language import Text

UNCHECKED = ("model", "nn_model", "two_layer_model", "L_layer_model")
"""Functions of the course's assignments that only call the other functions. The second part of week 4 has no other."""
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
    named = source.constants.get("CHAPTER")
    if named is not None:
        if named not in CHAPTERS:
            raise InputError(f"{source.path}: CHAPTER: found {named!r}, expected {one_of(CHAPTERS)}")
        return CHAPTERS[named]
    shared = {name: len(defined(source, chapter)) for name, chapter in CHAPTERS.items()}
    best = max(shared, key=lambda name: shared[name])
    if not shared[best]:
        none = f"{source.path}: found no function of a chapter, such as linear_forward or propagate"
        raise InputError("; ".join([none, *(note.en for note in not_checked(source))]))
    return CHAPTERS[best]


def tasks_of(source: Source, chapter: Chapter) -> list[Task]:
    """All functions of the chapter, or of an assignment of the course those that it asks for or that are defined."""
    present = defined(source, chapter)
    return [task for task in chapter.tasks if source.is_exercise or task.in_assignment or task in present]


def not_checked(source: Source) -> list[Text]:
    """One sentence for each function of an assignment that is not checked."""
    return [NOT_CHECKED.fill(name=name) for name in UNCHECKED if name in source.functions]


def answers_imported(source: Source) -> list[Text]:
    """The sentence for a file that imports course_torch."""
    return [ANSWERS] if any(name.partition(".")[0] == "course_torch" for name in source.imported) else []


def defined(source: Source, chapter: Chapter) -> list[Task]:
    """The functions of the chapter that the file defines."""
    return [task for task in chapter.tasks if task.name in source.functions]


NAME = "course_torch_pass"


def with_pass(source: Source, chapter: Chapter) -> Source:
    """The file with the chapter's function NAME at its end."""
    return replace(source, pieces=(*source.pieces, Piece("course_torch", chapter.whole_pass)))


def used_by(source: Source, name: str) -> set[str]:
    """The functions of the file that a function calls, directly or through others."""
    used: set[str] = set()
    waiting = [name]
    while waiting:
        names = {node.id for node in ast.walk(source.functions[waiting.pop()]) if isinstance(node, ast.Name)}
        new = (names & source.functions.keys()) - used
        used |= new
        waiting += new
    return used
