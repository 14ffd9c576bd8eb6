"""A derivative is a slope: how much f changes for a small nudge of its argument (notes 1.4)."""

from collections.abc import Callable


def slope_by_nudge(f: Callable[[float], float], a: float, nudge: float = 0.001) -> float:
    """(f(a + nudge) - f(a)) / nudge, the lecture's slope; off by f''(a) · nudge / 2."""
    return (f(a + nudge) - f(a)) / nudge


def slope_from_both_sides(f: Callable[[float], float], a: float, nudge: float = 0.001) -> float:
    """(f(a + nudge) - f(a - nudge)) / (2 nudge): off by f'''(a) · nudge² / 6 only, so gradients are checked by it."""
    return (f(a + nudge) - f(a - nudge)) / (2 * nudge)
