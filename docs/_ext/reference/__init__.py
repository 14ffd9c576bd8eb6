"""The Sphinx extension of the reference: docstrings that are plain text, and the options of the commands."""

from typing import Any

from sphinx.application import Sphinx

from reference import docstrings


def setup(app: Sphinx) -> dict[str, Any]:
    docstrings.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
