"""Where a training stands, told so that Lightning goes on exactly there."""

from typing import Any, NamedTuple

from lightning import Trainer


class Position(NamedTuple):
    """Whole epochs and, of the next one, batches that are done."""

    epoch: int
    batch: int


def position(trainer: Trainer) -> Position:
    """Asked between two batches."""
    done = trainer.fit_loop.epoch_loop.batch_progress.total.completed
    return Position(*divmod(done, int(trainer.num_training_batches)))


def between_batches(loops: dict[str, Any], global_step: int, at: Position) -> None:
    """Rewrite the loops' state of a checkpoint to: `at` is done and logged, the next batch has not begun.

    Lightning guesses from its counters in which hook a checkpoint was written, and drops or repeats a batch, a logged
    row or a validation where the guess is wrong. These counters say one thing, wherever they were written.
    """
    fit = loops["fit_loop"]
    epochs = {"ready": at.epoch + 1, "started": at.epoch + 1, "processed": at.epoch, "completed": at.epoch}
    fit["epoch_progress"] = {"total": epochs, "current": dict(epochs)}
    batches = fit["epoch_loop.batch_progress"]
    done = batches["total"]["completed"]
    # One batch ready that has not started: no guess of Lightning's fits, so it goes on with the next batch.
    batches["total"] = {"ready": done + 1, "started": done, "processed": done, "completed": done}
    batches["current"] = dict.fromkeys(batches["current"], at.batch)
    batches["is_last_batch"] = False
    # Lightning adds 1 to its step of the logs when it goes on.
    fit["epoch_loop.state_dict"]["_batches_that_stepped"] = global_step - 1
