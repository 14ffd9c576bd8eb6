"""Options of this project and of Lightning work, or are rejected in one line before a file is written."""

import csv
import json
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from lightning import Callback, LightningModule, Trainer

from course_torch.training.cli import main
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL, metrics_of
from tests.training.test_interrupt import EARLY_STOPPING
from tests.training.test_resume import DIGITS

PLAIN = [*SMALL, "--trainer.callbacks", "[]"]


class Distance(Callback):
    """A callback of the user that logs a metric."""

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        pl_module.log("distance", 1.0)


def callback(name: str, **options: str) -> list[str]:
    return [f"--trainer.callbacks+={name}", *(f"--trainer.callbacks.{key}={value}" for key, value in options.items())]


REJECTED_OPTIONS = {
    "validation every 0 epochs": (
        [*DIGITS, "--trainer.check_val_every_n_epoch", "0"],
        "check_val_every_n_epoch: found 0, expected at least 1",
    ),
    "validation every 0 batches": (
        [*DIGITS, "--trainer.val_check_interval", "0"],
        "val_check_interval: found 0, expected more than 0",
    ),
    "validation after the epoch": (
        [*DIGITS, "--trainer.val_check_interval", "30"],
        "`val_check_interval` (30) must be less than or equal to the number of the training batches (19)",
    ),
    "overfit_batches": ([*PLAIN, "--trainer.overfit_batches", "1"], "expected 0: use --trainer.limit_train_batches"),
    "LearningRateMonitor without a logger": (
        [*PLAIN, *callback("LearningRateMonitor"), "--trainer.logger", "false"],
        "Cannot use `LearningRateMonitor` callback with `Trainer` that has no logger",
    ),
    "profiler": ([*PLAIN, "--trainer.profiler", "fast"], "['simple', 'advanced', 'pytorch', 'xla']"),
}


@pytest.mark.parametrize(("arguments", "message"), REJECTED_OPTIONS.values(), ids=REJECTED_OPTIONS.keys())
def test_an_option_that_cannot_work_leaves_no_file(
    arguments: list[str], message: str, here: Path, capsys: Capsys
) -> None:
    assert message in usage_error(main, arguments, capsys)
    assert list(here.iterdir()) == []


def test_a_missing_package_is_named(here: Path, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.setattr("lightning.pytorch.callbacks.device_stats_monitor._PSUTIL_AVAILABLE", False)
    assert "psutil" in usage_error(main, [*PLAIN, *callback("DeviceStatsMonitor")], capsys)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (callback("EarlyStopping", monitor="val_loss"), "Early stopping conditioned on metric `val_loss` which is not"),
        (callback("ModelCheckpoint", monitor="val_loss"), "`ModelCheckpoint(monitor='val_loss')` could not find the"),
        (
            ["--lr_scheduler", "ReduceLROnPlateau", "--lr_scheduler.monitor", "val_loss"],
            "ReduceLROnPlateau conditioned on metric val_loss which is not available",
        ),
    ],
    ids=["EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"],
)
def test_a_metric_that_the_run_does_not_log_ends_it_in_one_line(
    options: list[str], line: str, here: Path, capsys: Capsys
) -> None:
    """Lightning's line, which lists the metrics of the run."""
    error = usage_error(main, [*DIGITS, "--max_epochs", "1", *options], capsys)
    assert line in error
    assert "validation/cost" in error


def test_a_metric_of_a_users_own_callback_can_be_monitored(train: Train) -> None:
    own = callback(f"{__name__}.Distance")
    stopping = callback("EarlyStopping", monitor="distance", patience="1")
    folder = train(*own, *stopping, "--max_epochs", "5", "--allow-code", config=PLAIN)
    assert metrics_of(folder, "distance") == [1.0, 1.0]


def test_early_stopping_ends_the_run_and_the_learning_rate_is_logged(train: Train) -> None:
    """The cost rises with this learning rate, so two validations are enough."""
    options = [*EARLY_STOPPING, *callback("LearningRateMonitor"), "--max_epochs", "50"]
    folder = train(*options, "--model.learning_rate", "30", config=DIGITS)
    assert 2 <= len(metrics_of(folder, "validation/cost")) < 50
    assert set(metrics_of(folder, "lr-SGD")) == {30.0}


@pytest.mark.slow
def test_timer_ends_the_run_and_stands_in_its_config(train: Train) -> None:
    folder = train(*callback("Timer", duration="00:00:00:01"), "--max_epochs", "100000", config=PLAIN)
    assert "interval: step" in (folder / "config.yaml").read_text()


def test_a_validation_interval_may_span_epochs(train: Train) -> None:
    """19 batches in an epoch: 38 batches have one validation, after the 30th batch."""
    across = ["--trainer.val_check_interval", "30", "--trainer.check_val_every_n_epoch", "null"]
    folder = train(*across, "--max_epochs", "2", config=DIGITS)
    with (folder / "metrics.csv").open() as file:
        steps = [int(row["step"]) for row in csv.DictReader(file) if row["validation/cost"]]
    assert steps == [29]


def test_log_every_n_steps_may_be_null(train: Train) -> None:
    """null means the default, 10."""
    folder = train("--trainer.log_every_n_steps", "null", "--max_steps", "30", config=PLAIN)
    assert len(metrics_of(folder, "train/cost")) == 3


def test_barebones_trains_without_files(here: Path, capsys: Capsys) -> None:
    assert main([*DIGITS, "--trainer.barebones", "true", "--max_epochs", "1"]) == 0
    out, error = capsys.readouterr()
    assert "│ test" in out
    assert error == ""
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "options", [SMALL, [*DIGITS, "--trainer.limit_val_batches", "0"]], ids=["no split", "no limit"]
)
def test_a_trial_of_one_batch_has_no_validation_where_the_run_has_none(
    options: list[str], here: Path, capsys: Capsys
) -> None:
    assert main([*options, "--trainer.fast_dev_run", "1"]) == 0
    printed = capsys.readouterr()
    assert "results of the last parameters (after 1 update)" in printed.out
    assert printed.err == ""
    assert list(here.iterdir()) == []


BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefghi")
)
"""387 million values by aliases of aliases."""
FILES = {
    "list.yaml": "- 1\n- 2\n",
    "tag.yaml": 'model: !!python/object/apply:os.system ["touch written"]\n',
    "key.yaml": "model:\n  layer_size: [2, 1]\n",
    "broken.yaml": "model: [1,\n",
    "null.yaml": "trainer:\n  callbacks:\n    - class_path: CompareGradients\n      init_args: {every_n_steps: null}\n",
    "empty.yaml": "# nothing\n",
    "no_trainer.yaml": "trainer: null\nmodel: {seed: 2}\n",
    "list_model.yaml": "model: [1]\n",
    "no_sizes.yaml": "model: {layer_sizes: null}\n",
    "config.yaml": "config: {a: 1}\n",
    "outer.yaml": "config: broken.yaml\n",
    "every.yaml": "trainer: {callbacks: {class_path: CompareGradients, init_args: {every: 2}}}\n",
    "patience.yaml": "trainer: {callbacks: [{class_path: EarlyStopping, init_args: {monitor: a, patience: b}}]}\n",
    "arguments.yaml": "trainer: {callbacks: [{class_path: EarlyStopping, init_args: [1]}]}\n",
    "logger.yaml": "trainer: {callbacks: [{class_path: lightning.pytorch.loggers.CSVLogger}]}\n",
    "nan.yaml": "trainer: {gradient_clip_val: .nan}\n",
    "null_seconds.yaml": "checkpoint_seconds: null\n",
    "large.yaml": f"trainer: {{accumulate_grad_batches: {10**30}}}\n",
    "bomb.yaml": BOMB,
    "bomb_in_a_string.yaml": f"model: {{seed: {json.dumps(BOMB)}}}\n",
}
BAD = [
    ("--acelerator cpu", "unrecognized arguments: --acelerator"),
    ("fit --config digits", "unrecognized arguments: fit"),
    ("--threads 0", "threads: found '0', expected PositiveInt, null"),
    ("--checkpoint_seconds nan", "checkpoint_seconds: found 'nan', expected a number >=0"),
    ("--model.hidden relu", "--model.hidden"),
    ("extra", "unrecognized arguments: extra"),
    ("--accelerator", "accelerator: expected one argument"),
    ("--config nope.yaml", "config: found 'nope.yaml', expected a file or one of cats_deep, "),
    ("--config list.yaml", "list.yaml: found [1, 2], expected a file, or options"),
    ("--config tag.yaml", "tag.yaml: line 1: could not determine a constructor for the tag"),
    ("--config key.yaml", "model: it has no option 'layer_size'; did you mean --model.layer_sizes?"),
    ("--config broken.yaml", "broken.yaml: line 2: "),
    ("--config outer.yaml", "broken.yaml: line 2: "),
    ("--config null.yaml", "trainer.callbacks: CompareGradients: every_n_steps: found 'null', expected int"),
    ("--config empty.yaml", 'empty.yaml: found "", expected a file, or options such as'),
    ("--config ''", 'config: found "", expected a file'),
    ("--config no_trainer.yaml", "no_trainer.yaml: trainer: found null, expected options"),
    ("--config list_model.yaml", "list_model.yaml: model: found [1], expected options"),
    ("--config no_sizes.yaml", "model.layer_sizes: found 'null', expected list"),
    ("--config config.yaml", 'config.yaml: config: found {"a": 1}, expected a file'),
    ("--config every.yaml", "CompareGradients: there is no option 'every'"),
    ("--config patience.yaml", "trainer.callbacks: EarlyStopping: patience: found 'b', expected int"),
    ("--config arguments.yaml", "EarlyStopping: found a list as init_args, expected options"),
    ("--config logger.yaml", "loggers.CSVLogger'}]', expected list[Callback], Callback, null"),
    ("--config nan.yaml", "gradient_clip_val: found nan, expected at least 0"),
    ("--config null_seconds.yaml", "checkpoint_seconds: found 'null', expected a number"),
    ("--config large.yaml", f"accumulate_grad_batches: found {10**30}, expected at most 2147483647"),
    ("--config bomb.yaml", "bomb.yaml: found too many levels or aliases, expected at most 30"),
    ("--config bomb_in_a_string.yaml", "model.seed: found 'a: &a"),
    (f"--model.seed {shlex.quote(BOMB)}", "model.seed: found 'a: &a"),
    ("--model.seed ''", "model.seed: found '', expected int"),
    ("--model null", "model: found 'null', expected options or a file"),
    ("--max_steps null", "trainer.max_steps: found 'null', expected int"),
    ("--trainer.gradient_clip_val -0.5", "gradient_clip_val: found -0.5, expected at least 0"),
    (f"--data.batch_size {10**30}", f"data.batch_size: found {10**30}, expected at most 2147483647"),
    (
        "--model.layer_sizes '[2, 4, 1]'",
        "layer_sizes: [2, 4, 1] do not fit the data set 'pictures', expected [12288, …, 1]",
    ),
    ("--model.layer_sizes '[12288, 3]'", "layer 1: expected Y of shape (850, 3), as A[1], found (850, 1)"),
    ("--model.layer_sizes '[]'", "layer_sizes: found []"),
    ("--model.layer_sizes '[12288, 0, 1]'", "layer_sizes: found [12288, 0, 1]"),
    ("--model.layer_sizes wide", "model.layer_sizes: found 'wide', expected list"),
    ("--model.output softmax", "softmax with one output"),
    (
        "--data.name diabetes --model.layer_sizes '[10, 1]'",
        "output: sigmoid does not fit the data set 'diabetes': found the label ",
    ),
    ("--model.hidden_activation rellu", "hidden_activation: found 'rellu', expected one of sigmoid, tanh, relu"),
    ("--model.initialization ones", "initialization: found 'ones', expected one of zeros"),
    ("--model.gradients none.py", "none.py: no such file"),
    ("--model.gradients magic", "gradients: found 'magic', expected one of manual, autograd"),
    ("--model.optimizer sgdd", "optimizer: found 'sgdd', expected one of gradient_descent"),
    ("--model.learning_rate -1", "learning_rate: found -1.0, expected a number above 0"),
    ("--model.learning_rate .inf", "learning_rate: found inf"),
    ("--model.learning_rate fast", "model.learning_rate: found 'fast', expected a finite number"),
    ("--model.learning_rate 1e300", "learning_rate: found 1e+300"),
    ("--model.slope nan", "slope: found 'nan', expected a finite number"),
    ("--model.slope .nan", "slope: found nan, expected a finite number"),
    ("--model.seed -1", "model.seed: found -1, expected 0 to 2147483647"),
    ("--data.seed 99999999999", "data.seed: found 99999999999"),
    ("--data.batch_size 0", "batch_size: found 0, expected at least 1"),
    ("--data.batch_size all", "data.batch_size: found 'all', expected int, null"),
    ("--data.name picture", "data.name: found 'picture', expected one of pictures"),
    ("--data.name cats", "data.root: the set 'cats' needs the folder"),
    ("--data.name cats --data.root .", "train_catvnoncat.h5: no such file"),
    ("--accelerator warp", "warp"),
    ("--accelerator tpu", "tpu"),
    ("--devices 0", "devices='0'"),
    ("--devices two", "devices"),
    ("--devices 100000", "devices: found 100000, expected at most "),
    ("--num_nodes 2", "num_nodes: found 2 without MASTER_ADDR, expected torchrun"),
    ("--strategy dpp", "strategy: found 'dpp', expected one of auto, ddp, single_device; did you mean ddp?"),
    ("--strategy ddp_spawn", "strategy: found 'ddp_spawn', expected one of auto, ddp"),
    ("--trainer.val_check_interval 1000", "val_check_interval"),
    ("--trainer.accumulate_grad_batches 0", "accumulate_grad_batches: found 0, expected at least 1"),
    ("--trainer.gradient_clip_val 1 --trainer.gradient_clip_algorithm size", "size"),
    ("--trainer.default_root_dir list.yaml", "list.yaml"),
    ("--trainer.callbacks Nothing", "trainer.callbacks: found 'Nothing', expected list[Callback], Callback, null"),
    ("--trainer.epochs 3", "--trainer.epochs"),
    ("--trainer '{epochs: 3}'", "trainer: it has no option 'epochs'"),
    ("--precision 7", "trainer.precision: found '7', expected"),
    ("--precision transformer-engine", "transformer_engine"),
    ("--precision 16-true --trainer.callbacks CompareGradients", "precision: found 16-true"),
    ("--max_epochs -5", "-5"),
]


@pytest.mark.sweep(40)
@pytest.mark.parametrize(("line", "message"), BAD, ids=[line[:60] for line, _ in BAD])
def test_one_line_and_exit_code_2(line: str, message: str, here: Path, capsys: Capsys) -> None:
    for name, text in FILES.items():
        (here / name).write_text(text)
    error = usage_error(main, shlex.split(line), capsys)
    assert error.startswith("train.py: error: ")
    assert message.lower() in error.lower()
    assert len(error) < 400
    assert {path.name for path in here.iterdir()} == set(FILES)
