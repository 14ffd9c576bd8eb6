"""Points in the plane: the course's flower, four sets of scikit-learn, and two surfaces whose labels are heights."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float, Float64, UInt8
from torch import Tensor

from course_torch.data.data_set import DataSet, Quantity
from course_torch.data.source import Source
from course_torch.data.split import Split

CLASS_NAMES = ("red", "blue")
POINTS = 400
NOISE = {
    **{"planar": 0.2, "moons": 0.2, "circles": 0.1, "blobs": 1.0, "gaussian_quantiles": 0.0},
    **{"slanted_plane": 0.1, "bumps": 0.1},
}
"""Set -> standard deviation of its own noise."""


def flower_points(
    seed: int, m: int = POINTS, noise: float = NOISE["planar"]
) -> tuple[Float64[Tensor, "m 2"], UInt8[Tensor, "m 1"]]:
    """Draw the course's flower, whose petals alternate between the two classes.

    For class j: θ from 3.12 j to 3.12 (j + 1) in m/2 steps, r = 4 sin(4θ), each with `noise` times a normal number. A
    point is (r sin θ, r cos θ). NumPy's legacy generator draws the noise of θ first, then the noise of r: seed 1 with
    the defaults gives the course's points bit for bit.
    """
    generator = np.random.RandomState(seed)
    points = []
    for j in range(2):
        theta = np.linspace(3.12 * j, 3.12 * (j + 1), m // 2) + noise * generator.randn(m // 2)
        r = 4 * np.sin(4 * theta) + noise * generator.randn(m // 2)
        points.append(np.stack([r * np.sin(theta), r * np.cos(theta)], axis=1))
    labels = torch.arange(2, dtype=torch.uint8).repeat_interleave(m // 2)
    return torch.from_numpy(np.concatenate(points)), labels.reshape(-1, 1)


def load_flower(source: Source) -> DataSet:
    """Load the flower of `seed` for training and the flower of seed + 1 for the test; seed 1 is the course's."""
    m, noise = drawn_with(source)
    train, test = (Split(*flower_points(seed, m, noise)) for seed in (source.seed, source.seed + 1))
    return DataSet(train=train, test=test, class_names=CLASS_NAMES)


def load_plane(source: Source) -> DataSet:
    """Draw two half-moons, a circle inside a circle, clouds, or one cloud around another, by scikit-learn.

    moons: two interleaved half-moons. circles: a circle inside a circle of twice its radius. blobs: six round clouds,
    three of each class; the noise is the standard deviation of a cloud. gaussian_quantiles: one round cloud, whose
    inner half is one class and whose outer half is the other class; then the noise moves the points.
    """
    from sklearn import datasets

    (m, noise), seed = drawn_with(source), source.seed
    if source.name == "moons":
        points, label = datasets.make_moons(m, noise=noise, random_state=seed)
    elif source.name == "circles":
        points, label = datasets.make_circles(m, factor=0.5, noise=noise, random_state=seed)
    elif source.name == "blobs":
        points, label = datasets.make_blobs(m, 2, centers=6, cluster_std=noise, random_state=seed)
    else:
        points, label = datasets.make_gaussian_quantiles(
            cov=0.5, n_samples=m, n_features=2, n_classes=2, random_state=seed
        )
        points += noise * np.random.RandomState(seed).randn(*points.shape)
    Y = torch.from_numpy(label % 2).to(torch.uint8).reshape(-1, 1)
    train, test = halves(torch.from_numpy(points), Y)
    return DataSet(train=train, test=test, class_names=CLASS_NAMES)


def drawn_with(source: Source) -> tuple[int, float]:
    """The number of points and the noise: those of the options, or the set's own."""
    return source.points or POINTS, NOISE[source.name] if source.noise is None else source.noise


def halves(X: Tensor, Y: Tensor) -> tuple[Split, Split]:
    """Split shuffled points: the first half for training, the second half for the test."""
    half = len(X) // 2
    return Split(X[:half], Y[:half]), Split(X[half:], Y[half:])


Column = Float[Tensor, "m 1"]
EDGE = 2.0


def bumps(x1: Column, x2: Column) -> Column:
    """y = Σ_c ± exp(-2 |x - c|²): hills of height 1 at (1, 1) and (-1, -1), hollows at (1, -1) and (-1, 1)."""
    corners = [(c1, c2) for c1 in (-1, 1) for c2 in (-1, 1)]
    return torch.stack([c1 * c2 * (-2 * ((x1 - c1) ** 2 + (x2 - c2) ** 2)).exp() for c1, c2 in corners]).sum(dim=0)


SURFACES: dict[str, Callable[[Column, Column], Column]] = {
    "slanted_plane": lambda x1, x2: (x1 + x2) / (2 * EDGE),
    "bumps": bumps,
}
"""Set -> the height y of a surface, from -1 to 1, over the square of x1 and x2 from -EDGE to EDGE."""


def load_surface(source: Source) -> DataSet:
    """Draw points of the square, with the height of a surface as label; then the noise moves the points.

    The first half is for training, the second half for the test.
    """
    m, noise = drawn_with(source)
    generator = np.random.RandomState(source.seed)
    drawn = torch.from_numpy(EDGE * (2 * generator.rand(m, 2) - 1))
    X, Y = (
        drawn + noise * torch.from_numpy(generator.randn(m, 2)),
        SURFACES[source.name](*drawn.split(1, dim=1)).float(),
    )
    train, test = halves(X, Y)
    return DataSet(train=train, test=test, quantity=Quantity("height", 0.0, 1.0))


FEATURES: dict[str, Callable[[Column, Column], Column]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1_squared": lambda x1, x2: x1**2,
    "x2_squared": lambda x1, x2: x2**2,
    "x1_x2": lambda x1, x2: x1 * x2,
    "sin_x1": lambda x1, x2: x1.sin(),
    "sin_x2": lambda x1, x2: x2.sin(),
}
"""Name -> a function of the coordinates of points that a network may get as an input."""
