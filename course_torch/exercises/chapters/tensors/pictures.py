"""Pictures as feature vectors, and back (chapter tensors)."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
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


SCRAMBLED = Text(
    "the pictures are mixed up: each row of a reshaped array must hold the numbers of one picture",
    "不同图片的像素混在一起了：reshape 之后，每一行应当是同一张图片的数值",
)
CHANNELS_FIRST = Text(
    "the colours are taken first: keep the order height, width, colour", "先取了颜色：要保持高、宽、颜色的顺序"
)
SWAPPED = Text("height and width are swapped", "高和宽弄反了")
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
    (
        Slip("not divided by 255", Text("the numbers are not divided by 255", "没有除以 255"), rows),
        Slip(
            "divided by 256",
            Text("the numbers are divided by 256: the largest is 255", "除以了 256：最大值是 255"),
            lambda pictures: rows(pictures) / 256,
        ),
        Slip(
            "whole numbers",
            Text("the division drops the fraction: use /, not //", "除法丢掉了小数部分：要用 /，不要用 //"),
            lambda pictures: (rows(pictures) / WHITE).floor(),
        ),
        Slip(
            "scaled to -1 … 1",
            Text("the numbers run from -1 to 1: they should run from 0 to 1", "数值从 -1 到 1：应当从 0 到 1"),
            lambda pictures: rows(pictures) / (WHITE / 2) - 1,
        ),
        Slip("scrambled", SCRAMBLED, lambda pictures: rows(pictures).reshape(-1, len(pictures)).T / WHITE),
        Slip("colours first", CHANNELS_FIRST, lambda pictures: rows(pictures.permute(0, 3, 1, 2)) / WHITE),
        Slip(
            "width before height",
            SWAPPED,
            lambda pictures: rows(pictures.permute(0, 2, 1, 3)) / WHITE,
        ),
        Slip(
            "one vector",
            Text(
                "all pictures became one vector: keep the axis of the examples",
                "所有图片连成了一个向量：要保留样本的轴",
            ),
            lambda pictures: rows(pictures).flatten() / WHITE,
        ),
    ),
)


def shaped(X: Tensor, *shape: int) -> Tensor:
    return (X * WHITE).round().reshape(len(X), *shape)


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
    (
        Slip(
            "not multiplied by 255",
            Text("the numbers are not multiplied by 255", "没有乘以 255"),
            lambda X, height, width: X.reshape(len(X), height, width, CHANNELS),
        ),
        Slip(
            "whole numbers too early",
            Text(
                "the numbers become whole before they are multiplied by 255: multiply first",
                "在乘以 255 之前就取整了：应当先乘",
            ),
            lambda X, height, width: shaped(X.floor(), height, width, CHANNELS),
        ),
        Slip("scrambled", SCRAMBLED, lambda X, height, width: WHITE * X.T.reshape(-1, height, width, CHANNELS)),
        Slip("colours first", CHANNELS_FIRST, lambda X, height, width: shaped(X, CHANNELS, height, width)),
        Slip(
            "colours first",
            CHANNELS_FIRST,
            lambda X, height, width: shaped(X, CHANNELS, height, width).permute(0, 2, 3, 1),
        ),
        Slip("width before height", SWAPPED, lambda X, height, width: shaped(X, width, height, CHANNELS)),
        Slip(
            "width before height",
            SWAPPED,
            lambda X, height, width: shaped(X, width, height, CHANNELS).transpose(1, 2),
        ),
    ),
)
