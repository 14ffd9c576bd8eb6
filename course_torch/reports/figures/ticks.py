"""Ticks of logarithmic axes."""

from matplotlib.axis import Axis
from matplotlib.ticker import Formatter, FuncFormatter, LogLocator, NullFormatter

WIDEST = 1000
"""Up to this factor between its ends, an axis has room for three ticks in each decade."""


def plain_ticks(axis: Axis, written: Formatter | None = None) -> None:
    """Label a logarithmic axis at 1, 2 and 5 times each power of 10, as plain numbers: 0.05 instead of 5 · 10⁻².

    The data must be drawn already. An axis over many decades has ticks at powers of 10 only.
    """
    low, high = axis.get_data_interval()
    if high <= WIDEST * low:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(written or FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
