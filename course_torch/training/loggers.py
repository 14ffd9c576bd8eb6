"""The run's folder: metrics.csv and TensorBoard's events side by side."""

from pathlib import Path

from lightning import Trainer
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger

from course_torch.data.evaluation import Result


def run_loggers(root: Path) -> list[CSVLogger | TensorBoardLogger]:
    """metrics.csv and TensorBoard's events in one new folder, lightning_logs/version_N."""
    names = [folder.name.removeprefix("version_") for folder in root.glob("lightning_logs/version_*")]
    taken = [int(name) for name in names if name.isdecimal()]
    version = max(taken, default=-1) + 1
    return [logger(root, "lightning_logs", version=version) for logger in (CSVLogger, TensorBoardLogger)]


def log_results(trainer: Trainer, results: dict[str, Result]) -> None:
    """The table's figures as final/…, in the same logs as the training."""
    metrics = {
        f"final/{name}_{field}": value for name, result in results.items() for field, value in result._asdict().items()
    }
    for logger in trainer.loggers:
        logger.log_metrics(metrics, step=trainer.global_step)
        logger.save()
