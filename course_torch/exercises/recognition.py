"""Which chapter a file belongs to, and which of its functions are judged."""

from course_torch.errors import InputError, one_of
from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.source import Source
from course_torch.exercises.task import Chapter, Task


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
        raise InputError(f"{source.path}: found no function of a chapter, such as linear_forward or propagate")
    return CHAPTERS[best]


def tasks_of(source: Source, chapter: Chapter) -> list[Task]:
    """All functions of the chapter, or of an assignment of the course those that it asks for or that are defined."""
    present = defined(source, chapter)
    return [task for task in chapter.tasks if source.is_own_form or task.in_assignment or task in present]


def defined(source: Source, chapter: Chapter) -> list[Task]:
    """The functions of the chapter that the file defines."""
    return [task for task in chapter.tasks if task.name in source.functions]
