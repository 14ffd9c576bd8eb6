"""The chapters of the exercises, in the order of the notes."""

from course_torch.exercises.chapters.deep import DEEP
from course_torch.exercises.chapters.logistic import LOGISTIC
from course_torch.exercises.chapters.shallow import SHALLOW
from course_torch.exercises.chapters.tensors import TENSORS
from course_torch.exercises.task import Chapter

CHAPTERS: dict[str, Chapter] = {chapter.name: chapter for chapter in (TENSORS, LOGISTIC, SHALLOW, DEEP)}
