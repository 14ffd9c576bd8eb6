"""Judge the text of a learner's file."""

from functools import cache
from pathlib import Path

from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.judging import Judge, in_order
from course_torch.exercises.process import Learner
from course_torch.exercises.setting import Setting
from course_torch.exercises.source import Piece, Source
from course_torch.exercises.verdict import Verdict


def judged(text: str, chapter_name: str, *, seeds: tuple[int, ...] = (1,), only: tuple[str, ...] = ()) -> list[Verdict]:
    """The verdicts on the functions of a chapter, or on some of them, for each seed, from one process."""
    source, chapter = Source(Path("learner.py"), (Piece("learner.py", text),)), CHAPTERS[chapter_name]
    tasks = [task for task in chapter.tasks if task.name in only or not only]
    with Learner(source, chapter.helpers) as learner:
        assert learner.ready() is None
        judges = [Judge(learner, *settings(chapter_name, seed)) for seed in seeds]
        return [verdict for judge in judges for verdict in in_order(judge, tasks)]


@cache
def settings(chapter_name: str, seed: int) -> tuple[list[Setting], list[Setting]]:
    """The settings of a chapter. Their tensors are computed once for all tests."""
    chapter = CHAPTERS[chapter_name]
    return chapter.settings(seed), chapter.all_equal(seed)


def replaced(text: str, function: str, old: str, new: str) -> str:
    """The text with a change in the first place after the head of the function."""
    before, head, after = text.partition(f"def {function}(")
    body, *rest = after.split("\n\n\n", 1)
    assert old in body, f"{function}: {old}"
    return "\n\n\n".join([before + head + body.replace(old, new, 1), *rest])
