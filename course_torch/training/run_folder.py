"""The folder of a run: a new one for each, held while it runs, and what a resumed one has to fit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from jsonargparse import Namespace

from course_torch.errors import InputError
from course_torch.training.checkpoints import read_checkpoint

LAST = Path("checkpoints", "last.ckpt")
ORPHANS = 6
"""Seconds after which the loading processes of a killed run have ended too, and let go of its folder."""
SAME_DATA = ("name", "batch_size", "seed", "picture_size", "center")
"""Options of the data that decide which batch comes next, and what its features are."""


def next_folder(root: Path) -> Path:
    """lightning_logs/version_N with the next free N; nothing is made yet."""
    names = [folder.name.removeprefix("version_") for folder in root.glob("lightning_logs/version_*")]
    taken = [int(name) for name in names if name.isdecimal()]
    return root / "lightning_logs" / f"version_{max(taken, default=-1) + 1}"


@contextmanager
def hold(folder: Path, new: bool) -> Iterator[None]:
    """Make the folder of a new run, and keep other trainings out of it until the block or the process ends.

    Raises InputError where another one is in it, and where it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=not new)
        lock = FileLock(folder / ".lock")
        lock.acquire(timeout=ORPHANS)
    except (Timeout, FileExistsError) as error:
        raise InputError(f"{folder}: another training is running in it") from error
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror})") from error
    try:
        yield
    finally:
        lock.release()


def read_run(
    folder: Path, model: Mapping[str, Any], data: Mapping[str, Any], trainer: Namespace, batches: int
) -> dict[str, Any]:
    """The last checkpoint of a run that goes on with these hyperparameters and so many batches in an epoch.

    Raises InputError where it cannot.
    """
    checkpoint = read_checkpoint(folder / LAST)
    try:
        check_run(checkpoint, folder, model, data, trainer, batches)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(f"{folder / LAST}: not a checkpoint that holds together ({error!r})") from error
    return checkpoint


def check_run(
    checkpoint: dict[str, Any],
    folder: Path,
    model: Mapping[str, Any],
    data: Mapping[str, Any],
    trainer: Namespace,
    batches: int,
) -> None:
    """Refuse another network, another order of the examples, and an end that is reached. Raises InputError."""
    centered = checkpoint["CourseData"].get("mean") is not None  # versions without centring kept no mean
    saved_data = checkpoint.get("datamodule_hyper_parameters", {}) | {"center": centered}
    saved = {"model": checkpoint["hyper_parameters"], "data": saved_data}
    for group, now, names in (("model", model, model), ("data", data, SAME_DATA)):
        for name in names:
            found, before = (
                list(value) if isinstance(value, tuple) else value for value in (now[name], saved[group].get(name))
            )
            if found != before:
                raise InputError(
                    f"{group}.{name}: found {found}, expected {before}, with which the run in {folder} began"
                )
    fit = checkpoint["loops"]["fit_loop"]
    loader, turns = fit["state_dict"]["combined_loader"][0], trainer.accumulate_grad_batches
    if loader["turns"] != turns:
        raise InputError(
            f"accumulate_grad_batches: found {turns}, expected {loader['turns']}, with which the run in {folder} began"
        )
    if loader["batches"] != batches:
        raise InputError(
            f"batches in an epoch: found {batches}, expected {loader['batches']}, as the run in {folder} began"
        )
    epochs, steps = fit["epoch_progress"]["current"]["processed"], checkpoint["global_step"]
    for name, done in (("max_epochs", epochs), ("max_steps", steps)):
        limit = trainer[name]
        if limit is not None and 0 <= limit <= done:
            raise InputError(f"{name}: found {limit}, expected more than the {done} that the run in {folder} has done")
