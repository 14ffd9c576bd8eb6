"""metrics.csv is the same file whether every cost is logged or only the costs that are read."""

import re

import pytest
from lightning import Callback, Trainer
from lightning.pytorch.callbacks import RichProgressBar

from course_torch.training import results
from course_torch.training.module import NetworkModule
from course_torch.training.results import CostBar
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL
from tests.training.test_resume import DIGITS

TWO_EPOCHS = [*DIGITS, "--max_epochs", "2"]
STOPPED_EARLY = [
    *("--trainer.callbacks+=EarlyStopping", "--trainer.callbacks.monitor=validation/cost"),
    *("--trainer.callbacks.patience=1", "--trainer.callbacks.min_delta=10", "--trainer.min_epochs", "4"),
]
COMPARED = ["--trainer.callbacks+=CompareGradients", "--trainer.callbacks.every_n_steps=3"]


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
    """A callback that may read every cost takes the place of the progress bar."""
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
    """A bar of several lines goes back up before it is drawn again (\\x1b[1A)."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    train(config=TWO_EPOCHS)
    shown = capsys.readouterr().out
    drawn = shown[shown.index("\x1b[?25l") : shown.index("\x1b[?25h")]
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).strip() for line in drawn.split("\r")]
    assert "\x1b[1A" not in drawn
    assert max(map(len, lines)) <= columns
    assert re.fullmatch(r"epoch 2/2 +━+ batch 19/19 00:00 left cost: 0\.\d{3}", lines[-1])


def test_the_bar_moves_ten_times_a_second_and_at_the_last_batch(monkeypatch: Monkeypatch) -> None:
    """40 batches, one every 30 ms: the bar moves after 0.12 s, the fourth batch, and after the last batch."""
    moves: list[int] = []
    monkeypatch.setattr(RichProgressBar, "on_train_batch_end", lambda bar, trainer, *given: moves.append(given[-1]))
    clock = iter(range(1000, 1_000_000, 30))
    monkeypatch.setattr(results.time, "monotonic", lambda: next(clock) / 1000)
    bar, trainer = CostBar(), Trainer(logger=False)
    monkeypatch.setattr(Trainer, "is_last_batch", property(lambda trainer: trainer.batch == 13))
    for batch in range(14):
        trainer.batch = batch
        bar.on_train_batch_end(trainer, None, None, None, batch)
    assert moves[0] == 0
    assert moves[-1] == 13
    assert 3 <= len(moves) <= 6
