"""Class names in Chinese have a font, even one that is younger than Matplotlib's cache."""

from collections.abc import Iterator
from copy import copy
from pathlib import Path

import pytest
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from course_torch.reports.figures.fonts import CHINESE, families, list_new_fonts


def draws_chinese(path: str) -> bool:
    """Whether the file is a font with Chinese characters. FT2Font rejects a broken file with a RuntimeError."""
    try:
        return FT2Font(path).get_char_index(ord("猫")) > 0
    except (RuntimeError, OSError):
        return False


@pytest.fixture(scope="module")
def chinese_fonts() -> list[str]:
    """The files of all installed fonts with Chinese characters."""
    return list(filter(draws_chinese, font_manager.findSystemFonts()))


@pytest.fixture
def old_cache(chinese_fonts: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Matplotlib as it is if its cache was written before any font with Chinese characters was installed."""
    manager = copy(font_manager.fontManager)
    manager.ttflist = [font for font in manager.ttflist if font.fname not in chinese_fonts]
    monkeypatch.setattr(font_manager, "fontManager", manager)
    monkeypatch.setattr(font_manager, "get_font_names", manager.get_font_names)
    list_new_fonts.cache_clear()
    yield
    list_new_fonts.cache_clear()


@pytest.mark.usefixtures("old_cache")
def test_a_font_that_is_younger_than_the_cache_is_found(chinese_fonts: list[str]) -> None:
    if not chinese_fonts:
        pytest.skip("no font with Chinese characters is installed")
    assert families("a cat") == ["DejaVu Sans"]
    default, *others = families("a cat", "猫")
    assert default == "DejaVu Sans"
    assert set(others) & set(CHINESE)
    path = font_manager.fontManager.findfont(others[0], fallback_to_default=False)
    assert FT2Font(path).get_char_index(ord("猫"))


@pytest.mark.usefixtures("old_cache")
def test_a_broken_font_file_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert not draws_chinese(str(tmp_path / "broken.ttf"))
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(tmp_path / "broken.ttf")])
    assert families("猫") == ["DejaVu Sans"]


@pytest.mark.usefixtures("old_cache")
def test_the_disk_is_searched_once_and_only_for_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[None] = []
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: searched.append(None) or [])
    families("cat", "ŷ = 0.5", "x²")
    assert searched == []
    families("猫")
    families("狗")
    assert len(searched) == 1
