"""Train in a forked child process, kill the child with SIGKILL and resume the run, twenty times.

`python -m tests.training.lives FOLDER` prints the run folder and how each child process ended. The parent process
imports all modules once and forks each child, so a child takes about one second.
"""

import contextlib
import io
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import torch

from course_torch.training import callbacks, run_folder
from course_torch.training.cli import main
from course_torch.training.run_folder import LAST

CONFIG = Path(__file__).parents[2] / "configs" / "digits.yaml"
RUN = [
    *("--config", str(CONFIG), "--accelerator", "cpu", "--max_epochs", "120"),
    *("--checkpoint_seconds", "0", "--trainer.enable_progress_bar", "false"),
]


def die(*ignored: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at_call(n: int, deadly: Callable[..., Any], harmless: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that calls `deadly` at its nth call and `harmless` at all other calls."""
    calls = iter(range(1, sys.maxsize))
    return lambda *args, **kwargs: (deadly if next(calls) == n else harmless)(*args, **kwargs)


def half_written(checkpoint: dict, file: BinaryIO) -> None:
    whole = io.BytesIO()
    torch.save(checkpoint, whole)
    file.write(whole.getvalue()[: whole.tell() // 2])
    file.flush()
    die()


def replaced(source: Path, target: Path) -> None:
    os.rename(source, target)
    die()


def within_the_file(n: int) -> None:
    run_folder.torch = type("torch", (), {"save": at_call(n, half_written, torch.save), "load": torch.load})


def before_the_disk(n: int) -> None:
    os.fsync = at_call(n, die, os.fsync)


def before_the_move(n: int) -> None:
    os.replace = at_call(n, die, os.replace)


def after_the_move(n: int) -> None:
    os.replace = at_call(n, replaced, os.replace)


def at_an_epochs_end(n: int) -> None:
    callbacks.KeepLast.on_train_epoch_end = at_call(n // 8 + 1, die, lambda *args: None)


def at_a_validations_end(n: int) -> None:
    callbacks.KeepLast.on_validation_end = at_call(n // 8 + 1, die, lambda *args: None)


def any_time(n: int) -> None:
    pass


MOMENTS = [
    *[within_the_file, before_the_disk, before_the_move, after_the_move, at_an_epochs_end, at_a_validations_end] * 2,
    *[any_time] * 8,
]


def live(arguments: list[str], moment: Callable[[int], None] | None, chance: random.Random) -> int:
    """Train in one child process. Returns its exit code, or minus the number of the signal that ended it."""
    n, seconds = chance.randint(2, 16), chance.uniform(0.3, 1.2)
    process = os.fork()
    if process == 0:
        if moment is not None:
            moment(n)
        os._exit(main(arguments))
    if moment is any_time:
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def lives(folder: Path) -> dict[str, Any]:
    """Run twenty child processes that are killed, in a seeded order, and one that is not killed."""
    os.chdir(folder)
    torch.set_num_threads(1)  # a forked child cannot use the thread pool of its parent
    chance = random.Random(1)
    ended = []
    run = Path("lightning_logs", "version_0")
    for moment in [*chance.sample(MOMENTS, len(MOMENTS)), None]:
        arguments = ["--resume", str(run)] if (run / LAST).exists() else RUN
        ended.append([moment.__name__ if moment else "undisturbed", live(arguments, moment, chance)])
        if (run / LAST).exists():
            run_folder.read_checkpoint(run / LAST)
        else:
            run = run.with_name(f"version_{len(ended)}")
    return {"run": str(folder / run), "ended": ended}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        answer = lives(Path(sys.argv[1]))
    print(json.dumps(answer))
