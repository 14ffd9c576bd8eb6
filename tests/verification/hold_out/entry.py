"""A decorator that enters a wrong function into a list of faults, without any record."""

from collections.abc import Callable
from typing import Any

from course_torch.language import same
from course_torch.verification.faults import Fault, Wrong


def fault(
    faults: list[Fault], name: str, place: str, first: str, *causes: str, **conditions: Any
) -> Callable[[Wrong], Wrong]:
    """Enter the decorated function as a mistake at `place`. `conditions` are the other fields of Fault."""

    def enter(function: Wrong) -> Wrong:
        faults.append(Fault(same(name), {place: function}, causes, first, **conditions))
        return function

    return enter
