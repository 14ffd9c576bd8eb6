"""DataLoaders of whole batches; the training loader can resume in the middle of an epoch."""

from typing import Any

from lightning import Trainer
from torch import Generator
from torch.utils.data import DataLoader

from course_torch.data.split import leave_signals_to_main
from course_torch.training.batches import Minibatches
from course_torch.training.progress import position


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
