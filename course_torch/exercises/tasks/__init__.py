"""The chapters of the exercises, in the order of the notes.

A chapter is a table of functions in a file of this folder, and a solution with the same name in `mistakes/solutions`.
"""

from importlib import import_module

from course_torch.exercises.tasks.task import Chapter
from course_torch.mistakes.solution import SOLUTIONS


def chapters() -> dict[str, Chapter]:
    """Name -> chapter, for each solution."""
    found = [import_module(f"{__name__}.{path.stem}").CHAPTER for path in SOLUTIONS.glob("*.py")]
    return {chapter.name: chapter for chapter in sorted(found, key=lambda chapter: chapter.sections)}


CHAPTERS = chapters()
