"""The gradients of the next step beside autograd and central differences."""

import pytest
import torch

from course_torch.playground.gradient_check import GradientCheck, as_record
from course_torch.playground.mistakes import Mistaken, fault_named
from tests.playground.test_session import session_of


@pytest.mark.parametrize(
    "changes",
    [
        {"initialization": "lecun"},
        {"hidden_layers": [8, 8, 8], "hidden_activation": "leaky_relu", "learn_slope": True, "initialization": "he"},
        {"hidden_layers": [], "batch_size": 16},
        {"hidden_activation": "relu", "initialization": "he", "precision": 32},
    ],
)
def test_right_gradients_are_equal_by_both_judges(changes: dict[str, object]) -> None:
    session = session_of(20, learning_rate=0.1, **changes)
    check = GradientCheck(session)
    L = len(session.network.layers)
    learned = sum(len(layer.learned()) for layer in session.network.layers)
    assert [row["verdict"] for row in check.gradients] == ["equal"] * learned
    assert [row["verdict"] for row in check.differences()] == ["equal"] * learned
    assert [row["name"] for row in check.gradients][:2] == [f"dW[{L}]", f"db[{L}]"]
    assert check.diagnosis() is None
    assert as_record(None) is None


def test_a_row_shows_the_two_numbers_that_are_farthest_apart() -> None:
    session = session_of(20, initialization="lecun")
    session.used_pass = Mistaken(fault_named("factor in dW", session.settings))
    row = GradientCheck(session).gradients[0]
    right = session.network.autograd_gradients(session.batch.X, session.batch.Y)[1].dW
    j = int(right.abs().argmax())
    assert (row["name"], row["entry"], row["verdict"]) == ("dW[2]", [0, j], "different")
    assert row["autograd"] == pytest.approx(right[0, j].item())
    assert row["found"] == pytest.approx(0.075 * right[0, j].item())
    assert row["largest"] == pytest.approx(0.925 * right.abs().max().item())


def test_both_judges_object_to_a_mistake_and_the_diagnosis_may_keep_its_cause() -> None:
    session = session_of(20, initialization="lecun")
    session.used_pass = Mistaken(fault_named("no 1/m in db", session.settings))
    check = GradientCheck(session)
    for rows in (check.gradients, check.differences()):
        assert {row["name"]: row["verdict"] for row in rows} == {
            "dW[2]": "equal",
            "db[2]": "different",
            "dW[1]": "equal",
            "db[1]": "different",
        }
    told, kept = (as_record(check.diagnosis(), told=told) for told in (True, False))
    assert (told["tensor"], kept["tensor"]) == ("db[2]", "db[2]")
    assert told["sentences"]["en"][0].startswith("the sum over the examples is not divided by m")
    assert kept["sentences"] is None


def test_a_wrong_shape_has_no_numbers_beside_it() -> None:
    session = session_of(5)
    session.used_pass = Mistaken(fault_named("transposed", session.settings))
    row = GradientCheck(session).gradients[0]
    assert (row["verdict"], row["entry"], row["relative"]) == ("different", None, 1.0)


def test_looking_changes_nothing() -> None:
    session, other = session_of(5), session_of(5)
    check = GradientCheck(session)
    _ = check.gradients, check.differences(), check.diagnosis()
    session.advance()
    other.advance()
    assert all(map(torch.equal, session.parameters, other.parameters))
