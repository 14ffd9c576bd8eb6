"""Loggers of a run: metrics.csv and TensorBoard events in the run folder."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

from lightning import Trainer
from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger
from lightning.pytorch.loggers.csv_logs import ExperimentWriter
from lightning.pytorch.loggers.logger import rank_zero_experiment
from lightning.pytorch.utilities import rank_zero_only

from course_torch.atomic import replacing, to_disk
from course_torch.network.evaluation import Result


class MetricsWriter(ExperimentWriter):
    """Write metrics.csv like Lightning, but keep the rows of the first `done` steps of an existing file.

    Rows of later steps are dropped: the checkpoint does not contain these steps, and the resumed run repeats them.
    """

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
        super().__init__(*place_of(folder))
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
    """Return the loggers of metrics.csv and of TensorBoard. Both drop old entries after `done` steps."""
    return [MetricsLogger(folder, done), TensorBoardLogger(*place_of(folder), purge_step=done or None)]


def place_of(folder: Path) -> tuple[Path, str, int | str]:
    """Split the run folder into root, name and version, the arguments of Lightning's loggers."""
    number = folder.name.removeprefix("version_")
    return folder.parents[1], folder.parent.name, int(number) if number.isdecimal() else folder.name


def log_results(trainer: Trainer, results: dict[str, Result], score: str) -> None:
    """Log the final cost and score of each split as final/…, by the loggers of the training. `score` is its name."""
    metrics = {
        f"final/{name}_{figure}": value
        for name, result in results.items()
        for figure, value in zip(("cost", score), result, strict=True)
    }
    for logger in trainer.loggers:
        logger.log_metrics(metrics, step=trainer.global_step)
        logger.save()
