"""The fixture that trains a run, for tests of its checkpoint."""

from tests.training.conftest import checkpoint_file

__all__ = ["checkpoint_file"]
