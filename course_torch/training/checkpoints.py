"""Write checkpoints atomically, and keep the best parameters."""

import sys
from pathlib import Path
from typing import Any

import torch
from lightning import LightningModule, Trainer
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.plugins.io import CheckpointIO
from lightning.pytorch.utilities import rank_zero_only
from torch import Tensor

from course_torch.atomic import replacing
from course_torch.exchange.checkpoint_file import read_checkpoint
from course_torch.training.run_folder import LAST, RunFolder


class AtomicCheckpointIO(CheckpointIO):
    """Lightning's checkpoint plugin: loads by `read_checkpoint`, writes atomically by `atomic.replacing`."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with replacing(Path(path)) as file:
            torch.save(checkpoint, file)

    def load_checkpoint(self, path: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return read_checkpoint(Path(path))

    def remove_checkpoint(self, path: Any) -> None:
        Path(path).unlink(missing_ok=True)


class BestCheckpoint(ModelCheckpoint):
    """Save best.ckpt, the parameters with the lowest validation cost. The test split has no influence on it."""

    def __init__(self, folder: RunFolder) -> None:
        super().__init__(
            filename="best",
            monitor="validation/cost",
            enable_version_counter=False,
            save_on_train_epoch_end=False,  # max_steps may end an epoch before its validation
        )
        self.folder = folder

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        self.dirpath = str(self.folder.path / LAST.parent)
        super().setup(trainer, pl_module, stage)

    def check_monitor_top_k(self, trainer: Trainer, current: Tensor | None = None) -> bool:
        """Whether to save: never at a cost that is not finite, which Lightning would save as the first."""
        return current is not None and bool(current.isfinite()) and super().check_monitor_top_k(trainer, current)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore the best cost so far, with the current path of the run's folder: the folder may have been moved.

        If best.ckpt is gone, its cost is forgotten, so that the next validation writes a new best.ckpt.
        """
        if not state_dict["best_model_path"]:
            return
        path, score = str(Path(self.dirpath or "") / "best.ckpt"), state_dict["best_model_score"]
        if not Path(path).is_file():
            rank_zero_only(print)(
                f"warning: {path} is missing: the best parameters so far are lost, "
                "and a new best.ckpt holds the best parameters from here on",
                file=sys.stderr,
            )
            return
        super().load_state_dict(
            {
                "dirpath": self.dirpath,
                "best_model_path": path,
                "kth_best_model_path": path,
                "best_model_score": score,
                "kth_value": score,
                "best_k_models": {path: score},
            }
        )
