"""The notebook of a chapter for nbgrader: a cell for each function with a right answer, and below it a test cell.

`nbgrader generate_assignment` takes the answers out of the copy for the students.
"""

import re

from course_torch.exercises.tasks.stub import LAYOUTS, UNWRITTEN, settings, stub
from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.language import Language, Text
from course_torch.mistakes.solution import body_of, solution

HEADER = Text(
    "# Chapter {name}: {title}\n\n"
    "Notes {sections}. {layout} The functions may call each other.\n\n"
    "Write each function in place of `raise NotImplementedError()` and run its cell. Then run the cell below it, which "
    "checks the function. Run the first cell of code before all others.",
    "# {name} 章：{title}\n\n"
    "笔记 {sections}。{layout}函数之间可以互相调用。\n\n"
    "把每个函数里的 `raise NotImplementedError()` 换成你的代码，运行这个单元，再运行下面检查这个函数的单元。"
    "请最先运行第一个代码单元。",
)
ANSWER = "    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
TEST_CELLS = "course_torch.exercises.magics"
"""The module that test cells import. It holds no answer."""
TEST = f'from {TEST_CELLS} import assert_right\n\nassert_right("{{name}}")'
OWN_IMPORTS = re.compile(r"^(from \w+ import (\w+))$", re.MULTILINE)
"""The imports of a solution that its file does not give."""
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
POINTS = 1
"""Of a function, as in `course-torch grade`."""


def source_notebook(chapter: Chapter, library: str, layout: str, language: Language) -> dict[str, object]:
    """The notebook of a chapter as nbgrader's source, in the form of its file."""
    words = {"name": chapter.name, "title": chapter.title, "sections": chapter.sections, "layout": LAYOUTS[layout]}
    first = "\n".join(["%load_ext course_torch", *settings(chapter, library, layout, language)])
    cells = [cell("header", HEADER.fill(**words).say(language), kind="markdown"), cell("settings", first)]
    for task in chapter.tasks:
        text = stub(task, layout, language).removesuffix(UNWRITTEN) + answer(task, chapter, library, layout)
        cells.append(cell(task.name, text, solution=True))
        cells.append(cell(f"test_{task.name}", TEST.format(name=task.name), points=POINTS))
    return {"cells": cells, "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}


def answer(task: Task, chapter: Chapter, library: str, layout: str) -> str:
    """The body of the right function, with the imports that it alone needs, between the marks of nbgrader."""
    text = solution(chapter.name, library, layout)
    body = body_of(text, task.name).partition("\n")[2].rstrip()
    imports = [line for line, name in OWN_IMPORTS.findall(text) if re.search(rf"(?<!\.)\b{name}\(", body)]
    body = body.replace("start or ", "")  # an argument that only the judge gives
    return ANSWER.format(body="\n".join([*(f"    {line}" for line in imports), body]))


def cell(name: str, text: str, kind: str = "code", *, solution: bool = False, points: int = 0) -> dict[str, object]:
    """A cell that students fill in (`solution`), that gives points, or that they only read or run."""
    marks: dict[str, object] = {"schema_version": 3, "grade_id": name, "solution": solution, "grade": points > 0}
    marks |= {"locked": not solution, "task": False, **({"points": points} if points else {})}
    run: dict[str, object] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"id": name, "cell_type": kind, "metadata": {"nbgrader": marks}, "source": text, **run}
