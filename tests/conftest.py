"""Fixtures and helpers of all tests: a seeded generator, random networks, one comparison function."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import pytest
import torch
from filelock import FileLock
from hypothesis import settings
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.exercises.judge import calling, judging
from course_torch.language import VARIABLE
from course_torch.playground.stored_page import hash_of_sources, name_of
from tests.support import suites
from tests.support.browser import browser, empty_pages, new_page, open_html  # noqa: F401 (fixtures)
from tests.support.engines import engine, running_engine, waited  # noqa: F401 (fixtures)

# Threads of small networks mostly wait for each other, and under load they wait for minutes. Subprocesses inherit it.
os.environ["OMP_NUM_THREADS"] = "1"
for name in (VARIABLE, "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"):  # tests see what people see without them
    os.environ.pop(name, None)
torch.set_num_threads(1)
settings.register_profile("without a deadline", settings(), deadline=None)  # load of other programs is no fault
settings.load_profile("without a deadline")

Problem = tuple[DeepNetwork, Tensor, Tensor]
MakeProblem = Callable[..., Problem]


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(suites)


said_for_people = calling.trouble
"""What the checker says of an exception in a search for a cause, where no test fails for it."""


@pytest.fixture(scope="session", autouse=True)
def troubles_fail() -> None:
    """Let an exception in a search for a cause fail the test. For people the checker reports it and goes on."""

    def raised(error: Exception) -> NoReturn:
        raise error

    calling.trouble = judging.trouble = raised


RECORD = """
import sys
from pathlib import Path
from course_torch.writing import write_text
from course_torch.playground.standalone import standalone_page
write_text(Path(sys.argv[1]), standalone_page(sys.argv[2]))
"""


@pytest.fixture(scope="session")
def recorded_page(request: pytest.FixtureRequest) -> Path:
    """The playground, recorded once for all processes of the tests and for later runs with the same formulas.

    A process of its own records it: here the checks of all shapes would double the time.
    """
    path = request.config.cache.mkdir("playground") / name_of(made_of := hash_of_sources())
    with FileLock(path.with_suffix(".lock")):
        if not path.is_file():
            subprocess.run([sys.executable, "-c", RECORD, path, made_of], check=True)
    return path


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(7)


@pytest.fixture
def float64() -> Iterator[None]:
    """Make float64 the default dtype, for tests with hand-written numbers."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def make_problem(generator: torch.Generator) -> MakeProblem:
    """A function that makes a float64 network with parameters of order 1 and nonzero biases, and m examples."""

    def make(layer_sizes: Sequence[int] = (4, 6, 3, 1), m: int = 7, **options: object) -> Problem:
        return random_problem(list(layer_sizes), m, generator, **options)

    return make


def random_problem(layer_sizes: list[int], m: int, generator: torch.Generator, **options: object) -> Problem:
    """Draw a network and m examples such that Z is of order 1 in every layer.

    Other sizes of Z hide mistakes: a missing tanh' has no effect at Z = 0, and for a saturated output A - Y is mostly
    rounding error.
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
    """Assert equality within float64 rounding error; the message names the tensor and the difference."""
    torch.testing.assert_close(actual, expected, rtol=rtol, atol=atol, msg=lambda message: f"{name}: {message}")


@pytest.fixture
def cats_folder() -> Path:
    folder = os.environ.get("COURSE_TORCH_CATS")
    if folder is None:
        pytest.skip("set COURSE_TORCH_CATS to the folder of the course's cat files")
    return Path(folder)


@pytest.fixture
def fashion_mnist_folder() -> Path:
    folder = Path("/usr/share/datasets/fashion-mnist")
    if not folder.is_dir():
        pytest.skip(f"{folder} does not exist: install Debian's package dataset-fashion-mnist")
    return folder


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """A function that runs course-torch, asserts its exit code and returns what it prints on stdout."""
    from course_torch.commands.main import main

    def run(arguments: list[str], code: int = 0) -> str:
        capsys.readouterr()
        assert main(arguments) == code
        return capsys.readouterr().out

    return run


def wait_until(condition: Callable[[], object], seconds: float) -> None:
    """Wait until a condition holds. It fails if it does not within some seconds."""
    assert waited(condition, seconds)


def usage_error(main: Callable[[list[str]], int], arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the error line of a command; assert that it is one line on stderr and that the exit code is 2."""
    try:
        code: object = main(arguments)
    except SystemExit as exit_:
        code = exit_.code
    error = capsys.readouterr().err
    assert code == 2
    assert error.count("\n") == 1
    return error
