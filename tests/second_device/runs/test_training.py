"""Each config and each option of a training on the second device: the parameters and costs of the CPU."""

from pathlib import Path

import pytest

from course_torch.formulas.outputs import OUTPUTS
from course_torch.mistakes.solution import solution
from course_torch.network.config import OPTIMIZERS
from course_torch.training.cli import main
from tests.conftest import usage_error
from tests.second_device import machine
from tests.second_device.runs.conftest import TrainTwice
from tests.support.fixture_types import Capsys, Train
from tests.training.conftest import CONFIGS, assert_same_parameters, metrics_of
from tests.training.test_same_parameters import PRECISIONS, Products, products  # noqa: F401 (fixture)

FEW = ("--max_steps", "3", "--trainer.log_every_n_steps", "1")
ALL_CONFIGS = [path.stem for path in CONFIGS.glob("*.yaml")]
LARGE = ("fashion_mnist", "pictures_deep", "pictures_logistic")
"""Configs that take seconds. The first command of the README trains pictures_deep."""
DIGITS = ["--config", str(CONFIGS / "digits.yaml")]
PLANAR = ["--config", str(CONFIGS / "planar_shallow.yaml")]
HALF = ["bf16-mixed", "bf16-true", *["16-mixed"] * machine.SCALES]
DIABETES = ["--config", str(CONFIGS / "diabetes.yaml")]


@pytest.mark.parametrize(
    "config", [pytest.param(name, marks=[pytest.mark.slow] * (name in LARGE)) for name in sorted(ALL_CONFIGS)]
)
def test_every_config(config: str, train_twice: TrainTwice, request: pytest.FixtureRequest) -> None:
    folder = {"cats": "cats_folder", "fashion": "fashion_mnist_folder"}.get(config.partition("_")[0])
    root = [] if folder is None else ["--data.root", str(request.getfixturevalue(folder))]
    train_twice(*FEW, *root, config=["--config", str(CONFIGS / f"{config}.yaml")])


def test_the_first_command_of_the_readme_with_its_figures(train_twice: TrainTwice, figures: None) -> None:
    _, folder = train_twice(*FEW, config=[])
    assert (folder / "learning_curve.png").exists()


@pytest.mark.parametrize(("optimizer", "config"), [*zip(OPTIMIZERS, [PLANAR, DIGITS, DIABETES], strict=True)])
def test_every_optimizer_and_output(optimizer: str, config: list[str], train_twice: TrainTwice) -> None:
    train_twice(*FEW, "--model.optimizer", optimizer, "--model.learning_rate", "0.01", config=config)


OPTIONS = {
    "a learned slope": ("--model.hidden_activation", "leaky_relu", "--model.learn_slope", "true"),
    "clipping by norm": ("--trainer.gradient_clip_val", "0.01"),
    "clipping by value": ("--trainer.gradient_clip_val", "0.01", "--trainer.gradient_clip_algorithm", "value"),
    "accumulation": ("--trainer.accumulate_grad_batches", "3"),
    "autograd's gradients": ("--model.gradients", "autograd"),
}
COMPARED = ("--trainer.callbacks=CompareGradients", "--trainer.callbacks.every_n_steps=1")


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option(name: str, train_twice: TrainTwice) -> None:
    train_twice(*FEW, *OPTIONS[name], config=PLANAR)


@pytest.mark.parametrize("config", [PLANAR, DIGITS, DIABETES], ids=OUTPUTS)
def test_the_comparison_of_gradients_during_a_training(config: list[str], train_twice: TrainTwice) -> None:
    _, folder = train_twice(*FEW, *COMPARED, config=config)
    assert len(metrics_of(folder, "gradients/relative_error")) == 3


@pytest.mark.parametrize(
    ("library", "layout"),  # the file runs in a process of its own, which needs seconds to load torch
    [pytest.param("numpy", "columns", marks=pytest.mark.smoke), pytest.param("torch", "rows", marks=pytest.mark.slow)],
)
def test_a_learners_file_trains(library: str, layout: str, train_twice: TrainTwice, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(solution("deep", library, layout))
    relu = ("--model.hidden_activation", "relu", "--model.learning_rate", "0.1")
    train_twice(*FEW, *relu, "--model.gradients", str(path), config=PLANAR)


def test_a_run_is_resumed_at_the_same_parameters(train: Train) -> None:
    whole = train(*FEW, "--accelerator", "auto", config=DIGITS)
    train("--max_steps", "2", "--accelerator", "auto", config=DIGITS)
    resumed = train("--resume", "lightning_logs/version_1", "--max_steps", "3", "--accelerator", "auto", config=[])
    assert_same_parameters(resumed, whole, tolerance=0)


@pytest.mark.parametrize("precision", HALF)
def test_every_precision(precision: str, train: Train) -> None:
    """The first cost is that of float32 within the rounding errors of half precision."""
    every_step = (*FEW, *COMPARED, "--accelerator", "auto")
    half, single = (train(*every_step, "--precision", each, config=DIGITS) for each in (precision, "32"))
    first = [metrics_of(folder, "train/cost")[0] for folder in (half, single)]
    assert first[0] == pytest.approx(first[1], rel=0.02)
    assert first[0] != first[1]


def test_float64(train_twice: TrainTwice, here: Path, capsys: Capsys) -> None:
    options = [*FEW, "--precision", "64"]
    if machine.HAS_FLOAT64:
        train_twice(*options, config=PLANAR, tolerance=1e-12)
    else:
        line = usage_error(main, [*PLANAR, *options, "--accelerator", "auto"], capsys)
        assert f"precision: found 64, expected at most 32 bits: {machine.NAME} has no float64" in line
        assert not Path("lightning_logs").exists()


@pytest.mark.parametrize("precision", HALF)
def test_both_passes_multiply_in_half_precision(precision: str, train: Train, products: Products) -> None:  # noqa: F811
    train(*FEW, "--accelerator", "auto", "--precision", precision, config=DIGITS)
    assert {*products["training_step"]} == {*products["backward"]} == {PRECISIONS[precision]}
