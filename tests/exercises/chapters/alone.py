"""Judge one function of a text. The functions before it are not called, so a table of mistakes is judged quickly."""

from pathlib import Path

from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.judging import Judge
from course_torch.exercises.source import Piece, Source
from course_torch.exercises.verdict import Verdict
from tests.exercises.judged import FILE, InThisProcess, settings


def verdict_on(text: str, chapter_name: str, function: str, seed: int = 1) -> Verdict:
    """The verdict on one function."""
    source, chapter = Source(Path(FILE), (Piece(FILE, text),)), CHAPTERS[chapter_name]
    judge = Judge(InThisProcess(source, dict(chapter.helpers)), *settings(chapter_name, seed))
    return judge.judge(next(task for task in chapter.tasks if task.name == function), {})
