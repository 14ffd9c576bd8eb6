"""`%load_ext course_torch`: `%check` judges the functions of the cells that ran, `%%check` those of its own cell.

`course-torch check` judges a notebook of these cells in processes of its own, so nothing changes in the kernel.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from course_torch.exercises import HEADINGS, LARGEST_HINT
from course_torch.exercises.sandbox.cells import DEFINITION
from course_torch.language import CHINESE, LANGUAGES, Language, Text
from course_torch.lessons import to_open
from course_torch.notebook import cell_text, html_table

FORM = Text(
    "Chapter {chapter}, {library}, {right} of {n} right", "{chapter} 章，{library}，{n} 个函数中 {right} 个正确"
)
MORE = Text("More: %check {function} --hint {level}", "更多提示：%check {function} --hint {level}")
NONE = Text("No function here belongs to the chapter {chapter}.", "这里没有 {chapter} 章的函数。")


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
        "--hint", type=int, default=0, help="1 (what was called), 2 (the formula) or 3 (the smallest case in numbers)"
    )
    @argument("--language", choices=LANGUAGES, help="of the answer; Chinese if the cells are")
    @line_cell_magic
    def check(self, line: str, cell: str | None = None) -> None:
        """Judge the functions of the cells that ran. At the head of a cell: run the cell, and judge its functions."""
        asked = parse_argstring(self.check, line)
        shell: Any = self.shell
        if cell is not None and not shell.run_cell(cell).success:
            return
        cells = shell.history_manager.input_hist_raw[1:]
        language: Language = asked.language or ("zh" if re.search(CHINESE, "".join(cells)) else "en")
        judged = judge(cells, asked.function, asked.hint, language)
        if isinstance(judged, str):
            print(judged, file=sys.stderr)
        else:
            names = DEFINITION.findall("\n".join(cells if cell is None else [cell]))
            display(answer(judged, names, asked.hint, language))


def judge(cells: list[str], function: str | None, hint: int, language: Language) -> dict[str, Any] | str:
    """What `course-torch check` writes about the cells, or the line in which it says why it cannot judge them."""
    with TemporaryDirectory() as folder:
        notebook, record = Path(folder, "notebook.ipynb"), Path(folder, "record.json")
        sources = [{"cell_type": "code", "source": cell} for cell in cells]
        notebook.write_text(json.dumps({"cells": sources}), encoding="utf-8")
        options = ["--hint", str(hint), "--language", language, "--json", str(record)]
        names = [str(notebook), *([function] if function else [])]
        command = [sys.executable, "-m", "course_torch", "check", *names, *options]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        if not record.exists():
            return f"%check: {done.stderr.strip().rpartition('error: ')[2].replace(f'{notebook}: ', '')}"
        return json.loads(record.read_text(encoding="utf-8"))


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
