"""What a file holds of a chapter: its functions under the chapter's names and under others, and which are judged."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.recognition.other_names import under_other_names
from course_torch.exercises.recognition.signatures import takes
from course_torch.exercises.tasks.task import Chapter, Task

OF_CLASSES = re.compile(r"softmax|arg_?max|one_?hot|to_categorical", re.IGNORECASE)
"""Names that speak of several classes."""


@dataclass(frozen=True)
class Contents:
    """What a file holds of a chapter. A task has the name that its function has in the file."""

    source: Source
    chapter: Chapter

    @cached_property
    def defined(self) -> list[Task]:
        """The functions of the chapter that the file defines under a name of the chapter."""
        functions = self.source.functions
        written = ((task, name) for task in self.chapter.tasks for name in task.names if name in functions)
        last = {task.names: (task, name) for task, name in written}
        return [replace(task, name=name) for task, name in last.values()]

    @cached_property
    def fitting(self) -> list[Task]:
        """Those of `defined` that take the chapter's arguments."""
        return [task for task in self.defined if takes(self.source.functions[task.name], task)]

    @property
    def misfits(self) -> list[Task]:
        """Those of `defined` that take other arguments."""
        return [task for task in self.defined if task not in self.fitting]

    @cached_property
    def renamed(self) -> list[Task]:
        """The functions of the chapter that the file defines under a name of its own."""
        return under_other_names(self.source, self.chapter.tasks)

    @property
    def present(self) -> list[Task]:
        """The functions of the chapter that the file defines under any name."""
        return [*self.defined, *self.renamed]

    @property
    def judged(self) -> list[Task]:
        """The functions that are judged.

        Exercise: all functions of the chapter. Assignment: those it asks for, and others that the file itself defines.
        A function that an assignment does not ask for and imports is that of a helper file, as `sigmoid` of week 4.
        """
        present = {task.names: task for task in self.present}
        own = {task.names for task in self.present if task.name not in self.source.imported_names}
        every = self.source.is_exercise
        asked = [task for task in self.chapter.tasks if every or task.in_assignment or task.names in own]
        return [present.get(task.names, task) for task in asked]

    @property
    def others(self) -> list[str]:
        """The functions of the file that are no functions of the chapter."""
        known = {task.name for task in self.present}
        return [name for name in self.source.defined if name not in known]

    @property
    def names_of_classes(self) -> list[str]:
        """The names in the functions of the file that speak of several classes. None if the chapter has such names."""
        if any(OF_CLASSES.search(task.key) for task in self.chapter.tasks):
            return []
        nodes = (node for function in self.source.functions.values() for node in ast.walk(function))
        return sorted({*filter(OF_CLASSES.search, (getattr(node, "attr", getattr(node, "id", "")) for node in nodes))})

    @property
    def evidence(self) -> tuple[int, int, int]:
        """How many functions of the chapter there are, less those with other arguments; all of them; the renamed ones.

        `predict(parameters, X)` speaks for week 3, and against week 2, which has `predict(w, b, X)`.
        """
        return len(self.fitting) - len(self.misfits), len(self.fitting), len(self.renamed)


def unjudged(source: Source, judged: Iterable[str]) -> list[str]:
    """The functions of a file that are Python and that are not judged, of an exercise only if it lacks a function."""
    if source.is_exercise and source.functions.keys() >= {*judged}:
        return []
    return [name for name in source.defined if name not in {*judged, *source.broken}]
