"""`--model.gradients deep.py`: Lightning trains with the learner's own forward and backward pass."""

from pathlib import Path

import pytest

from course_torch.commands.main import main as course_torch
from course_torch.mistakes.solution import solution
from course_torch.training.cli import main
from tests.conftest import assert_equal, usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL, metrics_of, parameters_of

RELU = ["--model.hidden_activation", "relu", "--max_steps", "60"]


def test_from_the_first_line_to_the_trained_network(train: Train, capsys: Capsys) -> None:
    """The whole way of a learner: a file, no function written, one after the other right, and a network trained."""
    assert course_torch(["exercise", "deep", "--library", "numpy", "--layout", "columns"]) == 0
    path, solved = Path("deep.py"), solution("deep", "numpy", "columns")
    head, *stubs = path.read_text(encoding="utf-8").split("\n\n\ndef ")
    _, *functions = solved.split("\n\n\ndef ")
    for done in (0, 1, 8, len(functions)):
        order = [stub.partition("(")[0] for stub in stubs]
        written = {each.partition("(")[0]: each for each in functions[:done]}
        text = "\n\n\ndef ".join([head, *(written.get(name, stub) for name, stub in zip(order, stubs, strict=True))])
        path.write_text(text.rstrip() + "\n", encoding="utf-8")
        capsys.readouterr()
        assert course_torch(["check", "deep.py"]) == (0 if done == len(functions) else 1)
        assert f"{done} of {len(stubs)} right" in capsys.readouterr().out or done == len(functions)
    own = train(*RELU, "--model.gradients", "deep.py")
    manual = train(*RELU)
    for name, parameter in parameters_of(own).items():
        assert_equal(name, parameter, parameters_of(manual)[name], rtol=1e-10)
    assert metrics_of(own, "train/cost") == pytest.approx(metrics_of(manual, "train/cost"), rel=1e-10)
    assert "gradients: deep.py" in (own / "config.yaml").read_text()


def test_a_wrong_pass_trains_nothing(tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.chdir(tmp_path)
    text = solution("deep", "numpy", "rows").replace("A_prev / m", "A_prev")
    Path("deep.py").write_text(text, encoding="utf-8")
    error = usage_error(main, [*SMALL, *RELU, "--model.gradients", "deep.py"], capsys)
    assert "deep.py: linear_backward: dW is 7 times the right one" in error
    assert not Path("lightning_logs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model.gradients", "none.py"], "none.py: no such file"),
        (["--model.gradients", "by_hand"], "gradients: found 'by_hand', expected one of manual, autograd"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], words: str, capsys: Capsys) -> None:
    assert words in usage_error(main, [*SMALL, *arguments], capsys)
