"""Training on centred features: every loader centres, the checkpoint keeps the mean, a resumed run keeps its choice."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch

from course_torch.exchange.trained_network import load_trained, read_checkpoint
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.cli import main
from course_torch.training.data_module import CourseData
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Train
from tests.training.conftest import EXAMPLES, SMALL, metrics_of, parameters_of

LAST = Path("checkpoints", "last.ckpt")
DEFAULT = ["--accelerator", "cpu", "--trainer.log_every_n_steps", "1"]


def test_the_default_cost_falls_at_every_step_and_without_centring_it_does_not(train: Train) -> None:
    costs = metrics_of(train("--max_steps", "60", config=DEFAULT), "train/cost")
    assert len(costs) == 60
    assert all(after < before for before, after in pairwise(costs))
    jumping = metrics_of(train("--max_steps", "20", "--data.center", "false", config=DEFAULT), "train/cost")
    assert any(after > before for before, after in pairwise(jumping))


@pytest.mark.parametrize("memory", ["0", "1"])
def test_one_batch_of_all_rows_is_a_step_on_the_whole_split(
    memory: str, train: Train, folder_options: list[str]
) -> None:
    """The rows come in another order, so that the sums differ by rounding errors."""
    step = ["--max_steps", "1", "--trainer.log_every_n_steps", "1", "--precision", "64"]
    whole = train("--data.memory", "1", "--data.batch_size", "null", *step, config=folder_options)
    batch = train("--data.memory", memory, "--data.batch_size", str(EXAMPLES), *step, config=folder_options)
    for name, value in parameters_of(whole).items():
        torch.testing.assert_close(parameters_of(batch)[name], value)
    for name in ("train/cost", "validation/cost", "final/test_cost"):
        assert metrics_of(batch, name) == pytest.approx(metrics_of(whole, name)), name


@pytest.mark.parametrize("batch_size", ["null", "400"])
def test_points_are_centred_once(batch_size: str, train: Train) -> None:
    """Floating-point rows are features before they reach the device: nothing may be subtracted there again."""
    step = [
        "--data.center",
        "true",
        "--data.batch_size",
        batch_size,
        "--max_steps",
        "1",
        "--trainer.log_every_n_steps",
        "1",
    ]
    (cost,) = metrics_of(train(*step), "train/cost")
    data = CourseData("planar").data_set
    start = torch.Generator().manual_seed(1)
    network = DeepNetwork([2, 4, 1], "tanh", initialization="small", generator=start).double()
    X = data.train.X - data.train.X.mean(dim=0)
    assert cost == pytest.approx(network.cost(X, data.train.Y).item(), rel=1e-12)


def test_the_checkpoint_keeps_the_mean(train: Train) -> None:
    checkpoint = train("--data.center", "true", "--max_steps", "1") / LAST
    mean = CourseData("planar").data_set.train.X.mean(dim=0, keepdim=True)
    torch.testing.assert_close(load_trained(checkpoint).mean, mean)
    assert load_trained(train("--max_steps", "1") / LAST).mean is None


def test_checkpoints_of_versions_without_centring_load(train: Train) -> None:
    path = train("--max_steps", "1") / LAST
    checkpoint = read_checkpoint(path)
    del checkpoint["CourseData"]["mean"], checkpoint["datamodule_hyper_parameters"]["center"]
    torch.save(checkpoint, path)
    assert load_trained(path).mean is None
    assert main([*SMALL, "--resume", str(path.parents[1]), "--max_steps", "2"]) == 0


def test_a_resumed_run_keeps_its_centring(train: Train, capsys: Capsys) -> None:
    run = train("--max_steps", "1")
    other = [*SMALL, "--resume", str(run), "--max_steps", "2", "--data.center", "true"]
    message = f"data.center: found True, expected False, as in the run in {run}"
    assert message in usage_error(main, other, capsys)
    assert main([*SMALL, "--resume", str(run), "--max_steps", "2", "--data.center", "false"]) == 0
