"""Points in the plane that no straight line separates: the course's flower and four sets of scikit-learn."""

import numpy as np
import torch
from jaxtyping import Float64, UInt8
from torch import Tensor

from course_torch.data.data_set import DataSet
from course_torch.data.split import Split

CLASS_NAMES = ("red", "blue")


def flower_points(seed: int, m: int = 400) -> tuple[Float64[Tensor, "m 2"], UInt8[Tensor, "m 1"]]:
    """Draw the course's flower, whose petals alternate between the two classes.

    For class j: θ from 3.12 j to 3.12 (j + 1) in m/2 steps, r = 4 sin(4θ), each with 0.2 · normal noise. A point is
    (r sin θ, r cos θ). NumPy's legacy generator draws the noise of θ first, then the noise of r: seed 1 and m = 400
    give the course's points bit for bit.
    """
    generator = np.random.RandomState(seed)
    points = []
    for j in range(2):
        theta = np.linspace(3.12 * j, 3.12 * (j + 1), m // 2) + 0.2 * generator.randn(m // 2)
        r = 4 * np.sin(4 * theta) + 0.2 * generator.randn(m // 2)
        points.append(np.stack([r * np.sin(theta), r * np.cos(theta)], axis=1))
    labels = torch.arange(2, dtype=torch.uint8).repeat_interleave(m // 2)
    return torch.from_numpy(np.concatenate(points)), labels.reshape(-1, 1)


def load_flower(seed: int) -> DataSet:
    """Load the flower of `seed` for training and the flower of seed + 1 for the test; seed 1 is the course's."""
    return DataSet(train=Split(*flower_points(seed)), test=Split(*flower_points(seed + 1)), class_names=CLASS_NAMES)


def load_moons(seed: int) -> DataSet:
    """Draw two interleaved half-moons, noise 0.2."""
    from sklearn.datasets import make_moons

    return halves(*make_moons(400, noise=0.2, random_state=seed))


def load_circles(seed: int) -> DataSet:
    """Draw a circle inside a circle of twice its radius, noise 0.1."""
    from sklearn.datasets import make_circles

    return halves(*make_circles(400, factor=0.5, noise=0.1, random_state=seed))


def load_blobs(seed: int) -> DataSet:
    """Draw six round clouds, three of each class."""
    from sklearn.datasets import make_blobs

    points, cloud = make_blobs(400, n_features=2, centers=6, random_state=seed)
    return halves(points, cloud % 2)


def load_gaussian_quantiles(seed: int) -> DataSet:
    """Draw one round cloud; the inner half is one class, the outer half the other class."""
    from sklearn.datasets import make_gaussian_quantiles

    return halves(*make_gaussian_quantiles(n_samples=400, n_features=2, n_classes=2, cov=0.5, random_state=seed))


def halves(points: np.ndarray, label: np.ndarray) -> DataSet:
    """Split shuffled points: the first half for training, the second half for the test."""
    X, Y = torch.from_numpy(points), torch.from_numpy(label).to(torch.uint8).reshape(-1, 1)
    half = len(X) // 2
    return DataSet(train=Split(X[:half], Y[:half]), test=Split(X[half:], Y[half:]), class_names=CLASS_NAMES)
