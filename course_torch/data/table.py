"""The table of data sets: name, as in `--data.name` -> loader."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from course_torch.data.bundled import load_diabetes, load_digits, load_pictures
from course_torch.data.csv_file import load_csv
from course_torch.data.data_set import DataSet, check_data_set
from course_torch.data.folder import load_folder
from course_torch.data.planar import load_blobs, load_circles, load_flower, load_gaussian_quantiles, load_moons
from course_torch.data.published_sets import load_cats, load_cifar10_cats, load_fashion_mnist, load_mnist, load_pets
from course_torch.data.source import DEFAULTS, Source
from course_torch.errors import InputError, check_name, one_of

DATA_SETS: dict[str, Callable[[Source], DataSet]] = {
    "pictures": lambda source: load_pictures(),
    "planar": load_flower,
    "moons": load_moons,
    "circles": load_circles,
    "blobs": load_blobs,
    "gaussian_quantiles": load_gaussian_quantiles,
    "digits": lambda source: load_digits(),
    "diabetes": lambda source: load_diabetes(),
    "cats": lambda source: load_cats(source.root),
    "fashion_mnist": load_fashion_mnist,
    "mnist": load_mnist,
    "cifar10_cats": load_cifar10_cats,
    "pets": load_pets,
    "folder": load_folder,
    "csv": load_csv,
}
"""Name -> loader. A loader takes the options of loading, and returns the set."""
WITHOUT_ROOT = ("pictures", "planar", "moons", "circles", "blobs", "gaussian_quantiles", "digits", "diabetes")
"""Sets that are shipped or drawn: they read no folder of the user."""


def load_data_set(name: str, source: Source = DEFAULTS, *, center: bool | None = None, **options: Any) -> DataSet:
    """Load and check the data set `name`: `load_data_set("folder", root="MY_PICTURES", picture_size=32)`.

    The options are the fields of `Source`, as in `--data.root`; they replace those of `source`. `center` says whether
    the mean over the training split is subtracted from the features; None is the set's default.

    Raises InputError if the name or an option is unknown, if a value is out of range, or if the data are missing,
    damaged or invalid.
    """
    check_name("data.name", name, DATA_SETS)
    if unknown := set(options) - set(asdict(source)):
        expected = one_of([*asdict(source), "center"])
        raise InputError(f"load_data_set: found the option '{min(unknown)}', expected {expected}")
    source = replace(source, **options)
    if source.root is not None and name in WITHOUT_ROOT:
        raise InputError(
            f"data.root: found '{source.root}', but the set '{name}' reads no folder; "
            "--data.name folder reads your own pictures, --data.name csv your own rows"
        )
    data = check_data_set(name, DATA_SETS[name](source))
    return data if center is None else replace(data, centered=center)
