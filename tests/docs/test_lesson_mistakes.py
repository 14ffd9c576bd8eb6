"""A lesson quotes the checker on a mistake only if the checker's self-test makes this mistake in this function."""

from importlib import import_module

import pytest

from course_torch.exercises.chapters import CHAPTERS
from tests.docs.lessons import SECTIONS, directives, text_of

LISTS = ("BOTH", "ROWS", "COLUMNS", "NUMPY")


def made_on_purpose(chapter: str) -> set[tuple[str, str]]:
    """Function and cause of each mistake of a chapter's self-test."""
    module = import_module(f"course_torch.exercises.self_test.{chapter}.mistakes")
    return {(each[0], each[-1]) for name in LISTS for each in getattr(module, name, [])}


def quoted(section: str) -> list[list[str]]:
    """Chapter and "function: cause" of each mistake of a lesson."""
    text = text_of("en", f"lessons/{section}.md")
    return [each.split(maxsplit=2)[1:] for each in directives(text) if each.startswith("mistake ")]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_quoted_mistake_is_in_the_self_test(section: str) -> None:
    mistakes = quoted(section)
    assert len(mistakes) >= 2
    for chapter, mistake in mistakes:
        function, _, key = mistake.partition(": ")
        assert chapter in CHAPTERS
        assert (function, key) in made_on_purpose(chapter), mistake
