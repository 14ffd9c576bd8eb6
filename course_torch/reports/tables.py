"""Tables for the terminal, as `filled` makes them: the layers and shapes of a network, and its predictions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.language import Language, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.text import shown

PREDICTIONS = {
    "picture": Text("picture", "图片"),
    "file": Text("file", "文件"),
    "line": Text("line", "行"),
    "true_class": Text("true class", "真实的类别"),
    "class_name": Text("class name", "类别"),
    "probability": Text("probability", "概率"),
}
"""Entry of a prediction -> its column."""
LAYER, PARAMETERS, ALL = Text("layer", "层"), Text("parameters", "参数"), Text("all", "全部")


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


def layers_table(network: DeepNetwork, language: Language = "en") -> Table:
    """Each layer's activation, the shapes of W, b and of Z and A, and its number of parameters (notes 3.1)."""
    columns = (LAYER, Text("activation", "激活函数"), "W", "b", "Z, A", PARAMETERS)
    title = Text("layers (m examples as rows)", "各层（m 个样本是行）").say(language)
    table = filled(columns, (), language, right=(PARAMETERS,), title=title)
    L = len(network.layers)
    for l, layer in enumerate(network.layers, start=1):
        activation = (network.hidden_activation if l < L else network.output).name
        shapes = shape_of(layer.W), shape_of(layer.b), f"(m, {layer.W.shape[0]})"
        table.add_row(str(l), activation, *shapes, count_of(layer.parameters()), end_section=l == L)
    table.add_row(ALL.say(language), "", "", "", "", count_of(network.parameters()))
    return table


def shapes_table(
    network: DeepNetwork, caches: Sequence[LayerCache], steps: Sequence[BackwardStep], language: Language
) -> Table:
    """Shapes of each tensor and its derivative (notes 3.1, 3.3). dA[L] is missing: dZ[L] = A[L] - Y needs none."""
    X = caches[0].A_prev
    tensors = LAYER, Text("tensor", "张量"), Text("shape", "形状"), Text("derivative", "导数")
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
    table.add_row(ALL.say(language), "", "", "", "", count_of(network.parameters()))
    return table


def shape_of(tensor: Tensor | None) -> str:
    return "-" if tensor is None else str(tuple(tensor.shape))


def count_of(parameters: Iterable[Tensor]) -> str:
    return f"{sum(parameter.numel() for parameter in parameters):,}"
