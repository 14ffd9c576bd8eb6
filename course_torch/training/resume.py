"""The checks before a run is resumed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonargparse import Namespace

from course_torch.errors import InputError
from course_torch.training.checkpoints import read_checkpoint
from course_torch.training.run_folder import LAST

SAME_DATA = ("name", "batch_size", "seed", "picture_size", "center")
"""Data options that determine the order of the batches and the features."""


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
