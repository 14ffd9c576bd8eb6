"""train.py with the exported config ends on the parameters of the session."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import yaml

from course_torch.data.csv_file import parse_table
from course_torch.errors import InputError
from course_torch.playground.controller import export
from course_torch.playground.session import Session
from course_torch.playground.settings import Settings
from tests.conftest import assert_equal
from tests.playground.test_session import session_of
from tests.training.conftest import parameters_of, train  # noqa: F401 (a fixture)

POINTS = "x,y,kind\n" + "".join(f"{i % 7},{i % 5},{'ab'[i % 2]}\n" for i in range(40))


def trained(session: Session, train: Callable[..., Path], folder: Path) -> dict[str, torch.Tensor]:  # noqa: F811
    """The parameters after the exported command."""
    made = export(session)
    (folder / made.file).write_text(made.config)
    words = shlex.split(made.command)
    assert words[:3] == ["OMP_NUM_THREADS=1", "course-torch", "train"]
    run = train("--trainer.enable_progress_bar", "false", *words[5:], config=words[3:5])
    return {name.removeprefix("network."): each for name, each in parameters_of(run).items()}


MINIBATCHES = {"batch_size": 32, "optimizer": "momentum", "learning_rate": 0.1}


@pytest.mark.parametrize(
    ("precision", "changes"),
    [
        pytest.param(32, {}, id="full batch"),
        pytest.param(64, {}, id="full batch in float64"),
        pytest.param(32, MINIBATCHES, id="minibatches"),
        pytest.param(64, MINIBATCHES, id="minibatches in float64"),
        pytest.param(
            32,
            {"hidden_layers": [3, 5], "hidden_activation": "leaky_relu", "learn_slope": True, "optimizer": "adam"},
            id="learned slopes",
        ),
        pytest.param(
            64,
            {"data": "moons", "noise": 0.05, "points": 100, "data_seed": 5, "model_seed": 7, "initialization": "he"},
            id="moons",
        ),
        pytest.param(32, {"hidden_layers": [], "data": "blobs"}, id="logistic regression"),
    ],
)
def test_the_export_trains_to_the_same_parameters_bit_for_bit(
    changes: dict[str, object],
    precision: int,
    train: Callable[..., Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    session = session_of(40, precision=precision, **changes)
    found = trained(session, train, tmp_path)
    expected = session.network.state_dict()
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor), name


def test_the_held_out_part_is_the_test_split_of_train_py(train: Callable[..., Path], tmp_path: Path) -> None:  # noqa: F811
    """Own points: the learner's file lies beside the config."""
    (tmp_path / "points.csv").write_text(POINTS)
    session = Session(Settings(data="csv"), parse_table(POINTS, "points"))
    for _ in range(25):
        session.advance()
    found = trained(session, train, tmp_path)
    for name, tensor in session.network.state_dict().items():
        assert_equal(name, found[name], tensor, rtol=1e-10)
    made = export(session)
    assert made.points == "points.csv"
    assert yaml.safe_load(made.config)["data"] == {"name": "csv", "root": "points.csv", "batch_size": None, "seed": 1}


def test_nothing_is_exported_after_a_mistake_has_trained() -> None:
    session = session_of(3)
    session.as_exported = False
    with pytest.raises(InputError, match="export: a mistake has trained"):
        export(session)


def test_the_learner_s_file_stands_on_the_command_line() -> None:
    assert export(session_of(), "deep.py").command.endswith("--config playground.yaml --model.gradients deep.py")
