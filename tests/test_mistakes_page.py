"""docs/mistakes.md and its Chinese version are what tools/build_mistakes_page.py writes."""

import re
import runpy
from pathlib import Path

import pytest

from course_torch.language import LANGUAGES, Language
from course_torch.verification.mistakes import MISTAKES

ROOT = Path(__file__).parents[1]
TOOL = runpy.run_path(str(ROOT / "tools" / "build_mistakes_page.py"))
languages = pytest.mark.parametrize("language", LANGUAGES)


def text_of(language: Language) -> str:
    return TOOL["PAGES"][language].read_text(encoding="utf-8")


def counts_on(text: str) -> list[tuple[int, ...]]:
    """The counts of each mistake."""
    rows = re.findall(r"^\| .* \| `\S+` \| (.*) \|$", text, flags=re.MULTILINE)
    return [tuple(int(cell) for cell in row.split(" | ")) for row in rows]


@languages
def test_the_page_is_the_text_of_its_tool_for_the_counts_on_it(language: Language) -> None:
    text = text_of(language)
    counts = counts_on(text)
    assert len(counts) == len(MISTAKES)
    names = (mistake.name for mistake in MISTAKES)
    assert text == TOOL["page"](dict(zip(names, counts, strict=True)), language)


def test_both_languages_have_the_same_counts() -> None:
    english, chinese = (counts_on(text_of(language)) for language in LANGUAGES)
    assert english == chinese


@languages
def test_the_counts_on_the_page_say_that_none_misleads(language: Language) -> None:
    (total,) = re.findall(r"^\| \*\*(?:all|合计)\*\* \|  \| (.*) \|$", text_of(language), flags=re.MULTILINE)
    runs, found, placed, named, unknown, misleading = (int(cell) for cell in total.split(" | "))
    assert found == placed == runs > 800
    assert named >= 0.85 * runs
    assert (named + unknown, misleading) == (runs, 0)
