"""The results of a finished run: table, learning curve and mislabelled pictures."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lightning import Trainer
from lightning.pytorch.callbacks import Timer
from lightning.pytorch.loggers import CSVLogger
from rich.console import Console

from course_torch.command_line.errors import one_line
from course_torch.data.data_set import DataSet
from course_torch.errors import InputError
from course_torch.exchange.checkpoint_file import read_checkpoint
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.evaluation import evaluate
from course_torch.reports.figures.curves import learning_curve
from course_torch.reports.figures.drawing import write_figure
from course_torch.reports.figures.pictures import draw_mislabelled
from course_torch.reports.tables import results_table
from course_torch.text import counted, shown
from course_torch.training.loggers import log_results
from course_torch.training.module import NetworkModule
from course_torch.training.run_folder import BestCheckpoint


def report_results(
    trainer: Trainer, model: NetworkModule, data: DataSet, best: BestCheckpoint | None, run_folder: Path | None
) -> None:
    """Print and log the results of the parameters with the lowest validation cost, or of the last parameters.

    Also writes the figures beside metrics.csv. `run_folder` is None if the run keeps no files. Raises InputError if
    best.ckpt is damaged or of another network.
    """
    chosen, updates = f"the last parameters (after {counted(trainer.global_step, 'update')})", None
    if best is not None and best.best_model_path:
        checkpoint = read_checkpoint(Path(best.best_model_path))
        try:
            model.load_state_dict(checkpoint["state_dict"])
        except RuntimeError as error:
            raise InputError(f"{best.best_model_path}: not the parameters of this network ({error})") from error
        updates = checkpoint["global_step"]
        chosen = f"the best parameters by validation cost (after {counted(updates, 'update')})"
    dtype = model.network.layers[0].W.dtype
    results = {name: evaluate(model.network, data.batches(split, dtype)) for name, split in data.splits.items()}
    log_results(trainer, results, model.network.output.score)
    folders = [Path(logger.log_dir) for logger in trainer.loggers if isinstance(logger, CSVLogger)]
    console = Console()
    named = {} if run_folder is None else {run_folder: "run folder"}
    for folder in folders:
        named.setdefault(folder, "folder of CSVLogger")
    for folder, name in named.items():
        console.print(f"{name}: {shown(short(folder))}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"results of {chosen}:", highlight=False)
    console.print(results_table(results, model.network.output.score))
    for folder in folders:
        draw(write_learning_curve, folder, updates)
        draw(write_mislabelled, folder, model.network, data)


def report_no_update(trainer: Trainer, run: str) -> None:
    """Print why a resumed run made no update, if its time was over: --trainer.max_time counts the earlier runs too."""
    timers = [each for each in trainer.callbacks if isinstance(each, Timer)]  # type: ignore[attr-defined]
    if any(left is not None and left <= 0 for left in (timer.time_remaining() for timer in timers)):
        print(f"{shown(run)}: no update: the run has used up --trainer.max_time; a longer time trains it further")


def short(folder: Path) -> Path:
    """The path from the current folder if it leads downwards, otherwise the whole path."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def draw(write: Callable[..., None], folder: Path, *arguments: Any) -> None:
    """Write a figure into the folder. The results are worth more than a figure, so any failure becomes a warning."""
    try:
        write(folder, *arguments)
    except Exception as error:
        print(f"warning: a figure of {shown(folder)} was not drawn: {shown(one_line(str(error)))}", file=sys.stderr)


def write_learning_curve(folder: Path, chosen: int | None) -> None:
    """Draw learning_curve.png from metrics.csv, with a line at the `chosen` number of updates."""
    with (folder / "metrics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # `step` counts from 0: an update reports the cost before this update, a validation the cost after this update.
    train, validation = (
        [(int(row["step"]) + done, float(row[key])) for row in rows if row.get(key)]
        for key, done in (("train/cost", 0), ("validation/cost", 1))
    )
    if train:
        figure = learning_curve(train, validation, "Cost during training", chosen)
        write_figure(folder / "learning_curve.png", figure)


def write_mislabelled(folder: Path, network: DeepNetwork, data: DataSet) -> None:
    """Draw mislabelled.png if the examples are pictures and the network predicts their classes."""
    if data.picture_shape is not None and network.output.probabilities is not None:
        write_figure(folder / "mislabelled.png", draw_mislabelled(network, data))
