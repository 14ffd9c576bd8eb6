"""Where a training stands, told so that Lightning goes on exactly there."""

from typing import Any, NamedTuple

from lightning import Trainer


class Position(NamedTuple):
    """Whole epochs and, of the next one, batches that are done, all of them parts of finished updates.

    Then what these count in: the batches of an epoch, and those of an update.
    """

    epoch: int
    batch: int
    batches: int
    turns: int


def position(trainer: Trainer) -> Position:
    """Asked between two batches; the parts of an update that is not finished count as not done."""
    batches, turns = int(trainer.num_training_batches), trainer.accumulate_grad_batches
    epoch, batch = divmod(trainer.fit_loop.epoch_loop.batch_progress.total.completed, batches)
    return Position(epoch, batch - batch % turns, batches, turns)


def between_batches(loops: dict[str, Any], global_step: int, at: Position) -> None:
    """Rewrite the loops' state of a checkpoint to: `at` is done and logged, the next batch has not begun.

    Lightning guesses from its counters in which hook a checkpoint was written, and drops or repeats a batch, a logged
    row or a validation where the guess is wrong. These counters say one thing, wherever they were written.
    """
    fit = loops["fit_loop"]
    epochs = {"ready": at.epoch + 1, "started": at.epoch + 1, "processed": at.epoch, "completed": at.epoch}
    fit["epoch_progress"] = {"total": epochs, "current": dict(epochs)}
    done = at.epoch * at.batches + at.batch
    progress = fit["epoch_loop.batch_progress"]
    # As if the last batch had not started: no guess of Lightning's fits, so it goes on with the next batch.
    progress["total"] = {"ready": done, "started": done - 1, "processed": done, "completed": done}
    progress["current"] = dict.fromkeys(progress["current"], at.batch)
    progress["is_last_batch"] = False
    # Lightning adds 1 to its step of the logs when it goes on.
    fit["epoch_loop.state_dict"]["_batches_that_stepped"] = global_step - 1
