"""`course-torch compare` and `course-torch trace`: judge the two passes, and show them formula by formula."""

import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import torch
from rich.text import Text as Line
from torch import Tensor

from course_torch.command_line.files import as_json, check_ending, check_outputs, write_text
from course_torch.console import wide_console, with_progress
from course_torch.data.table import DataConfig
from course_torch.errors import InputError, check_count, check_name
from course_torch.exercises.judge.learners_pass import FLOWER, FLOWER_NETWORK, LearnersPass, network_for
from course_torch.exercises.sandbox.source import read_source
from course_torch.language import NOTHING, Language, Text
from course_torch.lessons import lessons_address, to_open
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.threads import computing_with, threads_for
from course_torch.reports.gradient_report import WIDTH, comparison_table
from course_torch.text import shown
from course_torch.verification.calls import name_of
from course_torch.verification.comparison import Progress, compare_gradients
from course_torch.verification.report import GradientReport
from course_torch.verification.training_step import broken_formula

DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "tf32": torch.float32,  # CUDA devices round the factors of matrix products to 10 bits of mantissa
}

TITLE = Text(
    "gradients{whose} of {sizes}{hidden}, output {output}, loss {loss}, {dtype} on {device}, m = {m}{all}",
    "{whose}{sizes}{hidden}、输出 {output} 的梯度，损失 {loss}，{dtype}，设备 {device}，m = {m}{all}",
)
WHOSE = Text(" by {file}", "{file} 算出的 ")
HIDDEN = Text(", hidden {g}", "、隐层 {g}")
OF_ALL = Text(" of {m}", "（共 {m}）")
EXAMPLES = 1000  # Central differences of ReLU take minutes on more, and would not prove more.


def compare(
    model: NetworkConfig,
    data: DataConfig,
    dtype: str | None = None,
    device: str = "cpu",
    examples: int = EXAMPLES,
    mine: str | None = None,
    json: str | None = None,
    html: str | None = None,
    figure: str | None = None,
    language: Language | None = None,
) -> int:
    """Judge the gradients of the formulas, and the gradients that training uses, on training examples.

    A learner's file (`mine`) without options of network and data is judged on the flower, in its chapter's network.

    Prints a row for each dZ, dW, db and dA. Returns the exit code: 0 if all gradients agree, 1 if a tensor differs.

    Args:
        model: the network with its initial parameters
        data: the data set whose training split is used
        dtype: float64 (the default if the device supports it), float32, bfloat16, or tf32 on CUDA
        device: cpu, cuda, cuda:1, mps, …
        examples: largest number of training examples; a larger split is judged by evenly spaced examples
        mine: the file of an exercise: its own backward pass is judged instead of the formulas
        json: file for the rows
        html: file for the report as a web page
        figure: file for a figure of the errors (.png, .svg or .pdf)
        language: of table, page and figure, en or zh; null for that of the file `mine`, or else English
    """
    dtype = ("float32" if device.startswith("mps") else "float64") if dtype is None else dtype
    check_name("dtype", dtype, DTYPES)
    if dtype == "tf32" and not device.startswith("cuda"):
        raise InputError(
            f"dtype: tf32 needs a CUDA device, found '{device}'", f"dtype：tf32 需要 CUDA 设备，得到 '{device}'"
        )
    check_count("examples", examples, 1)
    language = language or language_of(mine)
    options = replace(model, layer_sizes=tuple(model.layer_sizes)), data
    if mine is not None and options == (NetworkConfig(), DataConfig()):
        model, data = network_for(mine), FLOWER
    network = model.network()
    data_set = data.load_for(network)
    network, split = on_device(network, device, DTYPES[dtype]), data_set.train
    X, Y = split.evenly_spaced(examples)
    X = data_set.features(X, DTYPES[dtype]).to(device)
    with products_in(dtype), computing_with(threads_for(network.layer_sizes, len(X))):
        progress = partial(with_progress, description="judging")
        if mine is None:
            report = compare_gradients(network, X, Y.to(device), progress=progress)
        else:
            report = own_report(mine, network, X, Y.to(device), progress)
    title = TITLE.fill(
        whose=NOTHING if mine is None else WHOSE.fill(file=shown(Path(mine).name)),
        sizes="-".join(map(str, network.layer_sizes)),
        hidden=HIDDEN.fill(g=network.hidden_activation.name) if len(network.layers) > 1 else NOTHING,
        output=network.output.name,
        loss=name_of(network.output.losses),
        dtype=dtype,
        device=device,
        m=len(X),
        all=OF_ALL.fill(m=split.m) if len(X) < split.m else NOTHING,
    ).say(language)
    console, said = wide_console(WIDTH), report.text.say(language)
    console.print(comparison_table(report, title, console.width, language) if report.tensors else Line(title))
    for line in (said, *to_open(said, language)):
        if console.is_terminal:
            console.print(line, markup=False, highlight=False)  # folds at words
        else:
            print(line)
    if json is not None:
        write_text(json, as_json(report.as_record()))
    if html is not None:
        from course_torch.reports.gradient_report import html_report

        write_text(html, html_report(report, title, language))
    if figure is not None:
        from course_torch.reports.figures.curves import gradient_errors
        from course_torch.reports.figures.drawing import write_figure

        write_figure(figure, gradient_errors(report, title, language))
    return 0 if report.agrees else 1


def language_of(mine: str | None) -> Language:
    """The language of a learner's file, or English without a file."""
    return "en" if mine is None else read_source(Path(mine)).language


def on_device(network: DeepNetwork, device: str, dtype: torch.dtype) -> DeepNetwork:
    """Move the network to the device. Raises InputError if the machine lacks the device, or the device the dtype."""
    from course_torch.checkup.machine import UNUSABLE  # which trace does not need

    try:
        torch.ones(1, dtype=dtype).to(device).cpu()
        return network.to(device, dtype)
    except UNUSABLE as error:
        raise InputError(
            f"device: found '{device}', which this machine cannot use: {error}",
            f"device：得到 '{device}'，本机不能使用：{error}",
        ) from error


def own_report(mine: str, network: DeepNetwork, X: Tensor, Y: Tensor, progress: Progress) -> GradientReport:
    """The report on the passes of a learner's file. Raises InputError if the file does not fit the network.

    No gradient is judged if J shows that the forward pass is another one: the gradients are those of another network.
    """
    own_pass = LearnersPass(Path(mine), network)
    wrong = own_pass.wrong_cost(network, X, Y)
    if wrong is not None and not wrong[1]:
        return GradientReport([], None, own=True, forward=wrong[0])
    report = compare_gradients(network, X, Y, gradients=lambda *given: own_pass(*given)[1], progress=progress)
    return report if wrong is None else replace(report, forward=wrong[0])


@contextmanager
def products_in(dtype: str) -> Iterator[None]:
    """Compute float32 matrix products in tf32 if `dtype` is "tf32", otherwise in full float32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if dtype == "tf32" else "highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def trace(
    model: NetworkConfig = FLOWER_NETWORK,
    data: DataConfig = FLOWER,
    updates: int = 3,
    examples: int = 5,
    mine: str | None = None,
    out: str | None = None,
    open: bool = False,
    language: Language | None = None,
    text: bool = False,
    json: str | None = None,
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
    from course_torch.tracing import words  # which compare does not need
    from course_torch.tracing.page import page_of
    from course_torch.tracing.trace import trace as record_trace

    check_count("examples", examples, 1)
    if out is not None:
        check_ending("out", out, (".html",))
    language = language or language_of(mine)
    check_outputs({"out": out, "json": json}, map(str, filter(None, (mine, data.root))))
    if mine is not None and replace(model, layer_sizes=tuple(model.layer_sizes)) == FLOWER_NETWORK:
        model = network_for(mine)
    network = model.network().double()
    data_set = data.load_for(network)
    X, Y = data_set.train.evenly_spaced(examples)
    own = None if mine is None else LearnersPass(Path(mine), network)
    X = data_set.features(X, torch.float64)
    try:
        name = "" if mine is None else Path(mine).name
        rate = model.learning_rate
        of_file: dict[str, Any] = {} if own is None else {"own": own, "own_name": name, "own_line": own.line}
        record = record_trace(network, X, Y, updates=updates, learning_rate=rate, **of_file)
    except InputError:
        raise
    except Exception as error:
        if (broken := broken_formula(network, lambda: (X, Y), error)) is None:
            raise
        print(f"course-torch trace: {broken}", file=sys.stderr)
        return 1
    record.data = {"name": data.name, "class_names": list(data_set.class_names)}
    if json is not None:
        write_text(json, as_json(record.as_record()))
    if open and out is None:
        out = str(Path(mkdtemp(prefix="course-torch-")) / "trace.html")
    if out is not None:
        write_text(out, page_of(record.as_record(), language, lessons_address()))
        print(words.WRITTEN.fill(summary=record.summary, file=shown(out)).say(language))
        if record.own is not None and not text:
            told = words.own_in_words(record, record.own, language)
            print(told, *to_open(told, language), sep="\n")
    if open:
        webbrowser.open(Path(str(out)).absolute().as_uri())
    if text or (json is None and out is None):
        console = wide_console(words.WIDTH)
        for line in words.in_words(record, language):
            console.print(line, soft_wrap=True)
    return 0 if record.agrees else 1
