"""Tables for the terminal."""

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from torch import Tensor

from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.comparison import TensorComparison


def layers_table(network: DeepNetwork) -> Table:
    """Each layer's activation, the shapes of W, b and of Z and A, and its number of parameters (notes 3.1)."""
    table = Table(title="layers (m examples as rows)")
    for column in ("layer", "activation", "W", "b", "Z, A", "parameters"):
        table.add_column(column, justify="right" if column == "parameters" else "left")
    for l, layer in enumerate(network.layers, start=1):
        activation = network.hidden_activation if l < len(network.layers) else network.output
        n_out = layer.W.shape[0]
        table.add_row(
            str(l),
            activation,
            shape_text(layer.W.shape),
            shape_text(layer.b.shape),
            f"(m, {n_out})",
            f"{count_parameters(layer.parameters()):,}",
            end_section=l == len(network.layers),
        )
    table.add_row("all", "", "", "", "", f"{count_parameters(network.parameters()):,}")
    return table


def shape_text(shape: Sequence[int]) -> str:
    """(20, 12288)"""
    return str(tuple(shape))


def count_parameters(parameters: Iterable[Tensor]) -> int:
    """The number of entries in all of them."""
    return sum(parameter.numel() for parameter in parameters)


def results_table(results: Mapping[str, tuple[float, float]]) -> Table:
    """One row a part: its cost, then its accuracy as a fraction."""
    table = Table()
    table.add_column("part")
    table.add_column("cost", justify="right")
    table.add_column("accuracy", justify="right")
    for part, (cost, accuracy) in results.items():
        table.add_row(part, f"{cost:.6f}", f"{accuracy:.4f}")
    return table


def comparison_table(comparisons: Sequence[TensorComparison], title: str) -> Table:
    """One row a gradient: shape, number of entries, differences, tolerance and verdict in words."""
    table = Table(title=title)
    table.add_column("gradient")
    table.add_column("shape")
    for column in ("entries", "largest |a-b|", "‖a-b‖/(‖a‖+‖b‖)", "tolerance"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for row in comparisons:
        table.add_row(
            row.name,
            shape_text(row.shape),
            f"{row.entries:,}",
            f"{row.largest_absolute:.1e}",
            f"{row.relative:.1e}",
            f"{row.tolerance:.0e}",
            "[green]equal[/]" if row.agrees else "[red]DIFFERENT[/]",
        )
    return table
