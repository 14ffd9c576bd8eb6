"""The results of a run: the metrics that it logs, its progress bar, and at its end tables and figures."""

import csv
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from lightning import LightningModule, Trainer
from lightning.pytorch.callbacks import RichProgressBar
from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger
from lightning.pytorch.loggers.csv_logs import ExperimentWriter
from lightning.pytorch.loggers.logger import rank_zero_experiment
from lightning.pytorch.utilities import rank_zero_only
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column

from course_torch.atomic import replacing, to_disk
from course_torch.command_line.sentences import one_line
from course_torch.data.data_set import DataSet
from course_torch.errors import InputError
from course_torch.exchange.trained_network import INVALID, check_shapes, read_checkpoint
from course_torch.network.evaluation import Result, evaluate
from course_torch.reports.figures.curves import learning_curve
from course_torch.reports.figures.drawing import write_figure
from course_torch.reports.figures.pictures import draw_mislabelled
from course_torch.reports.tables import results_table
from course_torch.text import counted, shown
from course_torch.training.module import TRAIN_COST, NetworkModule
from course_torch.training.run_folder import BestCheckpoint


class MetricsWriter(ExperimentWriter):
    """Write metrics.csv like Lightning, but keep rows of the first `done` steps: a resumed run repeats the others."""

    def __init__(self, log_dir: str, done: int) -> None:
        self.done = done
        super().__init__(log_dir)

    def _check_log_dir_exists(self) -> None:
        path = Path(self.metrics_file_path)
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                # SIGKILL may truncate the last line.
                rows = csv.DictReader(line for line in file if line.endswith("\n"))
                self.metrics_keys = list(rows.fieldnames or [])
                self._replace([row for row in rows if int(row["step"]) < self.done])

    def _rewrite_with_new_header(self, fieldnames: list[str]) -> None:
        with Path(self.metrics_file_path).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self._replace(rows)

    def _replace(self, rows: list[dict[str, str]]) -> None:
        text = StringIO(newline="")
        writer = csv.DictWriter(text, fieldnames=self.metrics_keys)
        writer.writeheader()
        writer.writerows(rows)
        with replacing(Path(self.metrics_file_path)) as file:
            file.write(text.getvalue().encode())


class MetricsLogger(CSVLogger):
    """Lightning's CSVLogger with a MetricsWriter."""

    def __init__(self, folder: Path, done: int) -> None:
        super().__init__(folder.parent, "", folder.name)
        self.done = done

    @property
    @rank_zero_experiment
    def experiment(self) -> Any:
        if self._experiment is None:
            self._experiment = MetricsWriter(self.log_dir, self.done)
        return self._experiment

    @rank_zero_only
    def save_to_disk(self) -> None:
        """Wait until all rows are on the disk. Rows that are not there survive a killed process, but no power cut."""
        self.save()
        path = Path(self.experiment.metrics_file_path)
        if path.exists():
            to_disk(path)


def run_loggers(folder: Path, done: int) -> list[Logger]:
    """Return the loggers of metrics.csv and of TensorBoard. Both drop old entries after `done` steps.

    TensorBoard's page of hyperparameters shows nothing of a run before its results: `log_results` writes them.
    """
    options: dict[str, Any] = {"purge_step": done or None, "default_hp_metric": False}
    return [MetricsLogger(folder, done), TensorBoardLogger(folder.parent, "", folder.name, **options)]


def log_results(trainer: Trainer, results: dict[str, Result], score: str) -> None:
    """Log the final cost and score of each split as final/…, by the loggers of the training. `score` is its name.

    TensorBoard compares runs by their `hp_metric`: it is the validation cost, of the best parameters if they are kept.
    """
    metrics = {
        f"final/{name}_{figure}": value
        for name, result in results.items()
        for figure, value in zip(("cost", score), result, strict=True)
    }
    for logger in trainer.loggers:
        logger.log_metrics(metrics, step=trainer.global_step)
        if isinstance(logger, TensorBoardLogger) and "validation" in results:
            logger.log_hyperparams(logger.hparams, {"hp_metric": results["validation"].cost}, trainer.global_step)
        logger.save()


def report_results(
    trainer: Trainer, model: NetworkModule, data: DataSet, best: BestCheckpoint | None, run_folder: Path | None
) -> None:
    """Print, log and draw the results of the best or last parameters. Raises InputError for another best.ckpt."""
    chosen, updates = f"the last parameters (after {counted(trainer.global_step, 'update')})", None
    if best is not None and best.best_model_path:
        checkpoint = read_checkpoint(Path(best.best_model_path))
        try:
            check_shapes(
                checkpoint["state_dict"], {name: tuple(each.shape) for name, each in model.state_dict().items()}
            )
        except InputError as error:  # a best.ckpt of another run was put there
            raise InputError(INVALID.fill(path=best.best_model_path, error=error.text)) from error
        model.load_state_dict(checkpoint["state_dict"])
        updates = checkpoint["global_step"]
        chosen = f"the best parameters by validation cost (after {counted(updates, 'update')})"
    dtype = model.network.layers[0].W.dtype
    results = {name: evaluate(model.network, data.batches(split, dtype)) for name, split in data.splits.items()}
    log_results(trainer, results, model.network.output.score)
    folders = [Path(logger.log_dir) for logger in trainer.loggers if isinstance(logger, CSVLogger)]
    console = Console()
    if run_folder is not None:
        print(named(run_folder))
    console.print(f"results of {chosen}:", highlight=False)
    console.print(results_table(results, model.network.output.score))
    for folder in folders:
        draw(write_learning_curve, folder, updates)
        if data.picture_shape is not None and model.network.output.probabilities is not None:
            draw(lambda folder: write_figure(folder / "mislabelled.png", draw_mislabelled(model.network, data)), folder)


def named(folder: Path) -> str:
    """The line that names the folder of a run."""
    return f"run folder: {shown(short(folder))}"


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


SECONDS = 0.1  # Time between two movements of the progress bar. A movement takes as long as a small step.


class CostBar(RichProgressBar):
    """Lightning's progress bar in one line: epoch, bar, batch, time left, last logged cost. It moves every 0.1 s."""

    validation_description = "validation"

    def __init__(self) -> None:
        super().__init__(refresh_rate=round(1 / SECONDS))
        self.moved_at = 0.0

    def configure_columns(self, trainer: Trainer) -> list[ProgressColumn]:
        """The bar is as wide as the other columns leave it, so that they stay in one line."""
        bar, batch = BarColumn(None, table_column=Column(ratio=1)), (TextColumn("batch"), MofNCompleteColumn())
        return [TextColumn("{task.description}"), bar, *batch, TimeRemainingColumn(compact=True), TextColumn("left")]

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        super().on_train_start(trainer, pl_module)
        if self.progress is not None:
            self.progress.expand = True  # the ratio of the bar counts only then

    def get_metrics(self, trainer: Trainer, pl_module: LightningModule) -> dict[str, Any]:
        """Return the figures beside the bar: the cost, and what the user's callbacks log for the bar."""
        metrics = super().get_metrics(trainer, pl_module)
        metrics.pop("v_num", None)  # the number of the run folder, which is printed at the end
        return {"cost" if name == TRAIN_COST else name: value for name, value in metrics.items()}

    def _get_train_description(self, current_epoch: int) -> str:
        epochs = self.trainer.max_epochs
        of_all = f"/{epochs}" if epochs is not None and epochs > 0 else ""
        return f"epoch {current_epoch + 1}{of_all}".ljust(len(self.validation_description))

    def on_train_batch_end(self, trainer: Trainer, *arguments: Any) -> None:
        if trainer.is_last_batch or time.monotonic() - self.moved_at >= SECONDS:
            super().on_train_batch_end(trainer, *arguments)
            self.moved_at = time.monotonic()
