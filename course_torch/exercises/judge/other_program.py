"""Why a wrong function of an assignment is not judged: its file is a program of another kind."""

import ast
import re

from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.verdicts import Verdict, is_unknown
from course_torch.exercises.learners_file.syntax import used_by
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Text

OF_CLASSES = re.compile(r"softmax|arg_?max|one_?hot|to_categorical", re.IGNORECASE)
"""Names that speak of several classes."""
ARGMAX = re.compile("arg_?max", re.IGNORECASE)
"""Shows no several outputs by itself: in a network with one output it is a mistake."""


def other_subject(contents: Contents, wrong: Verdict) -> Text | None:
    """The file seems to have nothing to do with the course.

    It has fewer than half of the functions of the assignment, and more others: a program with `sigmoid`,
    `read_pictures` and `plot`.
    """
    present, others = contents.present, contents.others
    asked = sum(task.in_assignment for task in contents.chapter.tasks)
    if 2 * len(present) >= asked or len(others) <= len(present):
        return None
    counts = {"n": len(present), "others": len(others)}
    return said.OTHER_PROGRAM.fill(symptom=wrong.symptom, chapter=contents.chapter.name, **counts)


def several_outputs(contents: Contents, wrong: Verdict) -> Text | None:
    """Its network seems to have several outputs, and no mistake is known that makes the result."""
    found = [name for name in names_of_classes(contents) if not ARGMAX.search(name)]
    is_other = bool(found) and is_unknown(wrong.findings)
    return said.SEVERAL_OUTPUTS.fill(symptom=wrong.symptom, found=", ".join(found)) if is_other else None


def names_of_classes(contents: Contents) -> list[str]:
    """The names in the functions of the file that speak of several classes. None if the chapter has such names."""
    if any(OF_CLASSES.search(task.key) for task in contents.chapter.tasks):
        return []
    nodes = (node for function in contents.source.functions.values() for node in ast.walk(function))
    return sorted({*filter(OF_CLASSES.search, (getattr(node, "attr", getattr(node, "id", "")) for node in nodes))})


def unasked(contents: Contents, wrong: Verdict) -> Text | None:
    """No assignment has such a function, nothing calls it, and no mistake is known that makes its numbers."""
    key, name, functions = wrong.task.key, wrong.task.name, contents.source.functions
    asked = {task.key for chapter in CHAPTERS.values() for task in chapter.tasks if task.in_assignment}
    is_used = any(name in used_by(functions, other) for other in functions.keys() - {name})
    is_known = wrong.raised is None and not is_unknown(wrong.findings)
    if key in asked or key in contents.chapter.assignment.helpers or is_used or is_known:
        return None
    return said.UNASKED.fill(symptom=wrong.symptom, name=key)
