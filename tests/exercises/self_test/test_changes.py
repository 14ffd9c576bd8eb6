"""Every function has mistakes and right spellings, and a first wrong function is found only where there is one."""

import pytest

from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import FORMS
from tests.exercises.self_test.changes import first_wrong, mistakes_in, spellings_in, text_of


@pytest.mark.parametrize(("new", "wrong"), [("-(Y - AL)", None), ("Y - AL", "output_gradient")])
def test_the_first_wrong_function_is_the_one_that_is_not_right(new: str, wrong: str | None) -> None:
    text = text_of("deep", "torch", "rows", ("output_gradient", "AL - Y", new))
    verdict = first_wrong("deep", text, "output_gradient")
    assert (verdict and verdict.task.name) == wrong


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_function_has_several_mistakes_and_right_spellings(chapter: str, form: tuple[str, str]) -> None:
    functions = len(CHAPTERS[chapter].tasks)
    assert len(list(mistakes_in(chapter, *form))) >= 7 * functions
    assert len(list(spellings_in(chapter, *form))) >= 2 * functions
