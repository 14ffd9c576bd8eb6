"""The Sphinx extension of the reference: docstrings that are plain text, and the options of the commands."""

from typing import Any

from sphinx.application import Sphinx

from reference import as_nodes, docstrings, options


def setup(app: Sphinx) -> dict[str, Any]:
    for part in (as_nodes, docstrings, options):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
