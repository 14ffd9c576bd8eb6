"""Name -> set: what `--data.name` chooses from."""

from collections.abc import Callable

from course_torch.data.cats import load_cats
from course_torch.data.data_set import DataSet, check_data_set
from course_torch.data.digits import load_digits
from course_torch.data.pictures import load_pictures
from course_torch.data.planar import load_blobs, load_circles, load_flower, load_gaussian_quantiles, load_moons
from course_torch.errors import check_name

DATA_SETS: dict[str, Callable[[str | None, int], DataSet]] = {
    "pictures": lambda root, seed: load_pictures(),
    "planar": lambda root, seed: load_flower(seed),
    "moons": lambda root, seed: load_moons(seed),
    "circles": lambda root, seed: load_circles(seed),
    "blobs": lambda root, seed: load_blobs(seed),
    "gaussian_quantiles": lambda root, seed: load_gaussian_quantiles(seed),
    "digits": lambda root, seed: load_digits(),
    "cats": lambda root, seed: load_cats(root),
}
"""Each loader takes `root`, the user's folder (for sets that are not shipped), and `seed` (for sets that are drawn)."""


def load_data_set(name: str, root: str | None = None, seed: int = 1) -> DataSet:
    """The set of that name, checked. Raises InputError for an unknown name and for data that does not hold up."""
    check_name("data.name", name, DATA_SETS)
    return check_data_set(name, DATA_SETS[name](root, seed))
