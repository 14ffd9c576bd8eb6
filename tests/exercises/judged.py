"""Judge the text of a learner's file."""

from pathlib import Path

from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.judging import Judge, in_order
from course_torch.exercises.process import Learner
from course_torch.exercises.self_test.in_this_process import FILE, judge_of, settings
from course_torch.exercises.source import Piece, Source
from course_torch.exercises.verdict import Verdict


def judged(text: str, chapter_name: str, seed: int = 1) -> list[Verdict]:
    """The verdicts on the functions of a chapter, in this process."""
    return list(in_order(judge_of(text, chapter_name, seed), list(CHAPTERS[chapter_name].tasks)))


def by_process(text: str, chapter_name: str, seed: int = 1) -> list[Verdict]:
    """The verdicts, with the functions running in the learner's process."""
    source, chapter = Source(Path(FILE), (Piece(FILE, text),)), CHAPTERS[chapter_name]
    with Learner(source, chapter.helpers) as learner:
        return list(in_order(Judge(learner, chapter_name, *settings(chapter_name, seed)), list(chapter.tasks)))
