"""Tables of networks: shapes (notes 3.1), parameters and hyperparameters (3.3), and the course's printed numbers."""

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.published.reproduction import Reproduction, Run
from course_torch.reports.tables import filled
from course_torch.text import shown


def layers_table(network: DeepNetwork) -> Table:
    """Each layer's activation, the shapes of W, b and of Z and A, and its number of parameters (notes 3.1)."""
    columns = ("layer", "activation", "W", "b", "Z, A", "parameters")
    table = filled(columns, (), right=("parameters",), title="layers (m examples as rows)")
    L = len(network.layers)
    for l, layer in enumerate(network.layers, start=1):
        activation = (network.hidden_activation if l < L else network.output).name
        shapes = shape_text(layer.W.shape), shape_text(layer.b.shape), f"(m, {layer.W.shape[0]})"
        table.add_row(str(l), activation, *shapes, count_of(layer.parameters()), end_section=l == L)
    table.add_row("all", "", "", "", "", count_of(network.parameters()))
    return table


def shapes_table(network: DeepNetwork, caches: Sequence[LayerCache], steps: Sequence[BackwardStep]) -> Table:
    """One row per tensor of the forward and backward pass, with its shape and its derivative's (notes 3.1, 3.3).

    dA[L] is missing, because dZ[L] = A[L] - Y is computed without it.
    """
    X = caches[0].A_prev
    columns = ("layer", "tensor", "shape", "derivative", "its shape", "parameters")
    table = filled(columns, (), right=("parameters",), title=f"shapes, m = {len(X)} examples as rows")
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
    table.add_row("all", "", "", "", "", count_of(network.parameters()))
    return table


def hyperparameters_table(groups: Mapping[str, Mapping[str, object]]) -> Table:
    """One row per hyperparameter: its option `--group.name` and its value (notes 3.3)."""
    rows = (
        (f"{group}.{name}", Text(shown(value))) for group, values in groups.items() for name, value in values.items()
    )
    return filled(("name", "value"), rows, title="hyperparameters")


def reproduction_table(reproduction: Reproduction) -> Table:
    """One row per printed number, with the measured number and a verdict."""
    printed = reproduction.published
    title = f"{printed.name}: α = {printed.learning_rate}, {printed.iterations} iterations"
    columns, caption = ("figure", "published", "measured", "verdict"), f"required agreement: {printed.agreement}"
    table = filled(columns, (), right=("published", "measured"), title=title, caption=caption)
    for figure in reproduction.figures:
        decimals = max(6, len(str(figure.published).split(".")[-1]))
        verdict = "[green]reached[/]" if figure.agrees else "[bold red]MISSED[/]"
        table.add_row(figure.name, f"{figure.published:.{decimals}f}", f"{figure.measured:.{decimals}f}", verdict)
    return table


def sweep_table(title: str, parameter: str, runs: Mapping[float, Run], splits: Sequence[str]) -> Table:
    """One row per value of the parameter: accuracies in per cent, as in the course."""
    columns = (parameter, *(f"{split} accuracy" for split in splits))
    rows = (
        (f"{value:g}", *(f"{100 * getattr(run, f'{split}_accuracy'):.2f} %" for split in splits))
        for value, run in runs.items()
    )
    return filled(columns, rows, right=columns, title=title)


def shape_text(shape: Sequence[int]) -> str:
    """Write a shape as text, such as "(20, 12288)"."""
    return str(tuple(shape))


def shape_of(tensor: Tensor | None) -> str:
    """Write the shape of a tensor as text, or a dash for None."""
    return "-" if tensor is None else shape_text(tensor.shape)


def count_of(parameters: Iterable[Tensor]) -> str:
    """Count the entries of all parameters, and write the number as text."""
    return f"{sum(parameter.numel() for parameter in parameters):,}"
