"""What a learner fills in, a file or a notebook: one function a formula, with formula, shapes and section of the notes.

The notebook is for nbgrader: a cell for each function with a right answer, and below it a test cell. `nbgrader
generate_assignment` takes the answers out of the copy for the students.
"""

import re
import textwrap

from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.language import Language, Text
from course_torch.mistakes.solution import body_of, given_functions, solution

WIDTH = 100
"""Characters of a line of words in a docstring."""
IMPORTS = {"numpy": "import numpy as np", "torch": "import torch"}
HEADER = Text(
    '"""Chapter {name}: {title} (notes {sections}).\n\n'
    "Write each function in place of its last line, then run: course-torch check {file}\n"
    "{layout}\n"
    'The functions may call each other.\n"""',
    '"""{name} 章：{title}（笔记 {sections}）。\n\n'
    "把每个函数的最后一行换成你的代码，然后运行：course-torch check {file}\n"
    "{layout}\n"
    '函数之间可以互相调用。\n"""',
)
LAYOUTS = {
    "rows": Text("Rows are examples: X has the shape (m, n_x).", "样本为行：X 的形状是 (m, n_x)。"),
    "columns": Text(
        "Columns are examples, as in the course: X has the shape (n_x, m).",
        "样本为列，与课程相同：X 的形状是 (n_x, m)。",
    ),
}
GIVEN = Text(
    "Given, as in the course: the functions that you wrote before.", "与课程相同，以下是你之前写过的函数，已经给出。"
)
TO_WRITE = Text("Now it is your turn.", "下面由你来写。")
NOTES = Text("Notes {section}.", "笔记 {section}。")
UNWRITTEN = "    raise NotImplementedError"
"""The body of a function that is not written yet."""
NOTEBOOK_HEADER = Text(
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


def stub_file(chapter: Chapter, file: str, library: str, layout: str, language: Language) -> str:
    """The whole file of a chapter, with no function written."""
    words = {"name": chapter.name, "title": chapter.title, "sections": chapter.sections, "layout": LAYOUTS[layout]}
    lines = [HEADER.fill(file=file, **words).say(language), "", *settings(chapter, library, layout, language)]
    return "\n".join([*lines, *("\n\n" + stub(task, layout, language) for task in chapter.tasks), ""])


def settings(chapter: Chapter, library: str, layout: str, language: Language) -> list[str]:
    """The lines above the functions: the import, the constants that the checker reads, and the given functions."""
    constants = {"CHAPTER": chapter.name, "LIBRARY": library, "LAYOUT": layout, "LANGUAGE": language}
    lines = [IMPORTS[library], "", *(f'{name} = "{value}"' for name, value in constants.items())]
    if ready := given_functions(chapter.name, library, layout):
        lines += ["", "# " + GIVEN.say(language), ready.strip("\n"), "", "", "# " + TO_WRITE.say(language)]
    return lines


def stub(task: Task, layout: str, language: Language) -> str:
    """One function that is not written yet."""
    words, formulas, notes = docstring(task, layout, language)
    first, *others = [line for text in words.splitlines() for line in textwrap.wrap(text, WIDTH)]
    lines = [first, *others, "", *formulas.splitlines(), notes]
    body = textwrap.indent('"""' + "\n".join(lines) + '\n"""', "    ", lambda line: bool(line.strip()))
    return f"def {task.name}({task.signature}):\n{body}\n{UNWRITTEN}"


def docstring(task: Task, layout: str, language: Language) -> tuple[str, str, str]:
    """What the function computes, its formulas and shapes, and the section of the notes."""
    return task.text.say(language), task.formulas[layout], NOTES.fill(section=task.section).say(language)


def source_notebook(chapter: Chapter, library: str, layout: str, language: Language) -> dict[str, object]:
    """The notebook of a chapter as nbgrader's source, in the form of its file."""
    words = {"name": chapter.name, "title": chapter.title, "sections": chapter.sections, "layout": LAYOUTS[layout]}
    first = "\n".join(["%load_ext course_torch", *settings(chapter, library, layout, language)])
    cells = [cell("header", NOTEBOOK_HEADER.fill(**words).say(language), kind="markdown"), cell("settings", first)]
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
