"""Tables for the terminal: networks, their results, exercises, the course's printed numbers, the doctor."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.language import Language, Text, same
from course_torch.network.deep_network import DeepNetwork
from course_torch.published.reproduction import ACCURACIES, Reproduction, Run
from course_torch.text import shown

LONGEST_NAME = 27  # characters of the longest function name of a chapter, and a comma
PREDICTIONS = {
    "picture": Text("picture", "图片"),
    "file": Text("file", "文件"),
    "line": Text("line", "行"),
    "true_class": Text("true class", "真实的类别"),
    "class_name": Text("class name", "类别"),
    "probability": Text("probability", "概率"),
}
"""Entry of a prediction -> its column."""
PARAMETERS, PUBLISHED, MEASURED = Text("parameters", "参数"), Text("published", "公布"), Text("measured", "实测")
TITLE = Text("{name}: α = {alpha}, {n} iterations", "{name}：α = {alpha}，{n} 次迭代")
AGREEMENT = Text("required agreement: {agreement}", "要求的一致：{agreement}")
REACHED, MISSED = Text("[green]reached[/]", "[green]达到[/]"), Text("[bold red]MISSED[/]", "[bold red]未达到[/]")
COLOURS = {"right": "green", "wrong": "bold red", "missing": "dim", "not judged": "yellow"}


def filled(
    columns: Sequence[Text | str],
    rows: Iterable[Iterable[Line | str]],
    language: Language = "en",
    right: Collection[Text | str] = (),
    **options: Any,
) -> Table:
    """Make a table of these rows, with its columns in a language. The columns in `right` are aligned to the right."""
    table = Table(**options)
    for column in columns:
        heading = column.say(language) if isinstance(column, Text) else column
        table.add_column(heading, justify="right" if column in right else "left")
    for row in rows:
        table.add_row(*row)
    return table


def results_table(results: Mapping[str, tuple[float, float]], score: str) -> Table:
    """One row a split: its cost and its score, which is called `score` (accuracy as a fraction, or R2)."""
    rows = ((split, f"{cost:.6f}", f"{value:.4f}") for split, (cost, value) in results.items())
    return filled(("split", "cost", score), rows, right=("cost", score))


def predictions_table(predictions: Sequence[Mapping[str, object]], value: Text, language: Language) -> Table:
    """One row per example, without the probabilities of the other classes. `value` names a predicted number."""
    columns = PREDICTIONS | {"value": Text(*(escape(shown(name)) for name in value))}
    names = [name for name in predictions[0] if name in columns]
    rows = ([Line(cell(prediction[name])) for name in names] for prediction in predictions)
    return filled([columns[name] for name in names], rows, language)


def cell(value: object) -> str:
    """A name or a line number as it is, other numbers with four decimals, None as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return f"{value:.4f}" if isinstance(value, float) else shown(value)


def check_table(headings: tuple[str, str, str], rows: Iterable[tuple[str, str, str, str]]) -> Table:
    cells = ((escape(name), section, f"[{COLOURS[state]}]{escape(text)}[/]") for name, section, state, text in rows)
    return filled(headings, cells, box=box.SIMPLE_HEAD)


def chapters_table(headings: tuple[str, str, str, str], rows: Iterable[tuple[str, str, str, str]]) -> Table:
    """One row per chapter with its sections, functions and files. A narrow terminal never cuts the count of a file."""
    table = filled(headings, (map(escape, row) for row in rows), box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1))
    for column, width in zip(table.columns, (None, None, LONGEST_NAME, None), strict=True):
        column.width, column.overflow = width, "fold"
    return table


def layers_table(network: DeepNetwork) -> Table:
    """Each layer's activation, the shapes of W, b and of Z and A, and its number of parameters (notes 3.1)."""
    columns = ("layer", "activation", "W", "b", "Z, A", "parameters")
    table = filled(columns, (), right=("parameters",), title="layers (m examples as rows)")
    L = len(network.layers)
    for l, layer in enumerate(network.layers, start=1):
        activation = (network.hidden_activation if l < L else network.output).name
        shapes = shape_of(layer.W), shape_of(layer.b), f"(m, {layer.W.shape[0]})"
        table.add_row(str(l), activation, *shapes, count_of(layer.parameters()), end_section=l == L)
    table.add_row("all", "", "", "", "", count_of(network.parameters()))
    return table


def shapes_table(
    network: DeepNetwork, caches: Sequence[LayerCache], steps: Sequence[BackwardStep], language: Language
) -> Table:
    """Shapes of each tensor and its derivative (notes 3.1, 3.3). dA[L] is missing: dZ[L] = A[L] - Y needs none."""
    X = caches[0].A_prev
    tensors = Text("layer", "层"), Text("tensor", "张量"), Text("shape", "形状"), Text("derivative", "导数")
    title = Text(f"shapes, m = {len(X)} examples as rows", f"形状，m = {len(X)} 个样本是行").say(language)
    columns = (*tensors, Text("its shape", "导数的形状"), PARAMETERS)
    table = filled(columns, (), language, right=(PARAMETERS,), title=title)
    dA = [step.dA_prev for step in steps] + [None]
    table.add_row("0", "A[0] = X", shape_of(X), "dA[0]", shape_of(dA[0]), end_section=True)
    for l, (layer, cache, step) in enumerate(zip(network.layers, caches, steps, strict=True), start=1):
        dW, db, dslope = step.gradients
        rows = [
            ("W", layer.W, dW, layer.W.numel()),
            ("b", layer.b, db, layer.b.numel()),
            ("slope", layer.slope, dslope, int(dslope is not None)),
            ("Z", cache.Z, step.dZ, 0),
            ("A", cache.A, dA[l], 0),
        ]
        for name, tensor, derivative, parameters in rows:
            if tensor is not None:
                cells = f"{name}[{l}]", shape_of(tensor), f"d{name}[{l}]", shape_of(derivative)
                table.add_row(str(l), *cells, f"{parameters:,}" if parameters else "", end_section=name == "A")
    table.add_row(Text("all", "全部").say(language), "", "", "", "", count_of(network.parameters()))
    return table


def reproduction_table(reproduction: Reproduction, language: Language) -> Table:
    """One row per printed number, with the measured number and a verdict."""
    printed = reproduction.published
    title = TITLE.fill(name=printed.name, alpha=printed.learning_rate, n=printed.iterations).say(language)
    caption = AGREEMENT.fill(agreement=printed.agreement).say(language)
    columns = Text("figure", "数"), PUBLISHED, MEASURED, Text("verdict", "判断")
    table = filled(columns, (), language, right=(PUBLISHED, MEASURED), title=title, caption=caption)
    for figure in reproduction.figures:
        decimals = max(6, len(str(figure.published).split(".")[-1]))
        numbers = (f"{number:.{decimals}f}" for number in (figure.published, figure.measured))
        table.add_row(figure.name.say(language), *numbers, (REACHED if figure.agrees else MISSED).say(language))
    return table


def sweep_table(
    title: Text, parameter: str, runs: Mapping[float, Run], splits: Sequence[str], language: Language
) -> Table:
    """One row per value of the parameter: accuracies in per cent, as in the course."""
    columns = (same(parameter), *(ACCURACIES[f"{split}_accuracy"] for split in splits))
    rows = (
        (f"{value:g}", *(f"{100 * getattr(run, f'{split}_accuracy'):.2f} %" for split in splits))
        for value, run in runs.items()
    )
    return filled(columns, rows, language, right=columns, title=title.say(language))


def shape_of(tensor: Tensor | None) -> str:
    return "-" if tensor is None else str(tuple(tensor.shape))


def count_of(parameters: Iterable[Tensor]) -> str:
    return f"{sum(parameter.numel() for parameter in parameters):,}"
