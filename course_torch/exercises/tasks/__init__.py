"""The chapters of the exercises: a table of functions each, beside the solution of the same name in mistakes/solutions.

cases      `TestCase`: a random network with examples and all tensors of its passes, from which right values come
task       `Task`: a function to write, the calls that judge it and their right results; `Chapter`: a table of tasks
shared     tasks of several chapters: activations, cost, update, training
tensors, basics, logistic, shallow, deep, application
           the chapters
stub       the file to fill in, from the text of the tasks
"""

from importlib import import_module

from course_torch.exercises.tasks.task import Chapter
from course_torch.mistakes.solution import SOLUTIONS

FOUND: list[Chapter] = [import_module(f"{__name__}.{path.stem}").CHAPTER for path in SOLUTIONS.glob("*.py")]
CHAPTERS = {chapter.name: chapter for chapter in sorted(FOUND, key=lambda chapter: chapter.sections)}
"""Name -> chapter, for each solution."""
