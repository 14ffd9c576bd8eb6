"""A resumed run ends where an undisturbed one ends: bit for bit, and with the same rows in its logs."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.training.conftest import CONFIGS, SMALL, parameters_of

Train = Callable[..., Path]
DIGITS = ["--config", str(CONFIGS / "digits.yaml"), "--accelerator", "cpu", "--max_epochs", "3"]
RUNS = {
    "full batch": SMALL,
    "adam on minibatches": [
        *SMALL,
        "--data.batch_size",
        "30",
        "--model.optimizer",
        "adam",
    ],  # 14 batches, the last of 10
    "updates of three minibatches": [*SMALL, "--data.batch_size", "30", "--trainer.accumulate_grad_batches", "3"],
    "a validation part": DIGITS,  # 19 batches
    "validation within the epoch": [*DIGITS, "--trainer.val_check_interval", "4"],
}


def rows_of(run_folder: Path) -> list[dict[str, str]]:
    with (run_folder / "metrics.csv").open() as file:
        return list(csv.DictReader(file))


def assert_same_run(resumed: Path, whole: Path) -> None:
    """The same parameters to the last bit, and the same rows without gaps or repeats."""
    expected = parameters_of(whole)
    assert all(torch.equal(value, expected[name]) for name, value in parameters_of(resumed).items())
    rows, expected_rows = rows_of(resumed), rows_of(whole)
    # A run that is ended is validated there, which an undisturbed one is not; all else is the same.
    assert [row for row in rows if row in expected_rows] == expected_rows
    assert all(row["validation/cost"] for row in rows if row not in expected_rows)


@pytest.mark.parametrize("config", RUNS.values(), ids=RUNS.keys())
def test_a_run_ended_anywhere_goes_on_as_if_it_had_not(config: list[str], train: Train, tmp_path: Path) -> None:
    """Ended within an epoch, at an epoch's end, where a validation is due, one update after the last end."""
    whole = train(config=config)
    steps = 1 + max(int(row["step"]) for row in rows_of(whole) if row["train/cost"])
    for stops in ([2], [4, steps // 2, steps // 2 + 1], [steps // 3, steps // 3 * 2], [steps - 1]):
        first, *later = stops
        resumed = train("--max_steps", str(first), config=config)
        for stop in later:
            assert train("--max_steps", str(stop), config=["--resume", str(resumed)]) == resumed
        assert train("--max_steps", "-1", config=["--resume", str(resumed)]) == resumed
        assert_same_run(resumed, whole)
