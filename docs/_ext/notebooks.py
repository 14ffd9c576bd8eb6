"""Each lesson as a notebook in its language, from the text and the code of the lesson; and the code as a script.

Cells of the lesson become cells of code. A directive becomes Markdown; a source is printed by the notebook itself.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from course_torch.language import Language
from lessons.language import ANSWER, CHECKER, COLON, COLUMNS, LOOK, PREDICT, ROWS, language_of
from lessons.tasks import checker_says, exercise_words
from lessons.values import formatted, in_formula, record_of, section_of
from recorder import Record

FENCE = re.compile(r"^```\{([\w-]+)\} ?(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
PRINTED = "import inspect\n\nfrom {module} import {name}\n\nprint(inspect.getsource({name}))"
LABEL = re.compile(r"^\([\w.-]+\)=\n", re.MULTILINE)
NUMBER = re.compile(r"\{n\}`([^`]+)`")
LESSON, PAGE = re.compile(r"\]\((\d\.\d)\.md"), re.compile(r"\]\(([\w./-]+)\.md")


def folded(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def as_markdown(name: str, argument: str, content: str, language: Language) -> str:
    """A directive as Markdown, empty for a widget."""
    first, _, second = content.partition("\n+++\n")
    if name == "predict":
        return f"**{PREDICT.say(language)}**\n\n{first}\n\n{folded(LOOK.say(language), second)}"
    if name == "solution":
        return folded(ANSWER.say(language), content)
    if name == "layouts":
        return f"*{ROWS.say(language)}*\n\n{first}\n\n*{COLUMNS.say(language)}*\n\n{second}"
    if name == "mistake":
        return f"{content}\n**{CHECKER.say(language)}**{COLON.say(language)}{checker_says(argument, language)}"
    if name == "exercise":
        text, commands = exercise_words(*argument.split(), language) or ("", "")
        return f"{text}\n\n```sh\n{commands}\n```"
    assert name == "widget", name
    return ""


def parts(text: str, record: Record, language: Language) -> Iterator[tuple[str, str]]:
    """The kind and the text of each cell of the notebook."""
    end = 0
    for fence in FENCE.finditer(text):
        name, argument, content = fence.groups()
        yield "markdown", text[end : fence.start()]
        end = fence.end()
        if name == "cell" and ":only: output" not in content:
            yield "code", record.cells[argument].code
        elif name == "source":
            module, _, attribute = argument.rpartition(".")
            yield "code", PRINTED.format(module=module, name=attribute)
        elif name != "cell":
            yield "markdown", as_markdown(name, argument, content, language)
    yield "markdown", text[end:]


def shown(text: str, record: Record) -> str:
    """Markdown with its numbers, without labels, and with links to the other notebooks and to the pages beside them."""
    text = NUMBER.sub(lambda found: str(formatted(record.numbers, found[1])), text)
    text = LABEL.sub("", in_formula(record.numbers, text))
    return PAGE.sub(r"](\1.html", LESSON.sub(r"](\1.ipynb", text)).strip()


def notebook(text: str, record: Record, language: Language) -> dict[str, Any]:
    """The notebook of a lesson, with no output."""
    cells = []
    for kind, content in parts(text, record, language):
        source = content if kind == "code" else shown(content, record)
        if source:
            more = {"outputs": [], "execution_count": None} if kind == "code" else {}
            cells.append({"cell_type": kind, "id": f"cell-{len(cells)}", "metadata": {}, "source": source, **more})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def write(app: Sphinx, error: Exception | None) -> None:
    """Write notebook and script of each lesson beside its page."""
    if error is not None:
        return
    for docname in (name for name in app.env.found_docs if name.startswith("lessons/")):
        section, page = section_of(docname), Path(app.outdir) / docname
        text = Path(app.env.doc2path(docname)).read_text(encoding="utf-8")
        made = notebook(text, record_of(app.env, section), language_of(app.env))
        page.with_name(f"{section}.ipynb").write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
        shutil.copy(Path(app.confdir) / "code" / f"{section}.py", page.with_name(f"{section}.py"))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
