"""The file that a learner fills in: one function a formula, with formula, shapes and section of the notes."""

import textwrap

from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.language import Language, Text
from course_torch.mistakes.solution import given_functions

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
SHAPE_OF_X = {
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


def stub_file(chapter: Chapter, file: str, library: str, layout: str, language: Language) -> str:
    """The whole file of a chapter, with no function written.

    Above the functions stand the import, the constants that the checker reads, and the given functions.
    """
    words = {"name": chapter.name, "title": chapter.title, "sections": chapter.sections, "layout": SHAPE_OF_X[layout]}
    constants = {"CHAPTER": chapter.name, "LIBRARY": library, "LAYOUT": layout, "LANGUAGE": language}
    lines = [HEADER.fill(file=file, **words).say(language), "", IMPORTS[library], ""]
    lines += [f'{name} = "{value}"' for name, value in constants.items()]
    if ready := given_functions(chapter.name, library, layout):
        lines += ["", "# " + GIVEN.say(language), ready.strip("\n"), "", "", "# " + TO_WRITE.say(language)]
    return "\n".join([*lines, *("\n\n" + stub(task, layout, language) for task in chapter.tasks), ""])


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
