"""A Python that has nothing of POSIX, in the processes that it starts too."""

import sys
from pathlib import Path
from shutil import copy


def python_without_posix(folder: Path) -> Path:
    """Write a start of Python into a folder, which is then on its PYTHONPATH."""
    copy(Path(__file__).with_name("sitecustomize.py"), folder)
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return python
