"""What the tests share: a seeded generator, networks that cannot hide a mistake, one comparison helper."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork

Problem = tuple[DeepNetwork, Tensor, Tensor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what is marked gpu where there is none."""
    if not torch.cuda.is_available():
        for item in items:
            if item.get_closest_marker("gpu"):
                item.add_marker(pytest.mark.skip(reason="needs a CUDA GPU; its twin runs on the CPU"))


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(7)


@pytest.fixture
def float64() -> Iterator[None]:
    """Makes float64 the default dtype of a test that writes numbers out by hand."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def make_problem(generator: torch.Generator) -> Callable[..., Problem]:
    """A network with parameters of order 1 and biases off zero, and m examples, in float64."""

    def make(layer_sizes: Sequence[int] = (4, 6, 3, 1), m: int = 7, **options: object) -> Problem:
        return random_problem(list(layer_sizes), m, generator, **options)

    return make


def random_problem(layer_sizes: list[int], m: int, generator: torch.Generator, **options: object) -> Problem:
    """Z of order 1 in every layer, since other sizes hide mistakes.

    A forgotten tanh' has no effect at Z = 0, and where the output saturates, A - Y is all rounding.
    """
    network = DeepNetwork(layer_sizes, dtype=torch.float64, generator=generator, **options)
    with torch.no_grad():
        for parameter in network.parameters():
            n_in = parameter.shape[1] if parameter.ndim == 2 else 1
            parameter.normal_(std=n_in**-0.5, generator=generator)
    X = torch.randn(m, layer_sizes[0], dtype=torch.float64, generator=generator)
    Y = network.output.labels(torch.rand(m, layer_sizes[-1], dtype=torch.float64, generator=generator))
    return network, X, Y.to(torch.float64)


def assert_equal(name: str, actual: Tensor, expected: Tensor, rtol: float = 1e-12, atol: float = 1e-14) -> None:
    """Equal to rounding in float64, with the name of what differs and by how much."""
    torch.testing.assert_close(actual, expected, rtol=rtol, atol=atol, msg=lambda message: f"{name}: {message}")


@pytest.fixture
def cats_folder() -> Path:
    folder = os.environ.get("COURSE_TORCH_CATS")
    if folder is None:
        pytest.skip("COURSE_TORCH_CATS names no folder with the course's cat files")
    return Path(folder)


@pytest.fixture
def fashion_mnist_folder() -> Path:
    folder = Path("/usr/share/datasets/fashion-mnist")
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: install Debian's package dataset-fashion-mnist")
    return folder


def usage_error(main: Callable[[list[str]], int], arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr with which a command refuses its arguments, with exit code 2."""
    try:
        code: object = main(arguments)
    except SystemExit as exit_:
        code = exit_.code
    error = capsys.readouterr().err
    assert code == 2
    assert error.count("\n") == 1
    return error
