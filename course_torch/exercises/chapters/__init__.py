"""The chapters of the exercises, in the order of the notes."""

from course_torch.exercises.chapters.deep import DEEP
from course_torch.exercises.chapters.shallow import SHALLOW
from course_torch.exercises.task import Chapter

CHAPTERS: dict[str, Chapter] = {chapter.name: chapter for chapter in (SHALLOW, DEEP)}
