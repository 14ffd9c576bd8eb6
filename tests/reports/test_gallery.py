"""The figures of the gallery in Chinese."""

import re

import pytest
from matplotlib.text import Text as Label

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import CHINESE
from course_torch.reports import trained
from course_torch.reports.gallery import GALLERY
from tests.docs.texts import wrong_chinese
from tests.support.fixture_types import Monkeypatch

WORDS = {*ACTIVATIONS, "Logistic", "log", "exp", "nat", "n_x"}
"""Names that a Chinese text keeps."""


@pytest.mark.sweep(5)
@pytest.mark.parametrize("name", GALLERY)
def test_a_figure_of_the_gallery_has_no_english_where_the_language_is_chinese(
    name: str, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setattr(trained, "costs_of", lambda *arguments: [1.0, 0.5])  # without training
    texts = [text.get_text() for text in GALLERY[name].draw("zh").findobj(Label)]
    assert any(re.search(CHINESE, text) for text in texts)
    assert {word for text in texts for word in re.findall("[a-zA-Z_]{3,}", text)} <= WORDS
    assert wrong_chinese(GALLERY[name].line.zh) == []
