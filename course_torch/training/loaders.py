"""DataLoaders of whole batches, and the one that a resumed run continues."""

from typing import Any

from lightning import Trainer
from torch import Generator
from torch.utils.data import DataLoader

from course_torch.data.workers import leave_signals_to_main
from course_torch.training.batches import Minibatches
from course_torch.training.progress import position


class BatchLoader(DataLoader):
    """batches[i] for each i of the indices, as it is, read ahead by so many workers."""

    def __init__(self, batches: Any, indices: Any, workers: int = 0) -> None:
        super().__init__(
            batches,
            sampler=indices,
            batch_size=None,
            collate_fn=as_it_is,
            num_workers=workers,
            persistent_workers=workers > 0,  # Lightning ends those at once when a training fails, and no others
            worker_init_fn=leave_signals_to_main,
            generator=Generator(),  # torch's global one stays as it is
        )


def as_it_is(batch: Any) -> Any:
    """A name for what workers that are started anew must find."""
    return batch


class TrainLoader(BatchLoader):
    """The training part's loader: its state is where the training stands, not how far its workers have read ahead."""

    def __init__(self, batches: Any, indices: Any, trainer: Trainer, workers: int = 0) -> None:
        super().__init__(batches, indices, workers)
        self.trainer = trainer

    def state_dict(self) -> dict[str, int]:
        return position(self.trainer)._asdict()

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Begin at that batch of that epoch: workers read ahead before Lightning tells the epoch."""
        if isinstance(self.sampler, Minibatches):
            self.sampler.set_epoch(state["epoch"])
            self.sampler.first = state["batch"]
