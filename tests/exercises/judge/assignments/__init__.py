"""Notebooks in the form of the course's assignments: their names, signatures, imports and magics, our own code."""

import json
import re
from pathlib import Path


def as_script(name: str) -> str:
    """The notebook as Jupyter saves it as Python."""
    return Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")


def as_notebook(script: str) -> str:
    """The notebook itself: its magics are those of Jupyter, and text stands between the cells."""
    cells = [
        {"cell_type": "code", "source": in_jupyter(code).splitlines(keepends=True)}
        for code in re.split(r"^# In\[[ \d]*\]:\n", script, flags=re.MULTILINE)[1:]
    ]
    text = {"cell_type": "markdown", "source": ["Write the function."]}
    return json.dumps({"nbformat": 4, "cells": [each for cell in cells for each in (text, cell)]})


def in_jupyter(code: str) -> str:
    """The magics of a cell as they are written in Jupyter."""
    code = re.sub(r"get_ipython\(\)\.(?:run_line_magic|magic)\((.*)\)", lambda found: magic(found[1]), code)
    return re.sub(r"get_ipython\(\)\.run_cell_magic.*", "!nvidia-smi", code).strip() + "\n"


def magic(arguments: str) -> str:
    return "%" + " ".join(re.findall(r"'([^']*)'", arguments))
