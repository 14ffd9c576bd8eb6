"""All that depends on private names of Lightning, where it has no public way: read in version 2.6.6.

Two methods of a private name stay with their classes: `_set_seed` in cli, `_get_train_description` in callbacks.
"""

import csv
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import lightning
from lightning import Trainer
from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.loggers.csv_logs import ExperimentWriter
from lightning.pytorch.loggers.logger import rank_zero_experiment

from course_torch.writing import write_text


class QuickModule(lightning.LightningModule):
    """A module on which Lightning sets the name of the hook under way without a search."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Set the name of Lightning's hook without torch's search for parameters: a step sets it forty times."""
        if name == "_current_fx_name":
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)


def forget_logged(trainer: Any) -> None:
    """Forget the values that the last update logged."""
    trainer._results.reset()


class Position(NamedTuple):
    """Completed epochs, completed batches of this epoch, and the batches of an epoch and of an update."""

    epoch: int
    batch: int
    batches: int
    micro_batches: int


def position(trainer: Trainer) -> Position:
    """Return the position between two batches. Micro-batches of an incomplete update do not count as completed."""
    batches, micro_batches = int(trainer.num_training_batches), trainer.accumulate_grad_batches
    epoch, batch = divmod(trainer.fit_loop.epoch_loop.batch_progress.total.completed, batches)
    return Position(epoch, batch - batch % micro_batches, batches, micro_batches)


def between_batches(loops: dict[str, Any], global_step: int, at: Position) -> None:
    """Rewrite Lightning's counters so that training resumes exactly at `at`.

    Lightning infers from its counters which hook wrote a checkpoint. If the inference is wrong, Lightning skips or
    repeats a batch, a logged row or a validation. The rewritten counters are the same for every hook.
    """
    fit = loops["fit_loop"]
    epochs = {"ready": at.epoch + 1, "started": at.epoch + 1, "processed": at.epoch, "completed": at.epoch}
    fit["epoch_progress"] = {"total": epochs, "current": dict(epochs)}
    done = at.epoch * at.batches + at.batch
    progress = fit["epoch_loop.batch_progress"]
    # With started = done - 1 none of Lightning's special cases applies: it resumes with the next batch.
    progress["total"] = {"ready": done, "started": done - 1, "processed": done, "completed": done}
    progress["current"] = dict.fromkeys(progress["current"], at.batch)
    progress["is_last_batch"] = False
    # Lightning adds 1 to the logged step when it resumes.
    fit["epoch_loop.state_dict"]["_batches_that_stepped"] = global_step - 1


class MetricsWriter(ExperimentWriter):
    """Write metrics.csv like Lightning, but keep rows of the first `done` steps: a resumed run repeats the others."""

    def __init__(self, log_dir: str, done: int) -> None:
        self.done = done
        super().__init__(log_dir)

    def _check_log_dir_exists(self) -> None:
        path = Path(self.metrics_file_path)
        if not path.exists():
            return
        with path.open(encoding="utf-8", newline="") as file:
            # SIGKILL may truncate the last line.
            rows = csv.DictReader(line for line in file if line.endswith("\n"))
            self.metrics_keys = list(rows.fieldnames or [])
            kept = [row for row in rows if int(row["step"]) < self.done]
        text = StringIO(newline="")
        writer = csv.DictWriter(text, fieldnames=self.metrics_keys)
        writer.writeheader()
        writer.writerows(kept)
        write_text(path, text.getvalue())


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
