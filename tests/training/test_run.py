"""A run of train.py: what a fresh process loads, the numbers that a run computes, and the files that it writes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import scipy.signal
import torch
import yaml
from lightning import Callback
from matplotlib.figure import Figure
from rich.console import Console
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from course_torch.data.table import DataConfig
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork, evaluate
from course_torch.training import results
from course_torch.training.cli import main
from course_torch.training.module import NetworkModule
from course_torch.training.settings import TRAINER_DEFAULTS
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import CONFIGS, SMALL, metrics_of, parameters_of, updates_of

DIABETES = ["--config", str(CONFIGS / "diabetes.yaml"), "--accelerator", "cpu"]
MINIBATCHES = ["--data.batch_size", "64"]
EPOCH = ["--trainer.limit_train_batches", "1.0", "--max_epochs", "1"]


@pytest.mark.usefixtures("figures")
def test_the_run_folder_contains_logs_configs_checkpoints_and_figures(train: Train, capsys: Capsys) -> None:
    folder = train("--max_steps", "10", config=["--model.layer_sizes", "[12288, 4, 1]"])
    names = {path.name for path in folder.iterdir()}
    assert names >= {"metrics.csv", "hparams.yaml", "config.yaml", "checkpoints"}
    assert names >= {"learning_curve.png", "mislabelled.png"}
    assert any(name.startswith("events.out.tfevents") for name in names)
    assert {path.name for path in (folder / "checkpoints").iterdir()} == {"best.ckpt", "last.ckpt"}
    assert yaml.safe_load((folder / "config.yaml").read_text())["model"]["layer_sizes"] == [12288, 4, 1]
    assert yaml.safe_load((folder / "hparams.yaml").read_text())["gradients"] == "manual"
    shown = capsys.readouterr().out
    assert "(4, 12288)" in shown
    rows = [line.split("│")[1:4] for line in shown.splitlines() if line.startswith("│") and line.count("│") == 4]
    assert [row[0].strip() for row in rows] == ["train", "validation", "test"]
    assert all(float(row[1]) > 0 and 0 <= float(row[2]) <= 1 for row in rows)
    assert float(rows[2][2]) == pytest.approx(metrics_of(folder, "final/test_accuracy")[0], abs=5e-5)


def test_a_run_says_how_many_examples_each_split_has_and_which_parameters_have_the_results(
    train: Train, capsys: Capsys
) -> None:
    """docs/first_run.md counts the drawings, and the course the points of the flower. One update is one update."""
    train("--max_steps", "1", config=["--model.layer_sizes", "[12288, 1]"])
    shown = capsys.readouterr().out
    assert shown.partition("training on")[0].splitlines()[-1] == "examples: 850 train, 179 validation, 189 test"
    assert "by validation cost (after 1 update):" in shown
    folder = train("--max_steps", "1")
    shown = capsys.readouterr().out
    assert "examples: 400 train, 400 test\n" in shown
    assert "results of the last parameters (after 1 update):" in shown
    assert "validation" not in shown
    assert [path.name for path in (folder / "checkpoints").iterdir()] == ["last.ckpt"]


def test_the_results_are_told_in_the_language_that_was_asked_for(train: Train, capsys: Capsys) -> None:
    train("--max_steps", "1", "--language", "zh")
    shown = capsys.readouterr().out
    assert "最后的参数的结果（1 次更新之后）：\n" in shown
    assert re.search("划分 .*成本 .*准确率", shown)
    assert "样本：400 train, 400 test\n" in shown
    assert not re.search("results|accuracy|cost|run folder|examples|layer", shown.partition("：")[2])


def test_an_r2_that_is_not_defined_is_a_dash(capsys: Capsys) -> None:
    network, X = DeepNetwork([1, 1], output="identity"), torch.arange(4.0).reshape(4, 1)
    found = {split: evaluate(network, [(X, Y)]) for split, Y in (("train", 3 * X), ("test", torch.full((4, 1), 0.1)))}
    results.print_results(Console(), found, "R2", "en")
    shown = capsys.readouterr().out
    rows = {row[0]: row[1:] for row in (re.findall(r"[\w.-]+", line) for line in shown.splitlines()) if row}
    assert rows["train"] == [f"{found['train'].cost:.6f}", f"{found['train'].score:.4f}"]
    assert rows["test"] == [f"{found['test'].cost:.6f}", "-"]
    assert shown.endswith("-: R2 is not defined for test, where all labels of an output are equal\n")


@pytest.mark.parametrize(
    ("logger", "folders"),
    [
        ([], ["run folder: lightning_logs/version_0"]),
        (["--trainer.logger", "false"], ["run folder: lightning_logs/version_0"]),
        (["--trainer.barebones", "true"], []),
    ],
    ids=["default", "none", "barebones"],
)
def test_a_run_names_its_folder(
    logger: list[str], folders: list[str], train: Train, here: Path, capsys: Capsys
) -> None:
    assert main([*SMALL, *logger, "--max_steps", "1"]) == 0
    first = capsys.readouterr().out.partition("results of")[0]
    named = [line for line in first.splitlines() if "folder" in line]
    assert list(dict.fromkeys(named)) == folders
    assert all((here / line.partition(": ")[2]).is_dir() for line in named)


@pytest.mark.parametrize("options", [[], MINIBATCHES])
def test_equal_seeds_give_equal_parameters_bit_for_bit(train: Train, options: list[str]) -> None:
    state = torch.get_rng_state()
    first, second = train(*options), train(*options)
    assert first != second
    assert all(torch.equal(value, parameters_of(second)[name]) for name, value in parameters_of(first).items())
    assert metrics_of(first, "train/cost") == metrics_of(second, "train/cost")
    assert torch.equal(state, torch.get_rng_state()), "the global generator was used"


def test_the_data_seed_changes_the_order_and_the_model_seed_the_initial_parameters(train: Train) -> None:
    runs = [parameters_of(train(*MINIBATCHES, *seed)) for seed in ([], ["--model.seed", "2"], ["--data.seed", "2"])]
    W = [run["network.layers.0.W"] for run in runs]
    assert not torch.equal(W[0], W[1])
    assert not torch.equal(W[0], W[2])


@pytest.fixture
def drawn(figures: None, monkeypatch: Monkeypatch) -> list[Figure]:
    """The figures that a run draws."""
    drawn: list[Figure] = []
    monkeypatch.setattr(results, "write_figure", lambda path, figure: drawn.append(figure))
    return drawn


def test_the_best_checkpoint_has_the_lowest_validation_cost_and_the_curve_marks_it(
    train: Train, drawn: list[Figure]
) -> None:
    folder = train("--max_epochs", "12", "--model.learning_rate", "0.3", config=DIABETES)
    costs = metrics_of(folder, "validation/cost")
    assert costs[0] > min(costs) < costs[-1]
    best = torch.load(folder / "checkpoints" / "best.ckpt", weights_only=True)
    assert best["epoch"] == costs.index(min(costs))
    assert metrics_of(folder, "final/validation_cost")[0] == pytest.approx(min(costs), rel=1e-5)
    events = EventAccumulator(str(folder)).Reload()
    assert [event.value for event in events.Scalars("hp_metric")] == [pytest.approx(min(costs), rel=1e-5)]
    (figure,) = drawn
    _, validation, mark = figure.axes[0].lines
    updates, shown = (list(values) for values in validation.get_data())
    assert shown == costs
    assert updates[costs.index(min(costs))] == best["global_step"]
    assert list(mark.get_xdata()) == [best["global_step"]] * 2
    assert mark.get_label() == f"chosen: lowest validation cost, after {best['global_step']}"


def test_without_validation_progress_bar_and_checkpoints_the_curve_alone_is_drawn(
    train: Train, drawn: list[Figure], capsys: Capsys
) -> None:
    folder = train("--trainer.enable_progress_bar", "false", "--trainer.enable_checkpointing", "false")
    assert [line.get_label() for line in drawn[0].axes[0].lines] == ["training"]
    assert not (folder / "checkpoints").exists()
    assert "Epoch" not in capsys.readouterr().out


def test_a_full_batch_epoch_has_100_steps_and_a_minibatch_epoch_uses_every_example_once(train: Train) -> None:
    """400 examples: 6 batches of 64 and one of 16."""
    assert [updates_of(train(*options, *EPOCH)) for options in ([], MINIBATCHES)] == [100, 7]


def test_pictures_deep_yaml_equals_the_defaults() -> None:
    config = yaml.safe_load((CONFIGS / "pictures_deep.yaml").read_text())
    assert NetworkConfig(**config["model"]) == NetworkConfig(layer_sizes=config["model"]["layer_sizes"])
    assert config["model"]["layer_sizes"] == [*NetworkConfig().layer_sizes]
    assert DataConfig(**config["data"]) == DataConfig()
    assert config["trainer"]["max_epochs"] == TRAINER_DEFAULTS["max_epochs"]


@pytest.mark.smoke
def test_train_py_runs_as_a_script(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "train.py"
    command = [sys.executable, str(script), "--accelerator", "auto", "--max_steps", "5"]
    done = subprocess.run(
        [*command, "--model.layer_sizes", "[12288,2,1]"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "│ test" in done.stdout
    assert done.stderr == ""


def test_a_network_reaches_95_percent_on_digits(train: Train) -> None:
    folder = train("--max_epochs", "15", config=["--config", str(CONFIGS / "digits.yaml")])
    assert metrics_of(folder, "final/test_accuracy")[0] >= 0.95


def test_the_number_of_a_run_follows_the_largest(train: Train, tmp_path: Path) -> None:
    (tmp_path / "lightning_logs" / "version_7").mkdir(parents=True)
    assert train().name == "version_8"


def test_the_config_of_a_run_is_accepted_by_train_and_compare(train: Train) -> None:
    from course_torch.commands.main import main as course_torch

    folder = train()
    assert train(config=["--config", str(folder / "config.yaml")]) != folder
    assert course_torch(["compare", "--config", str(folder / "config.yaml")]) == 0


TWO_EPOCHS = ["--config", str(CONFIGS / "digits.yaml"), "--accelerator", "cpu", "--max_epochs", "2"]
STOPPED_EARLY = [
    *("--trainer.callbacks+=EarlyStopping", "--trainer.callbacks.monitor=validation/cost"),
    *("--trainer.callbacks.patience=1", "--trainer.callbacks.min_delta=10", "--trainer.min_epochs", "4"),
]
COMPARED = ["--trainer.callbacks+=CompareGradients", "--trainer.callbacks.every_n_steps=3"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "config",
    [
        [*SMALL, "--trainer.log_every_n_steps", "7"],
        [*TWO_EPOCHS, "--trainer.accumulate_grad_batches", "3"],
        [*TWO_EPOCHS, "--max_epochs", "5", *STOPPED_EARLY],
        [*TWO_EPOCHS, *COMPARED],
    ],
    ids=["every seventh update", "micro-batches", "after EarlyStopping", "CompareGradients"],
)
def test_metrics_are_those_of_a_run_that_logs_every_cost(
    config: list[str], train: Train, monkeypatch: Monkeypatch
) -> None:
    """Every cost is logged if a callback that may read it takes the place of the progress bar."""
    steps: list[int] = []
    log = NetworkModule.log

    def counted(module: NetworkModule, *arguments: object, **options: object) -> None:
        steps.append(module.trainer.global_step)
        log(module, *arguments, **options)

    monkeypatch.setattr(NetworkModule, "log", counted)
    rarely, costs_of_rarely = (train(config=config) / "metrics.csv").read_bytes(), len(steps)
    monkeypatch.setattr("course_torch.training.cli.CostBar", Callback)
    assert (train(config=config) / "metrics.csv").read_bytes() == rarely
    assert costs_of_rarely < (len(steps) - costs_of_rarely)


@pytest.mark.parametrize("columns", [80, 60])
def test_the_bar_is_one_line_in_words(columns: int, train: Train, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    """A bar of several lines goes back up before it is drawn again (\\x1b[1A). A validation has a line of its own."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    train(config=[*TWO_EPOCHS, "--trainer.limit_val_batches", "0", "--trainer.callbacks", "[]"])
    shown = capsys.readouterr().out
    drawn = shown[shown.index("\x1b[?25l") : shown.index("\x1b[?25h")]
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).strip() for line in drawn.split("\r")]
    assert "\x1b[1A" not in drawn
    assert max(map(len, lines)) <= columns
    assert re.fullmatch(r"epoch 2/2 +━+ batch 19/19 00:00 left cost: 0\.\d{3}", lines[-1])


PROGRAM = """
import sys
import course_torch.training.cli
assert "torchmetrics" in sys.modules and "course_torch.exercises" not in sys.modules
assert not [name for name in sys.modules if name.startswith("scipy.signal")]

import scipy.signal
assert scipy.signal.convolve([1, 2], [3, 4]).tolist() == [3, 10, 8]
print(*sorted(dir(scipy.signal)))
"""


@pytest.mark.slow
def test_training_loads_neither_the_checker_nor_scipy_signal() -> None:
    """A later import loads all of scipy.signal. torchmetrics adds the name hamming to the module that it imports."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == sorted({*dir(scipy.signal)} - {"hamming"})
