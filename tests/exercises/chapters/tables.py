"""Changes of right solutions, in every form of a learner's file."""

from collections.abc import Sequence
from typing import Any

import pytest

from course_torch.exercises.self_test.solutions import FORMS, changed, in_torch, solution

Change = tuple[str, ...]
"""Function, old code and new code, and further values. The code is written for NumPy."""


def in_every_form(chapter: str, both: Sequence[Change], rows: Sequence[Change], columns: Sequence[Change]) -> list[Any]:
    """The text of each changed solution, the function, and the further values of the change."""
    return [
        param(chapter, library, layout, change)
        for library, layout in FORMS
        for change in (*both, *(rows if layout == "rows" else columns))
    ]


def param(chapter: str, library: str, layout: str, change: Change) -> Any:
    """The parameters of one test. Its name holds the change."""
    function, old, new, *more = change
    text = changed(solution(chapter, "numpy", layout), function, old, new)
    name = f"{library} {layout} {function}: {old} -> {new}".encode("ascii", "replace").decode()
    return pytest.param(in_torch(text) if library == "torch" else text, function, *more, id=name)
