"""The glossary: each term in both languages, in the notes' words, once, with a section of the notes."""

import re

import pytest

from tests.docs.reference.extension import module_of_extension
from tests.docs.test_lesson_language import CHINESE, OTHER_TERMS
from tests.test_readme import SECTIONS

TERMS = module_of_extension("_terms").TERMS
terms = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name.en)


@terms
def test_a_term_has_a_sentence_in_each_language(term: tuple) -> None:
    name, section, meaning = term
    assert section in ["", *SECTIONS]
    assert re.findall(f"[{CHINESE}]", name.en + meaning.en) == []
    assert re.findall(f"[{CHINESE}]", meaning.zh)
    assert (meaning.en[-1], meaning.zh[-1]) == (".", "。")
    assert re.findall(f"[{CHINESE}][,;:!?.]", meaning.zh) == []
    assert set(re.findall(r"\$[^$]+\$|`[^`]+`", meaning.en)) == set(re.findall(r"\$[^$]+\$|`[^`]+`", meaning.zh))


@terms
def test_a_term_uses_no_term_that_the_notes_do_not_use(term: tuple) -> None:
    text = (term[0].zh + term[2].zh).replace("计算流程图", "")
    assert [other for other in OTHER_TERMS if other in text] == []


def test_a_term_occurs_once() -> None:
    for names in ([term.name.en for term in TERMS], [term.name.zh for term in TERMS]):
        assert len(set(names)) == len(names)


def test_the_terms_of_the_notes_are_there() -> None:
    assert set(OTHER_TERMS.values()) <= {term.name.zh for term in TERMS}


def test_the_terms_follow_the_notes_and_every_section_has_one() -> None:
    sections = [term.section for term in TERMS if term.section]
    assert sections == sorted(sections)
    assert sorted(set(sections)) == SECTIONS
