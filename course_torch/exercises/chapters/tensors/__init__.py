"""Chapter tensors: pictures as rows, slopes, broadcasting and vectorisation (notes 1.1, 1.4, 1.6, 1.7)."""

from course_torch.exercises.chapters.tensors.arrays import COLUMN, PERCENTAGES, ROW
from course_torch.exercises.chapters.tensors.graph import COMPUTATION_GRAPH
from course_torch.exercises.chapters.tensors.pictures import PICTURES_TO_ROWS, ROWS_TO_PICTURES
from course_torch.exercises.chapters.tensors.slope import SLOPE_BY_NUDGE
from course_torch.exercises.chapters.tensors.sums import SUMS, SUMS_WITH_LOOPS
from course_torch.exercises.setting import Setting, setting
from course_torch.exercises.task import Chapter
from course_torch.language import Text


def settings(seed: int) -> list[Setting]:
    """Pictures of 3 x 2 and 2 x 4 pixels, and a single picture."""
    return [
        setting([18, 1], "relu", 7, seed),
        setting([24, 1], "relu", 11, seed + 1),
        setting([18, 1], "relu", 1, seed + 2),
    ]


def all_equal(seed: int) -> list[Setting]:
    """As many features as examples."""
    return [setting([12, 1], "relu", 12, seed + 3), setting([18, 1], "relu", 18, seed + 4)]


TENSORS = Chapter(
    name="tensors",
    title=Text("pictures, slopes and loops as tensors", "用张量表示图片、斜率和循环"),
    sections="1.1, 1.4, 1.6, 1.7",
    tasks=(
        PICTURES_TO_ROWS,
        ROWS_TO_PICTURES,
        SLOPE_BY_NUDGE,
        COMPUTATION_GRAPH,
        SUMS_WITH_LOOPS,
        SUMS,
        PERCENTAGES,
        COLUMN,
        ROW,
    ),
    settings=settings,
    all_equal=all_equal,
    smallest=lambda: [setting([12, 1], "relu", 2, seed=3)],
)
