"""Run Lightning's fit, and translate the ways in which it ends."""

import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from threading import Event, Thread
from typing import cast

import torch
from lightning import LightningDataModule, LightningModule, Trainer
from torch import Tensor
from torch.distributed import DistError

from course_torch.data.split import GRACE
from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.callbacks import DivergenceError, InterruptError, StopOnInterrupt
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule
from course_torch.training.settings import is_misconfiguration
from course_torch.verification.training_step import broken_formula

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


def lost_connection(error: RuntimeError) -> str | None:
    """Return a line if the error says that another process ended or does not answer, otherwise None."""
    text = str(error)
    if not isinstance(error, DistError) and "gloo" not in text:  # gloo raises plain RuntimeErrors
        return None
    # gloo: [path/pair.cc:537] Read error [address]:port: Connection reset by peer. This is typically caused by …
    reason = re.sub(r"^\[\S*gloo\S*\] ", "", text).split(". ")[0]
    return f"another process of this training ended or does not answer, see its own message ({reason})"


@contextmanager
def ended_by_signal(program: str, grace: float = GRACE) -> Iterator[None]:
    """End the process `grace` seconds after SIGINT or SIGTERM if the block has not ended by then.

    Python runs a signal handler between two of its instructions, so a process that waits for another process in C++
    ignores signals. A thread that reads Python's wakeup pipe does not.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    done = Event()

    def watch() -> None:
        while received := reading.recv(1):
            if received[0] in (signal.SIGINT, signal.SIGTERM) and not done.wait(grace):
                print(f"{program}: ended {grace:g} s after {signal.Signals(received[0]).name}", file=sys.stderr)
                os._exit(128 + received[0])

    thread = Thread(target=watch, daemon=True)
    thread.start()
    previous = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(previous)
        done.set()
        writing.close()
        thread.join()
        reading.close()
