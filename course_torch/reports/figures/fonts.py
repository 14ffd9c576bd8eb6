"""Fonts for class names of the user, in every script for which a font is installed."""

from contextlib import suppress
from functools import cache

from matplotlib import font_manager

CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *("PingFang SC", "Heiti SC", "Microsoft YaHei", "SimHei", "Arial Unicode MS", "Noto Sans CJK JP"),
)
"""Names of fonts with Chinese characters on Linux, macOS and Windows. Older Matplotlib knows only the JP of Noto."""
FIRST_CHINESE = "\u2e80"
"""East Asian characters start here."""


def families(*texts: str) -> list[str]:
    """Return Matplotlib's default font, then the installed fonts with Chinese characters.

    Matplotlib caches the list of installed fonts. If texts need a Chinese font that the cache lacks, the
    disk is searched.
    """
    if not listed_chinese_fonts() and any(character >= FIRST_CHINESE for text in texts for character in text):
        list_new_fonts()
    return ["DejaVu Sans", *listed_chinese_fonts()]


def listed_chinese_fonts() -> list[str]:
    """Return the fonts with Chinese characters that Matplotlib knows."""
    listed = set(font_manager.get_font_names())
    return [name for name in CHINESE if name in listed]


@cache
def list_new_fonts() -> None:
    """Add the fonts that were installed after Matplotlib had written its cache."""
    listed = {font.fname for font in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in listed:
            with suppress(Exception):  # a broken font file must not stop a figure
                font_manager.fontManager.addfont(path)
