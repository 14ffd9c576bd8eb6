"""Several processes end where one ends, with the same global batch."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import assert_equal
from tests.training.conftest import CONFIGS, SMALL, metrics_of, parameters_of

TRAIN = Path(__file__).parents[2] / "train.py"


def run(folder: Path, processes: int, options: list[str]) -> Path:
    folder.mkdir()
    strategy = ["--strategy", "ddp"] if processes > 1 else []
    command = [sys.executable, str(TRAIN), *SMALL, "--devices", str(processes), *strategy, *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)
    return folder / "lightning_logs" / "version_0"


@pytest.mark.parametrize(
    ("options", "processes"),
    [
        ([], 2),
        (["--data.batch_size", "27"], 2),  # 27 = 13 + 14; the last batch of 22 divides evenly
        (["--data.batch_size", "57"], 3),  # the last batch has a single example: two processes have none
        ([], 3),
    ],
)
def test_processes_end_where_one_ends(tmp_path: Path, options: list[str], processes: int) -> None:
    folders = [run(tmp_path / str(n), n, options) for n in (1, processes)]
    one, several = map(parameters_of, folders)
    for name in one:
        assert_equal(name, several[name], one[name], rtol=1e-10, atol=1e-10)
    assert all(error < 1e-8 for error in metrics_of(folders[1], "gradients/relative_error"))


@pytest.mark.slow
@pytest.mark.parametrize(("config", "score", "processes"), [("digits", "accuracy", 7), ("diabetes", "R2", 2)])
def test_validation_over_uneven_parts_is_that_of_one_process(
    config: str, score: str, processes: int, tmp_path: Path
) -> None:
    """300 validation digits over 7 processes: 42 or 43 each; 73 patients over 2 processes: 36 and 37."""
    options = ["--config", str(CONFIGS / f"{config}.yaml"), "--max_epochs", "1", "--precision", "64"]
    one, several = (run(tmp_path / str(n), n, options) for n in (1, processes))
    for name in ("validation/cost", f"validation/{score}", "train/cost"):
        assert metrics_of(several, name) == pytest.approx(metrics_of(one, name), rel=1e-6), name
