"""The position of a training, and the loop counters from which Lightning resumes exactly at this position."""

from typing import Any, NamedTuple

from lightning import Trainer


class Position(NamedTuple):
    """Completed epochs, and completed batches of the current epoch.

    Batches of an incomplete update do not count. `batches` is the number of batches in an epoch, `micro_batches` the
    number of batches in an update.
    """

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
