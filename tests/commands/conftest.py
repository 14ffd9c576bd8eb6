"""The fixtures that train a run, and short runs of each kind, for commands that load a checkpoint."""

from pathlib import Path

from tests.training.conftest import CONFIGS, SMALL, checkpoint_file, here, one_parser, train

__all__ = ["checkpoint_file", "here", "one_parser", "train"]
SHORT = ["--max_steps", "5"]
FLOWER = [*SMALL, *SHORT]
PICTURES = ["--model.layer_sizes", "[12288, 3, 1]", *SHORT]
DIABETES = ["--config", str(CONFIGS / "diabetes.yaml"), *SHORT]
DIGITS = ["--config", str(CONFIGS / "digits.yaml"), *SHORT]


def checkpoint_of(run: Path) -> Path:
    return run / "checkpoints" / "last.ckpt"
