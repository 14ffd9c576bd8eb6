"""Checks of Lightning's callbacks, which Lightning itself makes in the middle of a run or not at all."""

from collections.abc import Sequence

from lightning import Callback
from lightning.pytorch.callbacks import (
    BackboneFinetuning,
    BaseFinetuning,
    BatchSizeFinder,
    EarlyStopping,
    LearningRateFinder,
    ModelCheckpoint,
    ModelPruning,
    OnExceptionCheckpoint,
)
from lightning.pytorch.utilities.exceptions import MisconfigurationException

from course_torch.errors import InputError, one_of

UNSUPPORTED: dict[type[Callback], str] = {
    BatchSizeFinder: "set --data.batch_size",
    LearningRateFinder: "set --model.learning_rate",
    BaseFinetuning: "the network has no backbone",
    BackboneFinetuning: "the network has no backbone",
    ModelPruning: "the layers have W and b, and no attribute weight or bias",
    OnExceptionCheckpoint: "every run keeps its last.ckpt",
}


def check_callbacks(callbacks: Sequence[Callback], score: str | None) -> None:
    """Reject callbacks that cannot work, and callbacks that monitor a metric that is not logged. Raises InputError.

    `score` is the name of the validation score, or None if the run has no validation. If the user's own callbacks are
    among `callbacks`, any metric may be monitored, because these callbacks may log other metrics.
    """
    metrics = metrics_of(score)
    known = all(type(each).__module__.split(".")[0] in ("lightning", "course_torch") for each in callbacks)
    for callback in callbacks:
        name = type(callback).__name__
        if reason := UNSUPPORTED.get(type(callback)):
            raise InputError(f"callbacks: {name} is not supported: {reason}")
        if known and isinstance(callback, EarlyStopping) and callback.strict:
            check_monitor(f"callbacks: {name}.monitor", callback.monitor, metrics)
        if known and isinstance(callback, ModelCheckpoint) and callback.monitor not in (None, "epoch", "step"):
            check_monitor(f"callbacks: {name}.monitor", callback.monitor, metrics)


def metrics_of(score: str | None) -> list[str]:
    """Return the names of the metrics that a run logs. `score` is as in `check_callbacks`."""
    return ["train/cost"] if score is None else ["train/cost", "validation/cost", f"validation/{score}"]


def check_monitor(option: str, monitor: str | None, metrics: Sequence[str]) -> None:
    """Reject a metric that the run does not log. Raises InputError."""
    if monitor not in metrics:
        raise InputError(f"{option}: found '{monitor}', expected {one_of(metrics)}")


def is_misconfiguration(error: Exception) -> bool:
    """Whether Lightning raised the error because a setting is wrong. EarlyStopping raises a RuntimeError."""
    return isinstance(error, MisconfigurationException) or "Early stopping conditioned on metric" in str(error)
