"""The dimensions of a network (notes 3.1), its parameters and its hyperparameters (notes 3.3)."""

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.text import shown


def layers_table(network: DeepNetwork) -> Table:
    """Each layer's activation, the shapes of W, b and of Z and A, and its number of parameters (notes 3.1)."""
    table = Table(title="layers (m examples as rows)")
    for column in ("layer", "activation", "W", "b", "Z, A", "parameters"):
        table.add_column(column, justify="right" if column == "parameters" else "left")
    for l, layer in enumerate(network.layers, start=1):
        activation = network.hidden_activation.name if l < len(network.layers) else network.output.name
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


def shapes_table(network: DeepNetwork, caches: Sequence[LayerCache], steps: Sequence[BackwardStep]) -> Table:
    """One row per tensor of the forward and backward pass, with its shape and its derivative's (notes 3.1, 3.3).

    dA[L] is missing, because dZ[L] = A[L] - Y is computed without it.
    """
    X = caches[0].A_prev
    table = Table(title=f"shapes, m = {len(X)} examples as rows")
    for column in ("layer", "tensor", "shape", "derivative", "its shape"):
        table.add_column(column)
    table.add_column("parameters", justify="right")
    dA = [step.dA_prev for step in steps] + [None]
    table.add_row("0", "A[0] = X", shape_of(X), "dA[0]", shape_of(dA[0]), end_section=True)
    for l, (layer, cache, step) in enumerate(zip(network.layers, caches, steps, strict=True), start=1):
        rows = [
            ("W", layer.W, step.gradients.dW, layer.W.numel()),
            ("b", layer.b, step.gradients.db, layer.b.numel()),
            ("slope", layer.slope, step.gradients.dslope, int(step.gradients.dslope is not None)),
            ("Z", cache.Z, step.dZ, 0),
            ("A", cache.A, dA[l], 0),
        ]
        for name, tensor, derivative, parameters in rows:
            if tensor is not None:
                cells = f"{name}[{l}]", shape_of(tensor), f"d{name}[{l}]", shape_of(derivative)
                table.add_row(str(l), *cells, f"{parameters:,}" if parameters else "", end_section=name == "A")
    table.add_row("all", "", "", "", "", f"{count_parameters(network.parameters()):,}")
    return table


def hyperparameters_table(groups: Mapping[str, Mapping[str, object]]) -> Table:
    """One row per hyperparameter: its option `--group.name` and its value (notes 3.3)."""
    table = Table(title="hyperparameters")
    table.add_column("name")
    table.add_column("value")
    for group, values in groups.items():
        for name, value in values.items():
            table.add_row(f"{group}.{name}", Text(shown(value)))
    return table


def shape_text(shape: Sequence[int]) -> str:
    """Write a shape as text, such as "(20, 12288)"."""
    return str(tuple(shape))


def shape_of(tensor: Tensor | None) -> str:
    """Write the shape of a tensor as text, or a dash for None."""
    return "-" if tensor is None else shape_text(tensor.shape)


def count_parameters(parameters: Iterable[Tensor]) -> int:
    """Count the entries of all parameters."""
    return sum(parameter.numel() for parameter in parameters)
