"""`course-torch trace`: show some parameter updates formula by formula, in the terminal or on a page."""

import webbrowser
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import torch

from course_torch.command_line.files import InputFile, OutputFile, PageFile
from course_torch.commands.learner.prepared import language_of, prepare, with_tuple
from course_torch.console import wide_console
from course_torch.data.table import FLOWER, DataConfig
from course_torch.errors import check_count
from course_torch.exercises.learners_pass import LearnersPass, network_for
from course_torch.language import Language
from course_torch.lessons import lessons_address, to_open
from course_torch.network.config import FLOWER_NETWORK, NetworkConfig
from course_torch.text import shown
from course_torch.tracing import trace as tracing
from course_torch.tracing import words
from course_torch.tracing.page import page_of
from course_torch.writing import as_json, write_text


def trace(
    model: NetworkConfig = FLOWER_NETWORK,
    data: DataConfig = FLOWER,
    *,
    updates: int = 3,
    examples: int = 5,
    mine: InputFile | None = None,
    out: PageFile | None = None,
    open: bool = False,
    language: Language | None = None,
    text: bool = False,
    json: OutputFile | None = None,
) -> int:
    """Run some parameter updates, and show every formula with what goes in, what comes out, and autograd's verdict.

    Without options: 2-4-1 on five points of the flower. The updates are those of plain gradient descent, in float64.
    Returns the exit code: 0 if all derivatives agree, 1 if a tensor differs or a formula breaks off.

    Args:
        model: the network with its initial parameters
        data: the data set whose training split is used
        updates: number of parameter updates
        examples: number of training examples, evenly spaced
        mine: the file of an exercise: its J and gradients stand beside those of the formulas
        out: file for the page (.html), which shows the steps in a browser
        open: whether the page is opened in the browser; without `out` it is a temporary file
        language: of the page and of the text, en or zh; null for that of the file `mine`, or else English
        text: whether the steps are printed even if they are written into a file
        json: file for the record
    """
    check_count("examples", examples, 1)
    language = language or language_of(mine)
    if mine is not None and with_tuple(model) == FLOWER_NETWORK:
        model = network_for(mine)
    network, data_set, X, Y = prepare(model, data, examples, torch.float64)
    of_file: dict[str, Any] = {}
    if mine is not None:
        own = LearnersPass(Path(mine), network)
        of_file = {"own": own, "own_name": Path(mine).name, "own_line": own.line}
    record = tracing.trace(network, X, Y, updates=updates, learning_rate=model.learning_rate, **of_file)
    record.data = {"name": data.name, "class_names": list(data_set.class_names)}
    if json is not None:
        write_text(json, as_json(record.as_record()))
    if open and out is None:
        out = str(Path(mkdtemp(prefix="course-torch-")) / "trace.html")
    if out is not None:
        write_text(out, page_of(record.as_record(), language, lessons_address()))
        print(words.WRITTEN.fill(summary=record.summary, file=shown(out)).say(language))
        if record.own is not None and not text:
            said = words.own_in_words(record, record.own, language)
            print(said, *to_open(said, language), sep="\n")
    if open:
        webbrowser.open(Path(str(out)).absolute().as_uri())
    if text or (json is None and out is None):
        console = wide_console(words.WIDTH)
        for line in words.in_words(record, language):
            console.print(line, soft_wrap=True)
    return 0 if record.agrees else 1
