"""Pictures as feature vectors, and back (chapter tensors)."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same

WHITE = 255.0
CHANNELS = 3


def size_of(setting: Setting) -> tuple[int, int]:
    """Height and width of pictures with as many numbers as the setting has features."""
    features = setting.X.shape[1]
    height = 3 if features % 9 == 0 else 2
    return height, features // (height * CHANNELS)


def pictures_of(setting: Setting) -> Tensor:
    """Pictures (m, height, width, 3) in uint8, drawn like the setting's examples."""
    return (setting.X.sigmoid() * 256).byte().reshape(setting.m, *size_of(setting), CHANNELS)


def rows(pictures: Tensor) -> Tensor:
    """A row for each picture, with numbers from 0 to 255."""
    return pictures.reshape(len(pictures), -1).double()


def rows_calls(setting: Setting) -> Iterator[Call]:
    pictures = pictures_of(setting)
    yield Call({"pictures": pictures}, rows(pictures) / WHITE, setting)


def pictures_calls(setting: Setting) -> Iterator[Call]:
    pictures = pictures_of(setting)
    height, width = size_of(setting)
    arguments = {"X": rows(pictures) / WHITE, "height": height, "width": width}
    yield Call(arguments, pictures.double(), setting)


PICTURES_TO_ROWS = Task(
    "pictures_to_rows",
    "1.1",
    "pictures",
    "X",
    {
        "rows": "pictures (m, height, width, 3), {0, 1, …, 255}; X (m, n_x), n_x = height * width * 3",
        "columns": "pictures (m, height, width, 3), {0, 1, …, 255}; X (n_x, m), n_x = height * width * 3",
    },
    Text(
        "Unroll each picture into the features of an example, and divide by 255, so that 0 <= x <= 1.",
        "把每张图片展开成一个样本的特征，再除以 255，使 0 <= x <= 1。",
    ),
    rows_calls,
    same("X[i] = pictures[i].ravel() / 255"),
)


ROWS_TO_PICTURES = Task(
    "rows_to_pictures",
    "1.1",
    "X, height, width",
    "pictures",
    {
        "rows": "X (m, n_x), 0 <= x <= 1; pictures (m, height, width, 3), [0, 255]",
        "columns": "X (n_x, m), 0 <= x <= 1; pictures (m, height, width, 3), [0, 255]",
    },
    Text("The way back: make pictures of the examples.", "反过来：把样本变回图片。"),
    pictures_calls,
    same("pictures[i] = round(255 * x).reshape(height, width, 3)"),
)
