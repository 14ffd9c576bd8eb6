"""docs/training.md: the figures of the page are drawn by its code."""

import re
from pathlib import Path

import pytest
from PIL import Image

from course_torch.reports.gallery import GALLERY
from tests.docs.page import code_blocks, pages_of

PAGES = pages_of("training")


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_the_code_of_the_page_draws_its_figures(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = code_blocks(text, "python")
    names: dict = {}
    exec(code, names)
    assert [iteration for iteration, _ in names["history"].curve] == list(range(0, 2000, 100))
    for name, width in (("curve.png", 800), ("boundary.png", 800)):
        with Image.open(name) as figure:
            assert figure.width == width


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_the_page_draws_a_figure_of_the_gallery(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = re.findall(r"`(GALLERY\[.*?)`", text)
    exec(line, {"GALLERY": GALLERY})
    with Image.open("activations.png") as figure:
        assert figure.width >= 800
