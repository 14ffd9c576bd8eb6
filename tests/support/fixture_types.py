"""Short names for the types of fixtures."""

from collections.abc import Callable
from pathlib import Path

import pytest

Capsys = pytest.CaptureFixture[str]
Monkeypatch = pytest.MonkeyPatch
Train = Callable[..., Path]
"""`train(*arguments, config=…, code=…)` trains and returns the run folder."""
Said = Callable[..., str]
"""`said(arguments, code=0)` runs course-torch and returns what it prints on stdout."""
