"""`course-torch compare`: judge the gradients of the formulas, of a learner's file, or of a function of one's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from rich.text import Text as Line

from course_torch.command_line.files import FigureFile, InputFile, OutputFile
from course_torch.commands.learner.own_function import judged_function
from course_torch.commands.learner.prepared import Prepared, check_device, language_of, prepare, with_tuple
from course_torch.console import print_line, wide_console, with_progress
from course_torch.data.table import FLOWER, DataConfig
from course_torch.errors import InputError, check_count, check_name
from course_torch.exercises.learners_pass import LearnersPass, network_for
from course_torch.float64 import has_float64
from course_torch.language import NOTHING, Language, Text
from course_torch.lessons import to_open
from course_torch.network.config import OWN, NetworkConfig
from course_torch.network.threads import computing_with, threads_for
from course_torch.reports.gradient_report import WIDTH, comparison_table
from course_torch.text import shown
from course_torch.verification.networks.calls.call import name_of
from course_torch.verification.networks.comparison import compare_gradients
from course_torch.verification.report import GradientReport
from course_torch.writing import as_json, write_text

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
OWN_FUNCTION = Text("gradients of {function} on {device}", "{function} 的梯度，设备 {device}")
WHOSE = Text(" by {file}", "{file} 算出的 ")
HIDDEN = Text(", hidden {g}", "、隐层 {g}")
OF_ALL = Text(" of {m}", "（共 {m}）")
PROGRESS = partial(with_progress, description="judging")
EXAMPLES = 1000  # Central differences of ReLU take minutes on more, and would not prove more.


def compare(
    model: NetworkConfig,
    data: DataConfig,
    function: str | None = None,
    *,
    dtype: str | None = None,
    device: str = "cpu",
    examples: int = EXAMPLES,
    mine: InputFile | None = None,
    json: OutputFile | None = None,
    html: OutputFile | None = None,
    figure: FigureFile | None = None,
    language: Language | None = None,
) -> int:
    """Judge the gradients of the formulas, and the gradients that training uses, on training examples.

    A learner's file (`mine`) without options of network and data is judged on the flower, in its chapter's network.

    FILE.py:NAME judges the backward of NAME instead: an autograd.Function, a module, or a function with a function
    NAME_backward beside it. NAME_backward gets grad_output and the cache if NAME returns (output, cache), otherwise
    grad_output and the inputs. The function inputs() of the file returns the inputs of NAME. A function plain, which
    computes the same as NAME by operations of torch, is optional: with it autograd judges beside central differences.

    Prints a row for each dZ, dW, db and dA, or for each input and parameter. Returns the exit code: 0 if all
    gradients agree, 1 if a tensor differs.

    Args:
        model: the network with its initial parameters
        data: the data set whose training split is used
        function: FILE.py:NAME, such as mine.py:MyFunction: judge the backward of this function
        dtype: float64 (the default if the device supports it), float32, bfloat16, or tf32 on CUDA
        device: cpu, cuda, cuda:1, mps, …
        examples: largest number of training examples; a larger split is judged by evenly spaced examples
        mine: the file of an exercise: its own backward pass is judged instead of the formulas
        json: file for the rows
        html: file for the report as a web page
        figure: file for a figure of the errors (.png, .svg or .pdf)
        language: of table, page and figure, en or zh; null for that of the file `mine`, or else English
    """
    if function is not None:
        return compare_function(function, dtype, device, language or "en", json, html, figure)
    dtype = ("float64" if has_float64(device) else "float32") if dtype is None else dtype
    check_name("dtype", dtype, DTYPES)
    if dtype == "tf32" and not device.startswith("cuda"):
        raise InputError(
            f"dtype: tf32 needs a CUDA device, found '{device}'", f"dtype：tf32 需要 CUDA 设备，得到 '{device}'"
        )
    check_count("examples", examples, 1)
    if mine is None and model.gradients.endswith(OWN):  # as a run's config may name it
        mine, model = model.gradients, replace(model, gradients="manual")
    language = language or language_of(mine)
    if mine is not None and (with_tuple(model), data) == (NetworkConfig(), DataConfig()):
        model, data = network_for(mine), FLOWER
    prepared = prepare(model, data, examples, DTYPES[dtype], device)
    with products_in(dtype), computing_with(threads_for(prepared.network.layer_sizes, len(prepared.X))):
        report = judged(prepared, mine)
    return show(report, title_of(prepared, dtype, device, mine).say(language), language, json, html, figure)


def compare_function(
    function: str,
    dtype: str | None,
    device: str,
    language: Language,
    json: str | None,
    html: str | None,
    figure: str | None,
) -> int:
    """Judge a function of one's own. Returns the exit code."""
    if dtype is not None:
        check_name("dtype", dtype, DTYPES)
    check_device(device, torch.float32 if dtype is None else DTYPES[dtype])
    report = judged_function(function, None if dtype is None else DTYPES[dtype], device, PROGRESS)
    title = OWN_FUNCTION.fill(function=shown(Path(function).name), device=device).say(language)
    return show(report, title, language, json, html, figure)


def show(
    report: GradientReport, title: str, language: Language, json: str | None, html: str | None, figure: str | None
) -> int:
    """Print the report and write its files. Returns the exit code: 0 if all gradients agree."""
    console, said = wide_console(WIDTH), report.text.say(language)
    console.print(comparison_table(report, title, console.width, language) if report.tensors else Line(title))
    for line in (said, *to_open(said, language)):
        print_line(line, console)
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


def title_of(prepared: Prepared, dtype: str, device: str, mine: str | None) -> Text:
    """Say whose gradients are judged, of which network, where, and on how many examples."""
    network, m, every = prepared.network, len(prepared.X), prepared.data_set.train.m
    return TITLE.fill(
        whose=NOTHING if mine is None else WHOSE.fill(file=shown(Path(mine).name)),
        sizes="-".join(map(str, network.layer_sizes)),
        hidden=HIDDEN.fill(g=network.hidden_activation.name) if len(network.layers) > 1 else NOTHING,
        output=network.output.name,
        loss=name_of(network.output.losses),
        dtype=dtype,
        device=device,
        m=m,
        all=OF_ALL.fill(m=every) if m < every else NOTHING,
    )


def judged(prepared: Prepared, mine: str | None) -> GradientReport:
    """The report on the formulas, or on the passes of a learner's file. Raises InputError if the file does not fit.

    No gradient is judged if J shows that the forward pass is another one: the gradients are those of another network.
    """
    network, _, X, Y = prepared
    if mine is None:
        return compare_gradients(network, X, Y, progress=PROGRESS)
    own_pass = LearnersPass(Path(mine), network)
    wrong = own_pass.wrong_cost(network, X, Y)
    if wrong is not None and not wrong.only_cost:
        return GradientReport([], None, own=True, forward=wrong.finding)
    report = compare_gradients(network, X, Y, gradients=lambda *given: own_pass(*given)[1], progress=PROGRESS)
    return report if wrong is None else replace(report, forward=wrong.finding)


@contextmanager
def products_in(dtype: str) -> Iterator[None]:
    """Compute float32 matrix products in tf32 if `dtype` is "tf32", otherwise in full float32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if dtype == "tf32" else "highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
