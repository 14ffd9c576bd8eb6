"""A derivative is a slope: the change of f divided by a small nudge of its argument (notes 1.4)."""

from collections.abc import Callable


def slope_by_nudge(f: Callable[[float], float], a: float, nudge: float = 0.001) -> float:
    """(f(a + nudge) - f(a)) / nudge: the lecture's slope. The error is about f''(a) · nudge / 2."""
    return (f(a + nudge) - f(a)) / nudge


def slope_from_both_sides(f: Callable[[float], float], a: float, nudge: float = 0.001) -> float:
    """(f(a + nudge) - f(a - nudge)) / (2 nudge): the error is only f'''(a) · nudge² / 6, so gradient checks use it."""
    return (f(a + nudge) - f(a - nudge)) / (2 * nudge)
