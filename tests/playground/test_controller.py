"""The learner's own backward pass, the trace, and an export that trains to the parameters of the session."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import yaml

from course_torch.data.csv_file import parse_table
from course_torch.errors import InputError
from course_torch.mistakes.solution import solution
from course_torch.playground.controller import OwnFile, export, trace_page
from course_torch.playground.session import Session
from course_torch.playground.settings import Settings, drawn_points
from tests.conftest import assert_equal
from tests.playground.conftest import Client, session_of
from tests.training.conftest import parameters_of, train  # noqa: F401 (a fixture)


def written(folder: Path, chapter: str, *replaced: str) -> Path:
    path = folder / f"{chapter}.py"
    path.write_text(solution(chapter, "numpy", "columns").replace(*(replaced or ("", ""))), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chapter", "sizes", "activation"),
    [("deep", (2, 4, 1), "relu"), ("shallow", (2, 4, 1), "tanh"), ("logistic", (2, 1), "relu")],
)
def test_a_right_file_trains_as_the_formulas_do(
    chapter: str, sizes: tuple[int, ...], activation: str, tmp_path: Path
) -> None:
    own = OwnFile(written(tmp_path, chapter))
    settings = own.settings()
    assert (settings.layer_sizes, settings.hidden_activation) == (sizes, activation)
    mine, formulas = Session(settings, own_pass=own.own_pass), Session(settings)
    for session in (mine, formulas):
        for _ in range(10):
            session.advance()
    for a, b in zip(mine.parameters, formulas.parameters, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-14)


@pytest.mark.slow
def test_a_wrong_file_trains_and_the_panel_names_its_mistake(tmp_path: Path) -> None:
    path = written(tmp_path, "deep", "A_prev.T / m", "A_prev.T")
    page = Client(OwnFile(path))
    assert page.answers[0]["mine"] == "deep.py"
    assert page.answers[1]["mistakes"] == []
    page.say("settings", settings={"learning_rate": 0.001})
    page.say("step", steps=5)
    frame = page.work()
    assert (frame["step"], frame["mistake"]["name"]) == (5, None)
    assert frame["mistake"]["diagnosis"]["tensor"] == "dW[2]"
    assert "not divided by m" in frame["mistake"]["diagnosis"]["sentences"]["en"][0]
    assert page.error("mistake", name="sign in dW") == "mistake: deep.py trains, expected the formulas of the course"
    written(tmp_path, "deep")
    page.say("reset")
    assert page.work()["mistake"] is None


@pytest.mark.slow
def test_a_file_that_fails_pauses_and_says_why(tmp_path: Path) -> None:
    page = Client(OwnFile(written(tmp_path, "deep", "A_prev.T / m", "A_prev.T / nonsense")))
    page.say("step", steps=1)
    stopped = page.answers[-1]
    assert (stopped["type"], stopped["reason"]) == ("stopped", "mine")
    assert "nonsense" in stopped["message"]["en"]
    assert "它的正向传播和反向传播在 " in stopped["message"]["zh"]
    assert page.work()["step"] == 0
    assert page.connection.trace("en") is None
    assert page.answers[-1] == stopped


def test_another_network_and_a_file_without_a_backward_pass_are_refused(tmp_path: Path) -> None:
    page = Client(OwnFile(written(tmp_path, "shallow")))
    error = page.error("settings", settings={"hidden_layers": [3, 3]})
    assert "chapter shallow has 2 layers, tanh in hidden layers and one sigmoid output" in error
    assert page.connection.controller.session.settings.hidden_layers == (4,)
    with pytest.raises(InputError, match="found chapter tensors, which has no backward pass"):
        OwnFile(written(tmp_path, "tensors"))


def test_the_trace_of_the_next_step_is_a_page_of_the_network_of_now() -> None:
    session = Session(Client().connection.controller.session.settings)
    session.advance()
    before = [each.detach().clone() for each in session.parameters]
    page = trace_page(session, None, "zh")
    assert '<html lang="zh"' in page
    assert "2-4-1" in page
    assert all(map(torch.equal, before, session.parameters))


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


@pytest.mark.sweep(3)
@pytest.mark.parametrize(
    ("precision", "changes"),
    [
        *((precision, changes) for changes in ({}, MINIBATCHES) for precision in (32, 64)),
        (32, {"hidden_layers": [3, 5], "hidden_activation": "leaky_relu", "learn_slope": True, "optimizer": "adam"}),
        (64, {"data": "moons", "noise": 0.05, "points": 100, "data_seed": 5, "model_seed": 7, "initialization": "he"}),
        (32, {"hidden_layers": [], "data": "blobs"}),
        *((precision, {"data": "bumps", "initialization": "lecun"}) for precision in (32, 64)),
        (64, {"data": "slanted_plane", "batch_size": 32, "learning_rate": 0.1}),
        (32, {"output": "identity", "learning_rate": 0.1}),
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


def test_an_export_before_the_first_step_leaves_the_number_of_steps_to_train_py() -> None:
    config = yaml.safe_load(export(session_of()).config)
    assert config["trainer"] == {"accelerator": "cpu", "precision": "64"}
    assert yaml.safe_load(export(session_of(3)).config)["trainer"]["max_steps"] == 3


def test_an_export_of_other_features_is_refused_and_their_trace_shows_them() -> None:
    session = session_of(3, features=["x1", "x2", "x1_x2"])
    with pytest.raises(InputError, match=r"export: train\.py knows the features x1 and x2 alone") as refused:
        export(session)
    assert refused.value.text.zh.startswith("导出：train.py 只有特征 x1 和 x2")
    assert "3-4-1" in trace_page(session, None, "en")


def test_the_export_of_drawn_points_trains_on_the_file_that_the_page_writes(
    train: Callable[..., Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    rows = [[i % 7 / 8, i % 5 - 0.125, (i + i // 5) % 2] for i in range(40)]
    session = Session(Settings(data="csv"), drawn_points(rows, [-1, 2, -2, 4]))
    for _ in range(25):
        session.advance()
    written = "".join(f"{x1},{x2},{label}\n" for x1, x2, label in rows)
    (tmp_path / "points.csv").write_text(f"x1,x2,class\n{written}")
    found = trained(session, train, tmp_path)
    for name, tensor in session.network.state_dict().items():
        assert_equal(name, found[name], tensor, rtol=1e-10)


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
    assert export(session_of(), "deep.py").command.endswith("--config playground.yaml --model.gradients deep.py")
