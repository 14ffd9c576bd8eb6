"""`--mine`: the learner's own backward pass trains, and is judged."""

from pathlib import Path

import pytest
import torch

from course_torch.errors import InputError
from course_torch.mistakes.solution import solution
from course_torch.playground.controller import OwnFile, trace_page
from course_torch.playground.session import Session
from tests.playground.conversing import Page


def written(folder: Path, chapter: str, *replaced: str) -> Path:
    path = folder / f"{chapter}.py"
    path.write_text(solution(chapter, "numpy", "columns").replace(*(replaced or ("", ""))), encoding="utf-8")
    return path


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


def test_a_wrong_file_trains_and_the_panel_names_its_mistake(tmp_path: Path) -> None:
    path = written(tmp_path, "deep", "A_prev.T / m", "A_prev.T")
    page = Page(OwnFile(path))
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


def test_a_file_that_fails_pauses_and_says_why(tmp_path: Path) -> None:
    page = Page(OwnFile(written(tmp_path, "deep", "A_prev.T / m", "A_prev.T / nonsense")))
    page.say("step", steps=1)
    stopped = page.answers[-1]
    assert (stopped["type"], stopped["reason"]) == ("stopped", "mine")
    assert "nonsense" in stopped["message"]
    assert page.work()["step"] == 0
    assert page.connection.trace("en") is None
    assert page.answers[-1] == stopped


def test_a_network_that_the_file_does_not_compute_is_refused(tmp_path: Path) -> None:
    page = Page(OwnFile(written(tmp_path, "shallow")))
    error = page.error("settings", settings={"hidden_layers": [3, 3]})
    assert "chapter shallow has 2 layers, tanh in hidden layers and one sigmoid output" in error
    assert page.connection.controller.session.settings.hidden_layers == (4,)


def test_a_file_without_a_backward_pass_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found chapter tensors, which has no backward pass"):
        OwnFile(written(tmp_path, "tensors"))


def test_the_trace_of_the_next_step_is_a_page_of_the_network_of_now() -> None:
    session = Session(Page().connection.controller.session.settings)
    session.advance()
    before = [each.detach().clone() for each in session.parameters]
    page = trace_page(session, None, "zh")
    assert '<html lang="zh">' in page
    assert "2-4-1" in page
    assert all(map(torch.equal, before, session.parameters))
