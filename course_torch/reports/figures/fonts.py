"""Fonts for class names of the user, in every script for which a font is installed."""

from functools import cache

from matplotlib import font_manager

CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *("PingFang SC", "Heiti SC", "Microsoft YaHei", "SimHei", "Arial Unicode MS"),
)
"""Names of fonts with Chinese characters on Linux, macOS and Windows."""


@cache
def families() -> list[str]:
    """Return Matplotlib's default font, then the installed fonts with Chinese characters."""
    installed = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(name for name in CHINESE if name in installed)]
