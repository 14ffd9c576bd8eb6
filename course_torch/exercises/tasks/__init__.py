"""The chapters of the exercises, in the order of the notes."""

from course_torch.exercises.tasks.deep import DEEP
from course_torch.exercises.tasks.logistic import LOGISTIC
from course_torch.exercises.tasks.shallow import SHALLOW
from course_torch.exercises.tasks.task import Chapter
from course_torch.exercises.tasks.tensors import TENSORS

CHAPTERS: dict[str, Chapter] = {chapter.name: chapter for chapter in (TENSORS, LOGISTIC, SHALLOW, DEEP)}
