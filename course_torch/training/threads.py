"""The number of threads that compute the training on the CPU."""

from typing import Any

import torch
from lightning import Callback, Trainer

from course_torch.errors import InputError
from course_torch.network.threads import SHARED, multiplications, threads_for
from course_torch.text import counted
from course_torch.training.data_module import CourseData

MOST = 1024
"""The largest number of threads. The system ends a program that asks for many more."""


class ChooseThreads(Callback):
    """Set torch's number of threads for the training, say why, and restore the number afterwards.

    The number is that of --threads, or `threads_for` the step. Lightning divides the cores between the processes of a
    machine; `setup` comes after that. An exception may come before it.
    """

    def __init__(self, given: int | None) -> None:
        if given is not None and not 1 <= given <= MOST:
            raise InputError(f"threads: found {given}, expected 1 to {MOST}, or null")
        self.given = given
        self.before = torch.get_num_threads()

    def setup(self, trainer: Trainer, pl_module: Any, stage: str) -> None:
        if self.given is None and trainer.strategy.root_device.type != "cpu":
            return
        sizes, m = pl_module.network.layer_sizes, step_examples(trainer)
        threads = threads_for(sizes, m) if self.given is None else self.given
        torch.set_num_threads(threads)
        if trainer.is_global_zero:
            print(f"{counted(threads, 'thread')}: {self.reason(multiplications(sizes, m))}")

    def reason(self, work: int) -> str:
        """Say in a few words where the number of threads comes from."""
        if self.given is not None:
            return "as --threads says"
        if work < SHARED:
            return f"a step of {work:,} multiplications is too small to share (--threads N)"
        return f"torch's own number, for a step of {work:,} multiplications (--threads N)"

    def teardown(self, trainer: Trainer, pl_module: Any, stage: str) -> None:
        torch.set_num_threads(self.before)

    def on_exception(self, trainer: Trainer, pl_module: Any, exception: BaseException) -> None:
        torch.set_num_threads(self.before)


def step_examples(trainer: Trainer) -> int:
    """Return the number of examples in a batch of this process."""
    data: CourseData = trainer.datamodule  # type: ignore[attr-defined]
    m, size = data.data_set.train.m, data.config.batch_size
    batch = m // trainer.accumulate_grad_batches if size is None else min(size, m)
    return max(1, batch // trainer.world_size)
