"""A lesson quotes the checker on a mistake of the checker's self-test, and in the words of `course-torch check`."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from course_torch.commands.main import main
from course_torch.exercises.self_test.scoring import mistakes_in
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import FORMS, solution
from tests.docs.lessons import SECTIONS, directives, text_of


def made_on_purpose(chapter: str) -> set[tuple[str, str]]:
    """Function and cause of each mistake of a chapter's self-test."""
    return {(change[0], change[-1]) for form in FORMS for change in mistakes_in(chapter, *form)}


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


@pytest.mark.parametrize(
    ("section", "chapter", "right", "wrong"),
    [("1.7", "tensors", "v.reshape(-1, 1)", "v.T"), ("2.5", "shallow", "dW1 = dZ1.T @ X / m", "dW1 = dZ1.T @ X")],
)
def test_the_quotes_are_the_words_of_the_command(
    section: str,
    chapter: str,
    right: str,
    wrong: str,
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = solution(chapter, "numpy", "rows")
    assert text.count(right) == 1
    monkeypatch.chdir(tmp_path)
    Path(f"{chapter}.py").write_text(text.replace(right, wrong), encoding="utf-8")
    assert main(["check", f"{chapter}.py"]) == 1
    (said,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("Probably: "))
    page = BeautifulSoup((site / f"en/lessons/{section}.html").read_text(encoding="utf-8"), "html.parser")
    assert said in [each.get_text() for each in page.select(".mistake > p:last-child > span")]
