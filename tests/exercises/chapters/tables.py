"""Changes of right solutions, in every form of a learner's file."""

from collections.abc import Sequence
from typing import Any

import pytest

from course_torch.exercises.self_test.solutions import FORMS, changed, in_torch, solution

USUAL = [("numpy", "columns"), ("torch", "rows")]
"""The form of the course and that of the project. Together they have both libraries and both layouts."""
Change = tuple[str, ...]
"""Function, old code and new code, and further values. The code is written for NumPy."""


def in_every_form(chapter: str, both: Sequence[Change], rows: Sequence[Change], columns: Sequence[Change]) -> list[Any]:
    """The text of each changed solution, the function, and the further values of the change.

    Half of the forms are slow tests: they take minutes together, and show little that the other forms do not show.
    """
    return [
        param(chapter, library, layout, change, slow=(library, layout) not in USUAL)
        for library, layout in FORMS
        for change in (*both, *(rows if layout == "rows" else columns))
    ]


def param(chapter: str, library: str, layout: str, change: Change, *, slow: bool = False) -> Any:
    """The parameters of one test. Its name holds the change."""
    function, old, new, *more = change
    text = changed(solution(chapter, "numpy", layout), function, old, new)
    name = f"{library} {layout} {function}: {old} -> {new}".encode("ascii", "replace").decode()
    return pytest.param(
        in_torch(text) if library == "torch" else text,
        function,
        *more,
        id=name,
        marks=[pytest.mark.slow] if slow else [],
    )
