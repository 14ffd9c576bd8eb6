"""`WHEEL` in a command: the name of the wheel, which lies beside the pages where they are published.

`tools/pages.py` adds the hash of the wheel, and with it `wheel.js` writes the address.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from course_torch import __version__

NAME = f"course_torch-{__version__}-py3-none-any.whl"


def name_wheel(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write the name in place of `WHEEL`, and load the script on a page that has it."""
    context["body"], count = re.subn(r"\bWHEEL\b", f'<span class="wheel">{NAME}</span>', context.get("body", ""))
    if count:
        app.add_js_file("wheel.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", name_wheel)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
