"""DataLoaders of whole batches, and the position of a training among its batches, at which the training can resume."""

from typing import Any, NamedTuple

from lightning import Trainer
from torch import Generator
from torch.utils.data import DataLoader

from course_torch.data.split import leave_signals_to_main
from course_torch.training.batches import Minibatches


class BatchLoader(DataLoader):
    """Load batches[i] unchanged for each i of `indices`; `workers` processes load batches ahead of time."""

    def __init__(self, batches: Any, indices: Any, workers: int = 0) -> None:
        super().__init__(
            batches,
            sampler=indices,
            batch_size=None,
            collate_fn=as_it_is,
            num_workers=workers,
            persistent_workers=workers > 0,  # if training fails, Lightning stops persistent workers only
            worker_init_fn=leave_signals_to_main,
            generator=Generator(),  # leaves torch's global generator unchanged
        )


def as_it_is(batch: Any) -> Any:
    """Return the batch unchanged. Spawned workers pickle a function by its name, so a lambda would fail."""
    return batch


class TrainLoader(BatchLoader):
    """The loader of the training split. Its state is the position of the training, not that of its workers."""

    def __init__(self, batches: Any, indices: Any, trainer: Trainer, workers: int = 0) -> None:
        super().__init__(batches, indices, workers)
        self.trainer = trainer

    def state_dict(self) -> dict[str, int]:
        return position(self.trainer)._asdict()

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Start at the saved epoch and batch: workers load batches before Lightning calls set_epoch."""
        if isinstance(self.sampler, Minibatches):
            self.sampler.set_epoch(state["epoch"])
            self.sampler.first = state["batch"]


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
