"""The cost during training (notes 1.3)."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from course_torch.reports.figures.colours import BLUE, GREY, VERMILLION


def learning_curve(
    train: Sequence[tuple[int, float]],
    validation: Sequence[tuple[int, float]],
    title: str,
    chosen: int | None = None,
) -> Figure:
    """Draw J of the training split and, if present, the validation split against the number of parameter updates.

    A vertical line marks the `chosen` update, whose parameters are the result of the run.
    """
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(*zip(*train, strict=True), color=BLUE, label="training")
    if validation:
        axes.plot(*zip(*validation, strict=True), color=VERMILLION, marker="o", linestyle="--", label="validation")
    if chosen is not None:
        axes.axvline(chosen, color=GREY, linestyle=":", label=f"chosen: lowest validation cost, after {chosen}")
    axes.set(xlabel="updates of the parameters", ylabel="cost J (nats)", title=title)
    axes.set_ylim(0, 1.05 * max(cost for curve in (train, validation) for _, cost in curve))
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
