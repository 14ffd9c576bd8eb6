"""The folder of a run: its number, its lock, and the checks before a run is resumed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from jsonargparse import Namespace

from course_torch.atomic import PARTIAL
from course_torch.errors import InputError
from course_torch.training.checkpoints import read_checkpoint

LAST = Path("checkpoints", "last.ckpt")
ORPHANS = 6
"""Seconds to wait for the lock: the workers of a killed run hold the lock until they end."""
SAME_DATA = ("name", "batch_size", "seed", "picture_size", "center")
"""Data options that determine the order of the batches and the features."""


def next_folder(root: Path) -> Path:
    """Return lightning_logs/version_N with the next free N, without creating the folder."""
    names = [folder.name.removeprefix("version_") for folder in root.glob("lightning_logs/version_*")]
    taken = [int(name) for name in names if name.isdecimal()]
    return root / "lightning_logs" / f"version_{max(taken, default=-1) + 1}"


@contextmanager
def hold(folder: Path, new: bool) -> Iterator[None]:
    """Create the folder of a new run, and lock the folder until the block or the process ends.

    Raises InputError if another training holds the lock or if the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=not new)
        lock = FileLock(folder / ".lock")
        lock.acquire(timeout=ORPHANS)
    except (Timeout, FileExistsError) as error:
        raise InputError(f"{folder}: another training is running in this folder") from error
        for partial in folder.rglob(f"*{PARTIAL}"):  # left by a killed process: only this process holds the lock
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror})") from error
    try:
        yield
    finally:
        lock.release()


def read_run(
    folder: Path, model: Mapping[str, Any], data: Mapping[str, Any], trainer: Namespace, batches: int
) -> dict[str, Any]:
    """Load last.ckpt of the run to resume, and check it against the settings of this process.

    `batches` is the number of training batches in an epoch. Raises InputError if the run cannot be resumed.
    """
    checkpoint = read_checkpoint(folder / LAST)
    try:
        check_run(checkpoint, folder, model, data, trainer, batches)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(f"{folder / LAST}: the contents of the checkpoint are inconsistent ({error!r})") from error
    return checkpoint


def check_run(
    checkpoint: dict[str, Any],
    folder: Path,
    model: Mapping[str, Any],
    data: Mapping[str, Any],
    trainer: Namespace,
    batches: int,
) -> None:
    """Reject another network, another order of examples and a limit that the run has reached. Raises InputError."""
    centered = checkpoint["CourseData"].get("mean") is not None  # versions without centring kept no mean
    saved_data = checkpoint.get("datamodule_hyper_parameters", {}) | {"center": centered}
    saved = {"model": checkpoint["hyper_parameters"], "data": saved_data}
    for group, now, names in (("model", model, model), ("data", data, SAME_DATA)):
        for name in names:
            found, before = (
                list(value) if isinstance(value, tuple) else value for value in (now[name], saved[group].get(name))
            )
            if found != before:
                raise InputError(f"{group}.{name}: found {found}, expected {before}, as in the run in {folder}")
    fit = checkpoint["loops"]["fit_loop"]
    loader, micro_batches = fit["state_dict"]["combined_loader"][0], trainer.accumulate_grad_batches
    if loader["micro_batches"] != micro_batches:
        raise InputError(
            f"accumulate_grad_batches: found {micro_batches}, expected {loader['micro_batches']}, "
            f"as in the run in {folder}"
        )
    if loader["batches"] != batches:
        raise InputError(
            f"batches in an epoch: found {batches}, expected {loader['batches']}, as in the run in {folder}"
        )
    epochs, steps = fit["epoch_progress"]["current"]["processed"], checkpoint["global_step"]
    for name, done in (("max_epochs", epochs), ("max_steps", steps)):
        limit = trainer[name]
        if limit is not None and 0 <= limit <= done:
            raise InputError(
                f"{name}: found {limit}, expected more than the {done} that the run in {folder} has completed"
            )
