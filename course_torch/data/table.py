"""The table of data sets, and what a config holds of the data: the set, where it comes from, and the batches."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch

from course_torch.data.bundled import load_diabetes, load_digits, load_pictures
from course_torch.data.csv_file import load_csv
from course_torch.data.data_set import DataSet, check_data_set, one_hot_classes
from course_torch.data.folder import load_folder
from course_torch.data.planar import NOISE, SURFACES, load_flower, load_plane, load_surface
from course_torch.data.published_sets import load_cats, load_mnist
from course_torch.data.source import Source
from course_torch.errors import InputError, check_count, check_name, one_of
from course_torch.formulas.outputs import Output
from course_torch.language import NOTHING, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import check_batch

DATA_SETS: dict[str, Callable[[Source], DataSet]] = {
    "pictures": lambda source: load_pictures(),
    "planar": load_flower,
    **dict.fromkeys(("moons", "circles", "blobs", "gaussian_quantiles"), load_plane),
    **dict.fromkeys(SURFACES, load_surface),
    "digits": lambda source: load_digits(),
    "diabetes": lambda source: load_diabetes(),
    "cats": load_cats,
    "fashion_mnist": partial(load_mnist, "FashionMNIST"),
    "mnist": partial(load_mnist, "MNIST"),
    "folder": load_folder,
    "csv": load_csv,
}
"""Name -> loader. A loader takes the options of loading, and returns the set."""
FOR_CLASSES = Text(
    " and --model.output softmax for {classes} classes", "，且 {classes} 个类别要用 --model.output softmax"
)
OTHER_SIZES = Text(
    "layer_sizes: {sizes} do not fit the data set '{name}', expected --model.layer_sizes "
    '"{fitting}"{softmax}: {error}',
    "layer_sizes：{sizes} 不适合数据集 '{name}'，应为 --model.layer_sizes \"{fitting}\"{softmax}：{error}",
)
WITHOUT_ROOT = ("pictures", *NOISE, "digits", "diabetes")
"""Sets that are shipped or drawn: they read no folder of the user."""


def load_data_set(name: str, **options: Any) -> DataSet:
    """Load and check the data set `name`: `load_data_set("folder", root="MY_PICTURES", picture_size=32)`.

    The options are those of `DataConfig`, as in `--data.root`. Raises InputError if the name is unknown, if a value is
    out of range, or if the data are missing, damaged or invalid.
    """
    return DataConfig(name, **options).load()


@dataclass(frozen=True)
class DataConfig(Source):
    """The data set `name`, with full batches or minibatches for training and one batch for validation.

    Raises InputError if an argument is out of range.

    Args:
        name: {data_sets} (folder: your own pictures; csv: your own rows)
        root: folder of a set that is not shipped, or the file of csv
        batch_size: number of examples in a batch; null for full batches, with 100 updates in an epoch. With
            trainer.accumulate_grad_batches k, an update consists of k batches; null then splits the full batch into k
        seed: seed of the order of minibatches, of sets that are drawn (1 gives the course's flower), and of the split
            of your own examples
        download: whether missing or damaged files of a published set may be downloaded into root
        picture_size: height and width to which the pictures of folder are resized, 1 to 1024
        center: whether the mean over the training split is subtracted from the features; null for the set's default:
            true for pictures, false for points, and false for cats, whose published figures come from X / 255
        points: number of points that a set in the plane draws, even; null for 400. The flower draws as many again for
            its test split; of the other sets, half of the points are the test split
        noise: standard deviation of the noise of a set in the plane; null for the set's own
    """

    batch_size: int | None = None
    center: bool | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.batch_size is not None:
            check_count("batch_size", self.batch_size, 1)

    def load(self) -> DataSet:
        """Load and check the set. Raises InputError if its name is unknown, or for missing, damaged or invalid data."""
        check_name("data.name", self.name, DATA_SETS)
        if self.root is not None and self.name in WITHOUT_ROOT:
            raise InputError(
                f"data.root: found '{self.root}', but the set '{self.name}' reads no folder; "
                "--data.name folder reads your own pictures, --data.name csv your own rows",
                f"data.root：得到 '{self.root}'，但数据集 '{self.name}' 不读取文件夹；"
                "--data.name folder 读取你自己的图片，--data.name csv 读取你自己的行",
            )
        data = check_data_set(self.name, DATA_SETS[self.name](self))
        return data if self.center is None else replace(data, centered=self.center)

    def load_for(self, network: DeepNetwork) -> DataSet:
        """Load the set and check that the network fits it. Raises InputError."""
        data = self.load()
        check_fit(self.name, data, network)
        return data


FLOWER = DataConfig(name="planar")


def check_fit(name: str, data: DataSet, network: DeepNetwork) -> None:
    """Reject a network whose layer sizes or output do not fit the data set `name`. Raises InputError."""
    classes, output = one_hot_classes(data), network.output
    softmax = FOR_CLASSES.fill(classes=classes) if classes and independent(output) else NOTHING
    for split in data.splits.values():
        fitting = [split.shape[1], *network.layer_sizes[1:-1], split.Y.shape[1]]
        try:
            check_batch(network.layer_sizes, torch.empty(split.shape, device="meta"), split.Y)
        except InputError as error:
            sizes = network.layer_sizes
            raise InputError(
                OTHER_SIZES.fill(sizes=sizes, name=name, fitting=fitting, softmax=softmax, error=error.text)
            ) from error
        try:
            output.check_labels(split.Y)
        except InputError as error:
            raise InputError(
                f"output: {output.name} does not fit the data set '{name}': {error}",
                f"output：{output.name} 不适合数据集 '{name}'：{error.text.zh}",
            ) from error


def independent(output: Output) -> bool:
    """Whether each output gives a probability of its own, so that the probabilities need not add up to 1."""
    return output.probabilities is not None and output.smallest_n_y == 1


def separate_classes(data: DataSet, network: DeepNetwork) -> str | None:
    """A line for a network whose outputs answer yes or no for each class, although an example has one class."""
    classes = one_hot_classes(data)
    if classes == 0 or not independent(network.output):
        return None
    outputs = f"{classes} {network.output.name} outputs"
    return f"{classes} classes and {outputs}: --model.output softmax gives each example one class"


# The help of train.py and of the commands is this docstring.
DataConfig.__doc__ = (DataConfig.__doc__ or "").format(data_sets=one_of(DATA_SETS).en)
