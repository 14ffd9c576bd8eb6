"""Decorators that enter a function into a list of mistakes or of right variants."""

from collections.abc import Callable
from typing import Any

from course_torch.verification.breakable import Breakable, Mistake, Variant, Wrong


def mistake(
    mistakes: list[Mistake], name: str, replaced: Breakable, first: str, *causes: str, **conditions: Any
) -> Callable[[Wrong], Wrong]:
    """Enter the decorated function as a mistake in `replaced`. `conditions` are the other fields of Mistake."""

    def enter(function: Wrong) -> Wrong:
        mistakes.append(Mistake(name, {replaced: function}, first, causes, **conditions))
        return function

    return enter


def variant(variants: list[Variant], name: str, replaced: Breakable, **conditions: Any) -> Callable[[Wrong], Wrong]:
    """Enter the decorated function as right code for `replaced`. `conditions` are the other fields of Variant."""

    def enter(function: Wrong) -> Wrong:
        variants.append(Variant(name, {replaced: function}, **conditions))
        return function

    return enter
