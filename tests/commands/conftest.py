"""Commands that read a run have one made."""

from tests.training.conftest import train

__all__ = ["train"]
