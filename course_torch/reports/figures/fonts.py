"""Fonts for names that the user chose, in any script that the machine has a font for."""

from functools import cache

from matplotlib import font_manager

CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *("PingFang SC", "Heiti SC", "Microsoft YaHei", "SimHei", "Arial Unicode MS"),
)
"""Names that such fonts have on Linux, macOS and Windows."""


@cache
def families() -> list[str]:
    """Matplotlib's own font, then those installed that have what it lacks."""
    installed = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(name for name in CHINESE if name in installed)]
