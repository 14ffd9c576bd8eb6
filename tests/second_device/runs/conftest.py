"""Trainings on the CPU and on the second device, which must end at the same numbers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.second_device import device, machine
from tests.support.fixture_types import Capsys, Train
from tests.training.conftest import assert_same_parameters, figures, here, metrics_of, one_parser, train  # noqa: F401 (fixtures)

if machine.PRETENDS:
    machine.switch_on()
SINGLE = 1e-5
"""Relative and absolute: the devices may add up in another order."""
LOGGED = ("train/cost", "validation/cost", "validation/accuracy", "validation/R2")

TrainTwice = Callable[..., tuple[Path, Path]]


@pytest.fixture
def train_twice(train: Train, capsys: Capsys) -> TrainTwice:  # noqa: F811
    """A function that trains on the CPU and by `--accelerator auto`, and compares parameters and metrics."""

    def run(*options: str, config: list[str], tolerance: float = SINGLE) -> tuple[Path, Path]:
        folders = []
        for accelerator, kind in (("cpu", "cpu"), ("auto", machine.NAME)):
            capsys.readouterr()
            folders.append(train("--accelerator", accelerator, *options, config=config))
            assert f"training on 1 × {kind}," in capsys.readouterr().out
        assert_same_parameters(folders[1], folders[0], tolerance)
        for name in LOGGED:
            costs = [metrics_of(folder, name) for folder in folders]
            assert costs[1] == pytest.approx(costs[0], rel=max(tolerance, SINGLE)), name
        return folders[0], folders[1]

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if machine.PRETENDS:
        terminalreporter.write_line(
            f"{len(device.ran)} operations ran {device.ran.total():,} times on {machine.DEVICE}"
        )
