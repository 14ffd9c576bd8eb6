"""Run Lightning's fit, and translate the ways in which it ends."""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import cast

import torch
from lightning import LightningDataModule, LightningModule, Trainer
from torch import Tensor

from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.callback_checks import is_misconfiguration
from course_torch.training.callbacks import InterruptError, StopOnInterrupt
from course_torch.training.connections import ended_by_signal, lost_connection
from course_torch.training.data_module import CourseData
from course_torch.training.divergence import DivergenceError
from course_torch.training.module import NetworkModule
from course_torch.verification.broken_formula import broken_formula

NO_FORMULA = (InputError, DivergenceError, OSError, ImportError, torch.OutOfMemoryError)
"""Exceptions that no formula raises."""
EXAMPLES = 100
"""Training examples on which the formulas run again after an exception."""


class BrokenFormulaError(Exception):
    """A formula of forward or backward pass is the reason of an exception. The message is the line of `compare`."""


def fit(
    trainer: Trainer,
    module: LightningModule,
    data: LightningDataModule,
    checkpoint: Path | None,
    interrupts: StopOnInterrupt,
    started: Callable[[], bool],
    program: str,
) -> None:
    """Train, from the checkpoint if there is one, until the end or an interrupt.

    `started()` says whether this process has made a parameter update. Raises InputError if Lightning rejects a setting
    or another process ends, BrokenFormulaError if a formula is the reason of an exception, and KeyboardInterrupt after
    a second Ctrl-C or a Ctrl-C before training has started.
    """
    try:
        with suppress(InterruptError), ended_by_signal(program) if trainer.world_size > 1 else nullcontext():
            trainer.fit(module, data, ckpt_path=checkpoint)
    except SystemExit as error:
        if isinstance(error.__context__, KeyboardInterrupt):  # Lightning turns it into an exit without a message
            twice = " twice: stopped immediately, without results" if interrupts.interrupted else ""
            raise KeyboardInterrupt(f"interrupted{twice}") from error
        raise
    except Exception as error:
        lost = lost_connection(error) if isinstance(error, RuntimeError) else None
        if not (lost or isinstance(error, NO_FORMULA) or is_misconfiguration(error)):
            check_formulas(cast(NetworkModule, module).network, cast(CourseData, data), error)
        early = not started() and isinstance(error, (ValueError, ImportError, OSError))
        if not (lost or early or is_misconfiguration(error)):
            raise
        raise InputError(lost or (str(error) if isinstance(error, InputError) else f"trainer: {error}")) from error
    finally:
        interrupts.restore_handlers()


def check_formulas(network: DeepNetwork, data: CourseData, error: Exception) -> None:
    """Run the formulas again, in the dtype and on the device of the network. Raises BrokenFormulaError.

    `error` is the exception that ended the training.
    """

    def batch() -> tuple[Tensor, Tensor]:
        (X, Y), W = data.data_set.train.evenly_spaced(EXAMPLES), network.layers[0].W
        return data.data_set.features(X, W.dtype).to(W.device), Y.to(W.device)

    line = broken_formula(network, batch, error)
    if line is not None:
        raise BrokenFormulaError(line)
