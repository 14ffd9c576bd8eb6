"""The fixture that trains a run, for commands that load a checkpoint."""

from tests.training.conftest import train

__all__ = ["train"]
