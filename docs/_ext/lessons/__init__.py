"""The Sphinx extension of the lessons: their directives, the role of measured numbers, pictures and widgets."""

from typing import Any

from sphinx.application import Sphinx

from lessons import folded, layouts, pictures, playground, predictions, questions, shown, tasks, values, widgets


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("lesson_records", "", "env", str)
    for part in (folded, layouts, pictures, playground, predictions, questions, shown, tasks, values, widgets):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
