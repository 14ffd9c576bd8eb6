"""The commands on a machine with a second device, and the operations that all tests of this folder ran there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from course_torch.commands.main import main
from course_torch.mistakes.solution import solution
from tests.second_device import machine
from tests.support.fixture_types import Capsys, Train
from tests.training.conftest import CONFIGS

PLANAR = ["--config", str(CONFIGS / "planar_shallow.yaml")]
Said = Callable[..., str]


@pytest.mark.parametrize("config", ["planar_shallow", "digits", "diabetes"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", *["float64"] * machine.HAS_FLOAT64])
def test_compare(config: str, dtype: str, capsys: Capsys) -> None:
    """The verdicts are those of the CPU: in bfloat16 rounding errors hide db of the flower's network."""
    options = ["compare", "--config", str(CONFIGS / f"{config}.yaml"), "--dtype", dtype, "--examples", "20"]
    shown = []
    for kind in ("cpu", machine.NAME):
        assert main([*options, "--device", kind]) == int((config, dtype) == ("planar_shallow", "bfloat16"))
        shown.append(capsys.readouterr().out)
    assert f"{dtype} on {machine.NAME}, m = 20" in shown[1]
    verdicts = [re.findall("equal|different|not judged", each) for each in shown]
    assert verdicts[1] == verdicts[0]


def test_compare_takes_the_widest_dtype_of_the_device(said: Said) -> None:
    widest = "float64" if machine.HAS_FLOAT64 else "float32"
    assert f"{widest} on {machine.NAME}" in said(["compare", *PLANAR, "--device", machine.NAME, "--examples", "20"])


@pytest.mark.smoke
def test_compare_judges_a_learners_file(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(solution("deep", "numpy", "columns"))
    said(["compare", "--mine", str(path), "--device", machine.NAME, "--examples", "20"])


def test_doctor(said: Said) -> None:
    shown = said(["doctor"])
    assert re.search(rf"{machine.NAME}:0 +float32 .* equal", shown)
    assert "problems: 0" in shown


def test_vectorization(said: Said) -> None:
    assert f"no loop on {machine.NAME}" in said(["vectorization", "--examples", "50", "--features", "10"])


def test_predict_reads_a_checkpoint_of_the_device(train: Train, said: Said, tmp_path: Path) -> None:
    folder = train("--accelerator", "auto", "--max_steps", "2", config=PLANAR)
    rows = tmp_path / "rows.csv"
    rows.write_text("0.5,0.5\n-1,2\n")
    assert "probability" in said(["predict", str(folder), str(rows)])
