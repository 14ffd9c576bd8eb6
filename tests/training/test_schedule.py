"""The option --lr_scheduler: the rates of a run, the errors, and the state in a checkpoint."""

from pathlib import Path

import pytest
import yaml

from course_torch import gradient_descent
from course_torch.commands.main import main as course_torch
from course_torch.data.table import load_data_set
from course_torch.network.config import NetworkConfig
from course_torch.training.cli import main
from tests.conftest import assert_equal, usage_error
from tests.fixture_types import Capsys, Train
from tests.training.conftest import SMALL, metrics_of, parameters_of
from tests.training.test_resume import DIGITS, STEEP, rejection

WATCH = ["--trainer.callbacks+=LearningRateMonitor"]


def schedule(name: str, **arguments: object) -> list[str]:
    return ["--lr_scheduler", name, *(f"--lr_scheduler.{key}={value}" for key, value in arguments.items())]


def test_a_run_takes_the_steps_of_its_schedule(train: Train) -> None:
    """20 updates of rate 1.2, then 20 of rate 0.3: the course's loop with these rates ends at the same parameters."""
    run = train(*schedule("StepLR", step_size=1, gamma=0.25), *WATCH)
    assert metrics_of(run, "lr-SGD") == pytest.approx([1.2, 0.3])
    model = yaml.safe_load((run / "config.yaml").read_text())["model"]
    network, (X, Y) = NetworkConfig(**model).network().double(), load_data_set("planar").train
    for rate in (1.2, 0.3):
        gradient_descent(network, X, Y, learning_rate=rate, iterations=20)
    for name, value in parameters_of(run).items():
        assert_equal(name, value, network.state_dict()[name.removeprefix("network.")], rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "rates"),
    [
        (schedule("CosineAnnealingLR", T_max=4), [1.2, 0.6 * (1 + 0.5**0.5), 0.6, 0.6 * (1 - 0.5**0.5)]),
        (schedule("MultiStepLR", milestones="[1, 3]", gamma=0.5), [1.2, 0.6, 0.6, 0.3]),
        (schedule("LinearLR", start_factor=0.25, total_iters=3), [0.3, 0.6, 0.9, 1.2]),
        ([*schedule("ReduceLROnPlateau", monitor="train/cost"), *STEEP], [1.2, 1.2, 0.12, 0.012]),
    ],
    ids=lambda value: value[1] if isinstance(value[0], str) else "",
)
def test_the_rate_of_each_epoch_follows_the_formula_of_the_schedule(
    options: list[str], rates: list[float], train: Train
) -> None:
    short = ["--max_epochs", "4", "--trainer.limit_train_batches", "2", "--trainer.log_every_n_steps", "1"]
    assert metrics_of(train(*short, *options, *WATCH), "lr-SGD") == pytest.approx(rates)


def test_a_schedule_that_reads_the_validation_waits_for_the_epochs_with_a_validation(train: Train) -> None:
    plateau = [*schedule("ReduceLROnPlateau", monitor="validation/accuracy", mode="max"), *STEEP]
    epochs = ["--max_epochs", "7", "--trainer.check_val_every_n_epoch", "2", "--model.learning_rate", "1"]
    run = train(*plateau, *epochs, *WATCH, config=DIGITS)
    assert metrics_of(run, "lr-SGD") == pytest.approx([1, 1, 1, 1, 0.1, 0.1, 0.01])


REJECTED = {
    "an unknown name": (
        schedule("StepsLR"),
        "lr_scheduler: found 'StepsLR', expected ConstantLR, CosineAnnealingLR, CosineAnnealingWarmRestarts, ",
    ),
    "a function": (schedule("LambdaLR"), "lr_scheduler: found 'LambdaLR', expected ConstantLR"),
    "a word as number": (schedule("StepLR", step_size="x"), "lr_scheduler: StepLR: step_size: found 'x', expected int"),
    "a missing argument": (schedule("StepLR"), "lr_scheduler: StepLR: "),
    "an unknown argument": (schedule("StepLR", step_size=2, steps=3), "'steps'"),
    "uphill": (schedule("ExponentialLR", gamma=-2), "lr_scheduler: ExponentialLR(gamma -2.0) cannot be"),
    "a step of 0 epochs": (schedule("StepLR", step_size=0), "lr_scheduler: StepLR(step_size 0, gamma 0.1) cannot be"),
    "a period of 0": (schedule("CosineAnnealingLR", T_max=0), "lr_scheduler: CosineAnnealingLR(T_max 0, eta_min 0"),
    "a growth of 0": (schedule("LinearLR", start_factor=0), "(start_factor 0.0, end_factor 1.0, total_iters 5) cannot"),
    "no metric": (schedule("ReduceLROnPlateau"), "lr_scheduler: ReduceLROnPlateau: "),
}


@pytest.mark.parametrize(("options", "message"), REJECTED.values(), ids=REJECTED.keys())
def test_a_schedule_that_cannot_work_leaves_no_file(
    options: list[str], message: str, here: Path, capsys: Capsys
) -> None:
    assert message in usage_error(main, [*SMALL, *options], capsys)
    assert list(here.iterdir()) == []


def test_a_run_resumes_with_its_own_schedule_only(train: Train, capsys: Capsys) -> None:
    plain, stepped = train("--max_steps", "10"), train("--max_steps", "10", *schedule("StepLR", step_size=5))
    more = ["--max_steps", "30"]
    for run, options, message in [
        (
            plain,
            schedule("StepLR", step_size=5),
            "lr_scheduler: found StepLR(step_size 5, gamma 0.1), expected None, as",
        ),
        (
            stepped,
            ["--lr_scheduler", "null"],
            "lr_scheduler: found None, expected StepLR(step_size 5, gamma 0.1), as in the run in",
        ),
        (
            stepped,
            ["--lr_scheduler.step_size", "6"],
            "found StepLR(step_size 6, gamma 0.1), expected StepLR(step_size 5, gamma 0.1), as in the run in",
        ),
        (
            stepped,
            schedule("CosineAnnealingLR", T_max=5),
            "lr_scheduler: found CosineAnnealingLR(T_max 5, eta_min 0.0), expected StepLR(step_size 5, gamma 0.1), as",
        ),
    ]:
        assert message in rejection(run, capsys, *more, *options)


def test_the_commands_that_read_a_config_skip_its_schedule(train: Train, capsys: Capsys) -> None:
    run = train("--max_steps", "2", *schedule("StepLR", step_size=5))
    assert "lr_scheduler" in (run / "config.yaml").read_text()
    assert course_torch(["shapes", "--config", str(run / "config.yaml")]) == 0
    error = usage_error(course_torch, ["shapes", "--lr_scheduler", "StepLR"], capsys)
    assert "--lr_scheduler: an option of course-torch train alone" in error
