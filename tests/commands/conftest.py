"""The fixtures that train a run, for commands that load a checkpoint."""

from tests.training.conftest import checkpoint_file, here, one_parser, train

__all__ = ["checkpoint_file", "here", "one_parser", "train"]
