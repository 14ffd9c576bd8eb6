"""Tables of printed and measured costs and accuracies."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from course_torch.published.reproduction import Reproduction, Run


def reproduction_table(reproduction: Reproduction) -> Table:
    """One row per printed number, with the measured number and a verdict."""
    printed = reproduction.published
    table = Table(title=f"{printed.name}: α = {printed.learning_rate}, {printed.iterations} iterations")
    table.caption = f"required agreement: {printed.agreement}"
    table.add_column("figure")
    for column in ("published", "measured"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for figure in reproduction.figures:
        decimals = max(6, len(str(figure.published).split(".")[-1]))
        measured, published = (f"{value:.{decimals}f}" for value in (figure.measured, figure.published))
        verdict = "[green]reached[/]" if figure.agrees else "[bold red]MISSED[/]"
        table.add_row(figure.name, published, measured, verdict)
    return table


def sweep_table(title: str, parameter: str, runs: Mapping[float, Run], splits: Sequence[str]) -> Table:
    """One row per value of the parameter: accuracies in per cent, as in the course."""
    table = Table(title=title)
    for column in (parameter, *(f"{split} accuracy" for split in splits)):
        table.add_column(column, justify="right")
    for value, run in runs.items():
        table.add_row(f"{value:g}", *(f"{100 * getattr(run, f'{split}_accuracy'):.2f} %" for split in splits))
    return table
