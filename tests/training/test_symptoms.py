"""What goes wrong: dead layers, raw pixels, a wrong first cost, a cost that stays, outputs that do not fit, divergence.

A cost or a parameter that is not finite stops the training. Every other symptom gives a warning.
"""

from dataclasses import replace
from math import log, nan
from pathlib import Path

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.data.data_set import DataSet
from course_torch.data.split import Split
from course_torch.data.table import load_data_set
from course_torch.formulas.outputs import OUTPUTS
from course_torch.training.callbacks import symptoms
from course_torch.training.callbacks.divergence import first_overflow
from course_torch.training.data_module import CourseData
from course_torch.training.run_folder import LAST
from tests.conftest import MakeProblem
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import CONFIGS, TANH, metrics_of, parameters_of, updates_of


def test_a_layer_is_dead_if_every_unit_is_0_for_every_example(make_problem: MakeProblem) -> None:
    network, _, _ = make_problem([4, 6, 3, 1])
    X = torch.ones(5, 4, dtype=torch.float64)
    network.layers[0].b.data.fill_(100)
    network.layers[1].b.data.fill_(-1000)
    assert symptoms.dead_layers(network, X) == [2]
    network.layers[1].b.data[0, 0] = 1000
    assert symptoms.dead_layers(network, X) == []


@pytest.mark.parametrize(
    ("X", "raw"),
    [([0.0, 255.0, 17.0], True), ([0.0, 1.0, 3.0], False), ([-3.0, 40.0, 0.0], False), ([0.5, 40.0, 0.0], False)],
)
def test_pixels_that_were_not_divided_by_255_are_recognised(X: list[float], raw: bool) -> None:
    assert symptoms.looks_like_raw_pixels(torch.tensor([X])) is raw


CATS = [[1]] * 72 + [[0]] * 137


@pytest.mark.parametrize(
    ("output", "Y", "undecided", "base_rate"),
    [
        ("sigmoid", CATS, log(2), 0.6440),  # -(72/209) ln(72/209) - (137/209) ln(137/209)
        ("sigmoid", [[y, y] for (y,) in CATS], 2 * log(2), 2 * 0.6440),
        ("softmax", torch.eye(4).repeat(3, 1).tolist(), log(4), log(4)),
        ("softmax", [[1, 0], [1, 0]], log(2), 0),  # a class that never occurs adds 0
        ("identity", [[1], [2], [6]], (1 + 4 + 36) / 3 / 2, (4 + 1 + 9) / 3 / 2),  # at Z = 0, and at the mean 3
    ],
)
def test_the_cost_of_equal_answers_and_of_the_best_single_answer(
    output: str, Y: list, undecided: float, base_rate: float
) -> None:
    labels = torch.tensor(Y, dtype=torch.float64)
    assert symptoms.undecided_cost(labels, OUTPUTS[output]) == pytest.approx(undecided)
    assert symptoms.base_rate_cost(labels, OUTPUTS[output]) == pytest.approx(base_rate, abs=1e-4)


SHORT = ["--trainer.limit_train_batches", "20"]
"""Epochs of 20 updates: the warnings come after three epochs and 50 updates."""


def warnings_of(capsys: Capsys) -> list[str]:
    return [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]


@pytest.mark.slow
def test_zero_initialization_warns_of_dead_layers_and_of_a_cost_at_the_base_rate(train: Train, capsys: Capsys) -> None:
    """391 of 850 pictures show an animal: -(391/850) ln(391/850) - (459/850) ln(459/850) = 0.6899."""
    zeros = ["--model.layer_sizes", "[12288, 3, 2, 1]", "--model.initialization", "zeros"]
    train("--model.learning_rate", "0.2", "--max_epochs", "4", *SHORT, config=zeros)
    dead, plateau = warnings_of(capsys)
    assert dead.startswith("warning: dead layers (1, 2): g'(Z) is 0 in every unit for every example")
    assert plateau.startswith(
        "warning: the cost stays at 0.6899, the lowest cost of one answer for all examples; try another"
    )


@pytest.mark.parametrize("centered", [True, False])
def test_pixels_that_were_not_divided_by_255_give_a_warning(
    centered: bool, train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(CourseData, "data_set", replace(load_data_set("pictures"), scale=1, centered=centered))
    train(config=["--model.layer_sizes", "[12288, 3, 1]", "--max_steps", "1", "--model.learning_rate", "1e-6"])
    assert warnings_of(capsys)[0] == (
        "warning: features are whole numbers up to 255: were the pictures not divided by 255?"
    )


def test_a_first_cost_far_from_ln_2_gives_a_warning(train: Train, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    """The points of the flower are multiplied by 100."""
    flower = load_data_set("planar")
    far = DataSet(train=Split(flower.train.X * 100, flower.train.Y), class_names=flower.class_names)
    monkeypatch.setattr(CourseData, "data_set", far)
    config = [*TANH, "--model.hidden_activation", "relu", "--model.initialization", "he", "--max_steps", "1"]
    train(config=config)
    (warning,) = warnings_of(capsys)
    assert "expected near 0.6931: features (up to " in warning


@pytest.mark.sweep(2)
@pytest.mark.parametrize("config", ["planar_shallow", "digits", "diabetes", "pictures_deep", "pictures_logistic"])
@pytest.mark.usefixtures("figures")
def test_the_configs_train_without_warnings(config: str, train: Train, capsys: Capsys) -> None:
    train("--config", str(CONFIGS / f"{config}.yaml"), "--max_epochs", "5", config=SHORT)
    assert warnings_of(capsys) == []


CLASSES = "0.1,0,a\n0,0,a\n0.1,0.1,a\n0,0.4,b\n0,0.5,b\n0.1,0.5,b\n0.5,0.5,c\n0.4,0.5,c\n0.5,0.4,c\n"


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_classes_with_a_sigmoid_each_give_a_warning(output: str, train: Train, tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "classes.csv").write_text(CLASSES)
    rows = ["--data.name", "csv", "--data.root", "classes.csv", "--model.layer_sizes", "[2, 3]", "--max_steps", "1"]
    train("--model.output", output, config=rows)
    line = "warning: 3 classes and 3 sigmoid outputs: --model.output softmax gives each example one class"
    assert warnings_of(capsys) == ([line] if output == "sigmoid" else [])


def test_yes_or_no_answers_that_exclude_nothing_give_no_warning(
    train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """A picture may show a cat and a dog: the third example has two labels, and the fourth has none."""
    Y = torch.tensor([[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 0, 0]], dtype=torch.uint8)
    monkeypatch.setattr(CourseData, "data_set", DataSet(Split(torch.eye(4, 2), Y)))
    train(config=["--model.layer_sizes", "[2, 3]", "--max_steps", "1"])
    assert warnings_of(capsys) == []


@pytest.mark.parametrize(
    ("points", "micro_batches", "options"),
    [
        (40, "41", ["--max_steps", "1"]),  # one micro-batch is empty
        (40, "100", ["--max_steps", "1"]),  # m = 0.4, so the cost of one point is 2.5 ln 2
        (400, "4", ["--max_epochs", "1"]),
        (400, "20", ["--data.batch_size", "30", "--max_epochs", "3"]),  # an update exceeds an epoch of 14 batches
    ],
)
def test_accumulation_and_few_updates_give_no_warning(
    points: int, micro_batches: str, options: list[str], train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """The small initial weights keep the cost near ln 2."""
    flower = load_data_set("planar")
    monkeypatch.setattr(CourseData, "data_set", replace(flower, train=flower.train.evenly_spaced(points)))
    train("--trainer.accumulate_grad_batches", micro_batches, *options, config=TANH)
    assert warnings_of(capsys) == []


# Divergence


WILD = [*TANH, "--model.hidden_activation", "identity", "--model.learning_rate", "1e6"]
"""Identity units with α = 1e6: the parameters grow in each step until a product overflows at step 4."""


LATER = [
    "the cost is nan at step 4: its parameters were overwritten before the cost was read;",
    "--trainer.log_every_n_steps 1 reads each cost and names the first value that is not finite;",
]
DIVERGED: dict[str, tuple[bool, list[str], list[str], int]] = {
    # name: as on an accelerator, options, what is said, step of last.ckpt
    "read at once": (
        False,
        ["--checkpoint_seconds", "0"],
        ["is in Z[2]; start a new run with --model.learning_rate 100000 instead of 1e+06;"],
        4,
    ),
    "read at a save": (True, ["--checkpoint_seconds", "0"], LATER, 4),
    "read at the tenth step": (True, ["--checkpoint_seconds", "1000"], LATER, 1),
    "each cost is logged": (True, ["--trainer.log_every_n_steps", "1"], ["not finite is in Z[2];"], 1),
}


@pytest.mark.parametrize("name", ["W", "b", "slope"])
def test_the_parameter_that_is_not_finite_is_named_and_not_what_it_makes(name: str) -> None:
    network = DeepNetwork([2, 3, 1], "leaky_relu", learn_slope=True)
    with torch.no_grad():
        getattr(network.layers[0], name).fill_(nan)
    assert first_overflow(network, torch.ones(2, 2)) == f"{name}[1]"


@pytest.mark.parametrize(("rarely", "options", "words", "saved"), DIVERGED.values(), ids=DIVERGED.keys())
def test_a_cost_that_is_not_finite_stops_training_and_its_step_is_told(
    rarely: bool,
    options: list[str],
    words: list[str],
    saved: int,
    train: Train,
    request: pytest.FixtureRequest,
    capsys: Capsys,
) -> None:
    if rarely:
        request.getfixturevalue("as_on_an_accelerator")
    folder = train(*options, config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    for said in ("training stopped: the cost is nan at step 4: ", *words, f"{folder / LAST} holds an earlier step"):
        assert said in line
    assert updates_of(folder) == saved
    assert all(tensor.isfinite().all() for tensor in parameters_of(folder).values())
    if (folder / "metrics.csv").exists():
        assert all(cost < float("inf") for cost in metrics_of(folder, "train/cost"))


def test_features_that_are_too_large_are_named_instead_of_the_learning_rate(train: Train, capsys: Capsys) -> None:
    Path("rows.csv").write_text("".join(f"{i}.5,-{i}e4,{'ab'[i % 2]}\n" for i in range(1, 21)))
    train("--data.name", "csv", "--data.root", "rows.csv", config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    assert "; scale the features, which go up to 2e+05: networks need features of order 1;" in line
    assert "learning_rate" not in line


@pytest.mark.parametrize("end", [["--max_steps", "1"], ["--max_epochs", "1"]], ids=["last update", "later updates"])
def test_parameters_that_are_not_finite_are_not_saved(
    end: list[str], train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """At α = 1e6 and features of 1e36 a step exceeds the largest number of float32, 3e38. The first cost is finite."""
    flower = load_data_set("planar")
    far = DataSet(train=Split(flower.train.X * 1e36, flower.train.Y), class_names=flower.class_names)
    monkeypatch.setattr(CourseData, "data_set", far)
    train(*end, config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    assert "training stopped: W[1] is not finite after 1 update, though all costs were finite; scale the" in line
    assert line.endswith("no checkpoint was written yet")
