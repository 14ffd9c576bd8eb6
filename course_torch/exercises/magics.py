"""`%load_ext course_torch`: `%check` judges the functions of the cells that ran, `%%check` those of its own cell.

`assert_right` judges one of them in a test cell. The judge reads a notebook of these cells in a process of its own, so
nothing changes in the kernel.
"""

import json
import os
import re
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display
from joblib.externals.loky import get_reusable_executor

from course_torch.errors import InputError
from course_torch.exercises import HEADINGS, LARGEST_HINT
from course_torch.exercises.learners_file.problems import DEFINITION
from course_torch.exercises.sandbox.learner.limits import end_with_parent
from course_torch.language import CHINESE, LANGUAGES, Language, Text
from course_torch.lessons import to_open
from course_torch.text import cell_text, html_table

FORM = Text(
    "Chapter {chapter}, {library}, {right} of {n} right", "{chapter} 章，{library}，{n} 个函数中 {right} 个正确"
)
MORE = Text("More: %check {function} --hint {level}", "更多提示：%check {function} --hint {level}")
NONE = Text("No function here belongs to the chapter {chapter}.", "这里没有 {chapter} 章的函数。")
WAITS = 60
"""Seconds after which the process of the judge ends if no cell is judged."""


@dataclass(frozen=True)
class Answer:
    """What is shown below the cell: a table of the functions, and what is said of the wrong ones."""

    text: str
    rows: list[tuple[str, str, str]]
    said: list[str]
    language: Language

    def _repr_html_(self) -> str:
        headings = [heading.say(self.language) for heading in HEADINGS] if self.rows else []
        said = (f'<p style="white-space: pre-wrap">{cell_text(line)}</p>' for line in self.said)
        return "\n".join([html_table(self.text, headings, self.rows), *said])

    def __repr__(self) -> str:
        return "\n".join([self.text, *("  ".join(row) for row in self.rows), *self.said])


@magics_class
class CheckMagics(Magics):
    """%check and %%check."""

    @magic_arguments()
    @argument("function", nargs="?", help="the only function that is judged")
    @argument(
        "--hint",
        type=int,
        default=0,
        choices=range(LARGEST_HINT + 1),
        help="1 (what was called), 2 (the formula) or 3 (the smallest case in numbers)",
    )
    @argument("--language", choices=LANGUAGES, help="of the answer; Chinese if the cells are")
    @line_cell_magic
    def check(self, line: str, cell: str | None = None) -> None:
        """Judge the functions of the cells that ran. At the head of a cell: run the cell, and judge its functions."""
        asked = parse_argstring(self.check, line)
        shell: Any = self.shell
        if cell is not None and not shell.run_cell(cell).success:
            return
        cells = ran(shell)
        language = asked.language or language_of(cells)
        judged = ask_judge(cells, asked.function, asked.hint, language)
        if isinstance(judged, str):
            print(f"%check: {judged}", file=sys.stderr)
        else:
            names = DEFINITION.findall("\n".join(cells if cell is None else [cell]))
            display(answer(judged, names, asked.hint, language))


class WrongFunctionError(AssertionError):
    """A function that is not right. The message is the checker's answer, and is shown without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines in place of a traceback."""
        return str(self).splitlines()


def assert_right(function: str) -> None:
    """Judge a function of the cells that ran, in a test cell. Raises WrongFunctionError if it is not right."""
    cells = ran(get_ipython())
    language = language_of(cells)
    judged = ask_judge(cells, function, 0, language)
    if isinstance(judged, str):
        raise WrongFunctionError(judged)
    said = repr(answer(judged, [function], 0, language))
    if not judged["passed"]:
        raise WrongFunctionError(said)
    print(said)


def ran(shell: Any) -> list[str]:
    """The cells that ran in a kernel, in their order."""
    return shell.history_manager.input_hist_raw[1:]


def language_of(cells: list[str]) -> Language:
    """Chinese if the cells are."""
    return "zh" if re.search(CHINESE, "".join(cells)) else "en"


def ask_judge(cells: list[str], function: str | None, hint: int, language: Language) -> dict[str, Any] | str:
    """What `checked` returns, in a process that waits for the next call, because it takes seconds to import torch."""
    with warnings.catch_warnings(action="ignore"):  # loky warns where it replaces a process that is just ending
        process = get_reusable_executor(max_workers=1, timeout=WAITS, initializer=settle)
        return process.submit(checked, cells, function, hint, language).result()


def settle() -> None:
    """End the process of the judge with the kernel, and close its output, which the kernel would show below the cell.

    nbgrader gives no points if a test cell has such an output.
    """
    end_with_parent()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def checked(cells: list[str], function: str | None, hint: int, language: Language) -> dict[str, Any] | str:
    """What `course-torch check --json` writes about the cells, or the line that says why they cannot be judged."""
    from course_torch.exercises.check.answer import as_record
    from course_torch.exercises.check.checking import CheckOptions, check_file

    with TemporaryDirectory() as folder:
        notebook = Path(folder, "notebook.ipynb")
        sources = [{"cell_type": "code", "source": cell} for cell in cells]
        notebook.write_text(json.dumps({"cells": sources}), encoding="utf-8")
        try:
            return as_record(check_file(notebook, CheckOptions(only=function, hint=hint, language=language)))
        except InputError as error:
            return error.text.say(language).replace(f"{notebook}: ", "")


def answer(record: dict[str, Any], names: list[str], hint: int, language: Language) -> Answer:
    """The answer on the functions with these names, those to mend first."""
    chapters = (record, *record.get("others", ()))
    functions = [one for chapter in chapters for one in chapter["functions"] if one["function"] in names]
    if record["failure"] is not None or not functions:
        said = record["failure"] or NONE.fill(chapter=record["chapter"]).say(language)
        return Answer(said, [], [], language)
    right = sum(one["state"] == "right" for one in functions)
    words = {"chapter": record["chapter"], "library": record["library"], "right": right, "n": len(functions)}
    said = [one["message"] for one in functions if one["message"]]
    if hint:
        said += ["\n".join(record["hint"])]
    if right < len(functions):
        first = functions[0]
        if hint < LARGEST_HINT:
            said.append(MORE.fill(function=first["function"], level=hint + 1).say(language))
        opening = to_open(" ".join(said), language, first["section"])
        said += [line.replace("course-torch", "!course-torch") for line in opening]
    rows = [(one["function"], one["section"], one["label"]) for one in functions]
    return Answer(FORM.fill(**words).say(language), rows, said, language)
