"""Which chapters a file belongs to, and which of its functions belong to none."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from course_torch.errors import InputError, check_name
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import arguments_of
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.other_courses import helper_file, other_course
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.nbgrader import TEST_CELLS
from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.language import Text

NONE_FOUND = Text(
    "found {found}, expected functions of a chapter, such as {expected}",
    "找到 {found}，应当有某一章的函数，例如 {expected}",
)
EXAMPLES = "linear_forward(A, W, b) or propagate(w, b, X, Y)"
NOTHING_DEFINED = Text("no function", "没有函数")
MORE = Text("{found} and {n} more", "{found} 等，另有 {n} 个")
ANSWERS = Text(
    "the file imports course_torch, which is empty while the file is judged, because its formulas are the answers",
    "文件导入了 course_torch；检查时它是空的，因为其中的公式就是答案",
)
MOST_SHOWN = 5
"""Functions that are shown of a file in which no chapter is found."""
ENOUGH = 2
"""Functions that show that a file holds a second assignment: week 4 with the `propagate` of week 2 is week 4 alone."""


def chapter_of(source: Source) -> Chapter:
    """The first of `chapters_of`: the chapter with most of the functions that the file defines. Raises InputError."""
    return chapters_of(source)[0]


def chapters_of(source: Source) -> list[Chapter]:
    """The chapter that the file names, or that its docstrings show, or those whose assignments it holds.

    The chapter with most functions is the first. Raises InputError.
    """
    named = source.constants.get("CHAPTER")
    if named is not None:
        check_name(f"{source.path}: CHAPTER", str(named), CHAPTERS)
        return [CHAPTERS[named]]
    if source.stubs:
        most = max(CHAPTERS.values(), key=lambda chapter: len({task.name for task in chapter.tasks} & {*source.stubs}))
        return [most]
    if what := what_else(source):
        raise InputError(f"{source.path}: {what.en}", f"{source.path}：{what.zh}")
    first, *others = sorted(contents_of(source), key=lambda contents: contents.evidence, reverse=True)
    found, known = [first.chapter], {name for task in first.chapter.tasks for name in task.names}
    for contents in others:
        asked = {task.name for task in contents.fitting if task.in_assignment} - known
        if len(asked) >= ENOUGH:
            found.append(contents.chapter)
            known |= asked
    return found


def contents_of(source: Source) -> list[Contents]:
    """What the file holds of each chapter."""
    return [Contents(source, chapter) for chapter in CHAPTERS.values()]


def best_contents(source: Source) -> Contents:
    """What the file holds of the chapter of which it has most functions with the chapter's arguments."""
    return max(contents_of(source), key=lambda contents: (len(contents.fitting), len(contents.defined)))


def what_else(source: Source) -> Text | None:
    """What a file is that belongs to no chapter: a file of another course, a helper file, or an unknown one."""
    best = best_contents(source)
    asked = sum(task.in_assignment for task in best.fitting)
    if asked <= 1 and (what := helper_file(source)):
        return what
    if what := other_course(source, asked - len(best.misfits)):
        return what
    if best.fitting and len(best.misfits) <= len(best.fitting):
        return None
    check_python(source, CHAPTERS.values())
    return nothing_known(source, best.misfits)


def nothing_known(source: Source, misfits: list[Task]) -> Text:
    """Which functions and classes a file has that belongs to no chapter, and the arguments that a chapter expects."""
    names = [f"{node.name}({', '.join(arguments_of(node))})" for node in source.top(ast.FunctionDef)]
    names += [f"class {node.name}" for node in source.top(ast.ClassDef)]
    found: str | Text = ", ".join(names[:MOST_SHOWN]) or NOTHING_DEFINED
    if len(names) > MOST_SHOWN:
        found = MORE.fill(found=found, n=len(names) - MOST_SHOWN)
    expected = ", ".join(f"{task.name}({task.signature})" for task in misfits[:MOST_SHOWN]) or EXAMPLES
    return NONE_FOUND.fill(found=found, expected=expected)


def check_python(source: Source, chapters: Iterable[Chapter]) -> None:
    """Reject a file that is not Python where functions of the chapters may have been. Raises InputError."""
    if source.problems and not any(Contents(source, chapter).defined for chapter in chapters):
        raise InputError(source.not_python)


def parts_beside(source: Source, chapter: Chapter, found: Sequence[Chapter], *, other_parts: bool) -> list[Chapter]:
    """Other chapters, reduced to the functions of the file that the assignment of this chapter has too.

    found         the chapters whose functions are all judged
    other_parts   whether functions of another part of the assignment belong to them
    """
    further = {**chapter.assignment.asks_too, **(chapter.assignment.other_part if other_parts else {})}
    parts = []
    for name, functions in further.items() if not source.is_exercise else ():
        other = CHAPTERS[name]
        fit = {task.names: task for task in Contents(source, other).fitting}
        asked = [fit.get(task.names, task) for task in other.tasks if task.key in functions]
        absent_too = name in chapter.assignment.asks_too
        tasks = tuple(task for task in asked if task.names in fit or (absent_too and task.name not in source.functions))
        if tasks and other not in found:
            parts.append(replace(other, tasks=tasks))
    return parts


def unjudged(source: Source, judged: Iterable[str]) -> list[str]:
    """The functions of a file that are Python and that are not judged, of an exercise only if it lacks a function."""
    if source.is_exercise and source.functions.keys() >= {*judged}:
        return []
    names = dict.fromkeys(node.name for node in source.top(ast.FunctionDef))
    return [name for name in names if name not in {*judged, *source.broken}]


def answers_imported(source: Source) -> list[Text]:
    """The sentence for a file that imports course_torch, beside what its test cells import."""
    names = source.imported - {TEST_CELLS}
    return [ANSWERS] if any(name.partition(".")[0] == "course_torch" for name in names) else []
