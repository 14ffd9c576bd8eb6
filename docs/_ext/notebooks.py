"""Each lesson as a notebook in its language, from the text and the code of the lesson; and the code as a script.

Cells of the lesson become cells of code. A directive becomes Markdown; a source is printed by the notebook itself.
"""

import inspect
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import astuple
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.application import Sphinx

from course_torch.language import COLON, Language, Text
from lessons.language import ANSWER, CHECKER, COLUMNS, LOOK, PREDICT, QUESTION, ROWS, SOLUTION, TRY_IT, language_of
from lessons.pictures import as_image, svg_of
from lessons.playground import task_link
from lessons.predictions import CHOICE, HIDES
from lessons.questions import HINT, question_parts
from lessons.tasks import checker_says, exercise_words
from lessons.values import formatted, in_formula, record_of, section_of
from recorder import Record

FENCE = re.compile(r"^```\{([\w-]+)\} ?(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
PRINTED = "import inspect\n\nfrom {module} import {name}\n\nprint(inspect.getsource({name}))"
INSTALLED = """# Without course_torch (in Colab, for example) put the wheel of a release beside this notebook.
import sys
from glob import glob
from importlib.util import find_spec
from subprocess import run

if find_spec("course_torch") is None:
    run([sys.executable, "-m", "pip", "install", *glob("course_torch-*.whl")], check=True)"""
MOVES = Text("On the page of the lesson this can be moved: [open]({page})", "在网页版的课里可以拖动：[打开]({page})")
LABEL = re.compile(r"^\([\w.-]+\)=\n", re.MULTILINE)
NUMBER, BRINGS = re.compile(r"\{n\}`([^`]+)`"), re.compile(r"\{brings\}`[^`]+`")
LESSON, PAGE = re.compile(r"\]\((\d\.\d)\.md"), re.compile(r"\]\(([\w./-]+)\.md")


def folded(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def as_markdown(name: str, argument: str, content: str, language: Language) -> str:
    """A directive as Markdown, empty for what moves on the page only."""
    first, _, second = content.partition("\n+++\n")
    if name == "predict":
        question = CHOICE.sub(r"- \2", HIDES.sub("", first))
        return f"**{PREDICT.say(language)}**\n\n{question}\n\n{folded(LOOK.say(language), second)}"
    if name == "question":
        question, hint, solution = question_parts(argument, content)
        parts = [f"**{QUESTION.say(language)}**", question, folded(HINT.say(language), hint)]
        return "\n\n".join([*parts, folded(SOLUTION.say(language), solution)])
    if name == "solution":
        return folded(ANSWER.say(language), content)
    if name == "layouts":
        return f"*{ROWS.say(language)}*\n\n{first}\n\n*{COLUMNS.say(language)}*\n\n{second}"
    if name == "mistake":
        return f"{content}\n**{CHECKER.say(language)}**{COLON.say(language)}{checker_says(argument, language)}"
    if name == "exercise":
        text, commands = exercise_words(*argument.split(), language) or ("", "")
        return f"{text}\n\n```sh\n{commands}\n```"
    if name == "networks":  # as commands
        links = (line.split(" | ") for line in content.splitlines())
        commands = "\n".join(f'course-torch playground --link "{link}"  # {caption}' for link, caption in links)
        return f"```sh\n{commands}\n```"
    if name == "try":
        title, address = task_link(argument, language) or ("", "")
        return f"{TRY_IT.say(language)}{COLON.say(language)}[{title}]({address})"
    assert name == "widget", name
    return ""


class Part(NamedTuple):
    """The kind of a cell, its text, and what its code printed."""

    kind: str
    text: str
    output: str = ""


Draw = Callable[..., str]
"""Name of a picture -> the picture in Markdown."""


def parts(text: str, record: Record, language: Language, page: str, draw: Draw) -> Iterator[Part]:
    """The cells of the notebook, after the first one, which installs the package."""
    end = 0
    for fence in FENCE.finditer(text):
        name, argument, content = fence.groups()
        before, end = text[end : fence.start()], fence.end()
        if name in MOVING:
            before, sentence = parted(before)
            yield Part("markdown", before)
            yield Part("markdown", quoted(f"{sentence}\n\n{MOVES.fill(page=page).say(language)}"))
        else:
            yield Part("markdown", before)
        if name == "cell" and ":only: output" not in content:
            yield Part("code", *astuple(record.cells[argument]))
        elif name == "source":
            module, _, attribute = argument.rpartition(".")
            source = inspect.getsource(getattr(import_module(module), attribute))
            yield Part("code", PRINTED.format(module=module, name=attribute), source)
        elif name == "picture":
            yield Part("markdown", f"{draw(*argument.split())}\n\n{content}")
        elif name != "cell":
            yield Part("markdown", as_markdown(name, argument, content, language))
    yield Part("markdown", text[end:])


MOVING = ("widget", "networks")
"""What moves on the page. The paragraph above it says what to press."""


def parted(text: str) -> tuple[str, str]:
    """The text before its last paragraph, and the last paragraph, which is empty if the text ends otherwise."""
    above, _, last = text.rstrip().rpartition("\n\n")
    return (above, last) if last[:1].isalnum() else (text, "")


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))


def shown(text: str, record: Record) -> str:
    """Markdown with its numbers, without labels, and with links to the other notebooks and to the pages beside them."""
    text = NUMBER.sub(lambda found: str(formatted(record.numbers, found[1])), BRINGS.sub("", text))
    text = LABEL.sub("", in_formula(record.numbers, text))
    return PAGE.sub(r"](\1.html", LESSON.sub(r"](\1.ipynb", text)).strip()


def notebook(text: str, record: Record, language: Language, page: str, draw: Draw) -> dict[str, Any]:
    """The notebook of a lesson, with what its code printed. `page` is the address of the lesson's page."""
    cells = []
    for kind, content, output in (Part("code", INSTALLED), *parts(text, record, language, page, draw)):
        source = content if kind == "code" else shown(content, record)
        if source:
            printed = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
            more = {"outputs": printed, "execution_count": None} if kind == "code" else {}
            cells.append({"cell_type": kind, "id": f"cell-{len(cells)}", "metadata": {}, "source": source, **more})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def write(app: Sphinx, error: Exception | None) -> None:
    """Write notebook and script of each lesson beside its page."""
    if error is not None:
        return
    rules = (Path(app.confdir) / "_static" / "site.css").read_text(encoding="utf-8")
    for docname in (name for name in app.env.found_docs if name.startswith("lessons/")):
        section, page = section_of(docname), Path(app.outdir) / docname
        text = Path(app.env.doc2path(docname)).read_text(encoding="utf-8")

        def draw(*names: str, docname: str = docname) -> str:
            return as_image(svg_of(app.env, docname, *names), rules)

        made = notebook(text, record_of(app.env, section), language_of(app.env), f"{section}.html", draw)
        page.with_name(f"{section}.ipynb").write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
        shutil.copy(Path(app.confdir) / "code" / f"{section}.py", page.with_name(f"{section}.py"))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
