"""Checkpoints: files that are never half-written, read without running what they hold."""

from pathlib import Path
from typing import Any

import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.plugins.io import CheckpointIO

from course_torch.atomic import replacing
from course_torch.errors import InputError

PARTS = ("state_dict", "hyper_parameters", "global_step", "loops")


class AtomicCheckpointIO(CheckpointIO):
    """Lightning's reading and writing of checkpoints, by `read_checkpoint` and `atomic.replacing`."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with replacing(Path(path)) as file:
            torch.save(checkpoint, file)

    def load_checkpoint(self, path: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return read_checkpoint(Path(path))

    def remove_checkpoint(self, path: Any) -> None:
        Path(path).unlink(missing_ok=True)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What a training of this project saved, on the CPU.

    Only tensors and plain values are read: a file that carries code is refused and nothing of it runs. Raises
    InputError for it, and for a file that is missing, damaged or something else.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected a checkpoint, as in lightning_logs/version_0/checkpoints")
    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except PermissionError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except Exception as error:  # a damaged file may hold anything, and torch has no exception of its own for it
        named = "GLOBAL" in str(error) or "unrecognized function" in str(error)  # a name that is no tensor's
        reason = "it carries code, which is not run" if named else "damaged, or something else"
        raise InputError(f"{path}: not a checkpoint of train.py ({reason})") from error
    missing = [part for part in PARTS if not isinstance(checkpoint, dict) or part not in checkpoint]
    if missing:
        raise InputError(f"{path}: not a checkpoint of train.py (it has no {', '.join(missing)})")
    return checkpoint


class BestCheckpoint(ModelCheckpoint):
    """Keeps best.ckpt, the parameters of the lowest cost of the validation part; the test part never chooses."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            dirpath=folder,
            filename="best",
            monitor="validation/cost",
            enable_version_counter=False,
            save_on_train_epoch_end=False,  # an epoch that max_steps cuts off has had no validation
        )

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """The best cost so far, wherever the run's folder has been moved to since."""
        if not state_dict["best_model_path"]:
            return
        path = str(Path(self.dirpath or "") / "best.ckpt")
        moved = {"dirpath": self.dirpath, "best_model_path": path, "kth_best_model_path": path}
        super().load_state_dict(state_dict | moved | {"best_k_models": {path: state_dict["best_model_score"]}})
